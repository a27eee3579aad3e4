package mailer

import (
	"regexp"
	"strings"

	"github.com/entendu/entendu/surveys"
)

// Why a mail that came back leads to nothing, for people who look at the events.
var (
	errNoMail   = &surveys.Unreadable{What: "this is not a mail"}
	errNoReport = &surveys.Unreadable{What: "neither a mail server's report nor an automatic reply: somebody may have written to the mailbox for bounces"}
	errNameless = &surveys.Unreadable{What: "a report that does not say which of our mails it is about"}
)

// ReadReport reads one mail that came back, as it was fetched: a report of delivery
// (RFC 3464, in UTF-8 RFC 6533), a complaint (RFC 5965) or what a server wrote for
// people. Delays, receipts and automatic replies are nothing to act upon.
//
// Anybody can write such a mail. So what it says of an address is not believed: it
// is about the mail of ours whose signed name it holds, and whoever opens that name
// must refuse a forged one.
func ReadReport(e surveys.Event, _ surveys.Source) ([]surveys.Feedback, error) {
	r, ok := openReport(e.Body)
	if !ok {
		return nil, errNoMail
	}
	kind, reply, err := r.judge()
	if err != nil || kind == "" {
		return nil, err
	}
	name := r.name()
	if name == "" {
		return nil, errNameless
	}
	return []surveys.Feedback{{Kind: kind, Name: name, Reply: plain(reply), At: e.ReceivedAt}}, nil
}

// judge says what a report leads to, "" for nothing. Parts made for machines come
// first: some servers mark their reports as automatic replies.
func (r *report) judge() (kind surveys.FeedbackKind, reply string, err error) {
	switch {
	case r.complaint != "":
		kind, reply = r.judgeComplaint()
	case len(r.deliveries()) > 0:
		kind, reply = r.judgeDeliveries()
	case r.receipt:
	case r.isOfServer():
		kind, reply, err = r.judgeProse()
	case !r.isAutomatic():
		err = errNoReport
	}
	return kind, reply, err
}

// judgeComplaint knows a complaint from the other things that feedback reports tell:
// what was taken for spam wrongly, or how a signature failed (RFC 6591).
func (r *report) judgeComplaint() (surveys.FeedbackKind, string) {
	for _, fields := range fieldGroups(r.complaint) {
		kind := fields["feedback-type"]
		switch strings.ToLower(kind) {
		case "abuse", "fraud", "virus", "other":
			return surveys.Complaint, "Feedback-Type: " + kind
		}
	}
	return "", ""
}

// isOfServer says whether a mail server wrote it, by itself.
func (r *report) isOfServer() bool {
	server := regexp.MustCompile(`(?i)mailer-?daemon|postmaster|mail delivery (sub)?system`)
	return r.header.Has("X-Failed-Recipients") || server.MatchString(r.header.Get("From"))
}

// isAutomatic says whether a program wrote it (RFC 3834 section 5), by the fields
// that were in use before there was a standard too.
func (r *report) isAutomatic() bool {
	for _, field := range []string{
		"X-Auto-Response-Suppress", "X-Autoreply", "X-Autorespond", "X-Auto-Reply-From", "X-MS-Exchange-Inbox-Rules-Loop", "List-Id",
	} {
		if r.header.Has(field) {
			return true
		}
	}
	switch strings.ToLower(strings.TrimSpace(r.header.Get("Precedence"))) {
	case "auto_reply", "bulk", "junk", "list":
		return true
	}
	submitted := strings.ToLower(strings.TrimSpace(r.header.Get("Auto-Submitted")))
	return submitted != "" && !regexp.MustCompile(`^no\b`).MatchString(submitted)
}
