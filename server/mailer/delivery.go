package mailer

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/entendu/entendu/surveys"
)

// delivery is what a report says of one recipient (RFC 3464 section 2.3).
type delivery struct {
	failed bool
	status string // enhanced code; "" where it says nothing
	words  string // the server's
	local  string // what stands before the @ of whom it is about
}

// deliveries reads the groups about recipients; the first group is about the mail.
func (r *report) deliveries() (all []delivery) {
	for _, fields := range fieldGroups(r.status) {
		action, status := fields["action"], enhancedCode().FindString(fields["status"])
		if action == "" && status == "" {
			continue
		}
		d := delivery{status: status}
		if strings.HasSuffix(status, ".0.0") {
			d.status = "" // "other": as good as none
		}
		action, _, _ = strings.Cut(strings.ToLower(action), " ") // a comment may follow
		d.failed = action == "failed" || action == "" && strings.HasPrefix(status, "5.")
		d.words = ownWords().ReplaceAllString(fields["diagnostic-code"], "")
		if d.words == "" {
			d.words = status
		}
		_, recipient, _ := strings.Cut(fields["final-recipient"], ";")
		d.local, _, _ = strings.Cut(strings.TrimSpace(recipient), "@")
		all = append(all, d)
	}
	return all
}

// ownWords is the type before a diagnostic (RFC 3464 section 2.3.6).
func ownWords() *regexp.Regexp {
	return regexp.MustCompile(`^(?i:smtp|x-[a-z0-9-]+|dns|x\.?400)\s*;\s*`)
}

// judgeDeliveries says what all of them come to. A mail of ours has one recipient:
// where it was passed on to several and reached one, the address is good.
func (r *report) judgeDeliveries() (kind surveys.FeedbackKind, reply string) {
	all := r.deliveries()
	reached := false
	for _, d := range all {
		switch {
		case !d.failed:
			reached = true
		case kind == "":
			kind, reply = grade(d.status, d.words), d.reply()
		case grade(d.status, d.words) != surveys.HardBounce:
			kind = surveys.SoftBounce
		}
	}
	if kind == surveys.HardBounce && reached {
		kind = surveys.SoftBounce
	}
	return kind, reply
}

// reply is what the server said, without whom it said it of: some tell the name of
// a mailbox only.
func (d delivery) reply() string {
	words := d.words
	if len(d.local) > 2 {
		words = regexp.MustCompile(`(?i)\b`+regexp.QuoteMeta(d.local)+`\b`).ReplaceAllString(words, "(address)")
	}
	if d.status != "" && !enhancedCode().MatchString(words) {
		words = d.status + " " + words
	}
	return words
}

// grade says whether nobody is there, by the rule of a reply in a dialogue. The
// server's words come first, because many a report sums them up as 5.0.0; whatever
// speaks of the sender, of a full mailbox or of a pause is soft.
func grade(status, words string) surveys.FeedbackKind {
	words = ipv4().ReplaceAllString(words, "")
	enhanced := enhancedCode().FindString(words)
	if enhanced == "" && status != "" {
		enhanced, words = status, status+" "+words
	}
	code := 550
	if found := replyCode().FindStringSubmatch(words); found != nil {
		code, _ = strconv.Atoi(found[1])
	}
	if !strings.HasPrefix(enhanced, "4.") && verdict(code, words) == surveys.OfAddress {
		return surveys.HardBounce
	}
	return surveys.SoftBounce
}

// ipv4 is what may look like an enhanced code.
func ipv4() *regexp.Regexp { return regexp.MustCompile(`\b\d{1,3}(\.\d{1,3}){3}\b`) }

// replyCode is that of RFC 5321 section 4.2.
func replyCode() *regexp.Regexp { return regexp.MustCompile(`\b([45]\d\d)(?:[ -]|$)`) }
