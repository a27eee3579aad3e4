package mailer

import (
	"bytes"
	"io"
	"strings"

	gomessage "github.com/emersion/go-message"
)

// report is a mail that came back, taken apart.
type report struct {
	header    gomessage.Header
	status    string // for machines: what became of the mail
	complaint string // for machines: what somebody thinks of it
	receipt   bool   // for machines: somebody saw it, or did not (RFC 8098)
	returned  string // the header of the mail that it is about
	text      string // for people
}

// What is looked at of one report: it comes from anywhere.
const (
	maxReport = 256 << 10 // bytes
	maxText   = 32 << 10  // bytes of what is for people
	maxParts  = 40
	maxDepth  = 4       // of parts in parts
	maxGroups = 20      // about recipients: a mail of ours has one
	maxField  = 2 << 10 // bytes, of the lines that go on with it
)

// openReport takes a mail apart, as far as it goes: the end of one may be missing.
// It does not look into mails within the mail but for the header of the one that
// came back.
func openReport(body []byte) (r *report, ok bool) {
	body = body[:min(len(body), maxReport)]
	mail, _ := gomessage.Read(bytes.NewReader(body))
	if mail == nil || mail.Header.Len() == 0 {
		return nil, false // what it cannot decode it still gives, with an error
	}
	r = &report{header: mail.Header}
	if left := maxParts; !r.take(mail, maxDepth, &left) {
		_, text, _ := strings.Cut(strings.ReplaceAll(string(body), "\r\n", "\n"), "\n\n")
		r.say(text) // the borders of its parts are lost
	}
	return r, true
}

// take keeps what a part is good for, and says whether it is one or has any.
func (r *report) take(part *gomessage.Entity, depth int, left *int) (some bool) {
	inner := part.MultipartReader()
	if inner == nil {
		r.keep(part)
		return true
	}
	for depth > 0 && *left > 0 {
		*left--
		next, _ := inner.NextPart()
		if next == nil {
			break
		}
		some = r.take(next, depth-1, left) || some
	}
	return some
}

func (r *report) keep(part *gomessage.Entity) {
	kind, _, _ := part.Header.ContentType()
	content, _ := io.ReadAll(part.Body) // what is there of it
	text := strings.ReplaceAll(string(content), "\r\n", "\n")
	switch kind {
	case "message/delivery-status", "message/global-delivery-status":
		r.status += text + "\n\n"
	case "message/feedback-report":
		r.complaint += text + "\n\n"
	case "message/disposition-notification", "message/global-disposition-notification":
		r.receipt = true
	case "message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers":
		header, _, _ := strings.Cut(text, "\n\n")
		r.returned += header + "\n"
	default:
		if strings.HasPrefix(kind, "text/") {
			r.say(text)
		}
	}
}

func (r *report) say(text string) {
	r.text += text[:min(len(text), max(0, maxText-len(r.text)))] + "\n"
}

// fieldGroups reads the fields of a part for machines: groups with an empty line
// between them, the names in small letters, of a repeated field the first. Lines
// that are no fields are left out, for some servers fold without indenting.
func fieldGroups(text string) (groups []map[string]string) {
	group, last := map[string]string{}, ""
	for line := range strings.Lines(text + "\n\n") {
		name, value, found := strings.Cut(line, ":")
		name = strings.ToLower(strings.TrimSpace(name))
		switch {
		case len(groups) > maxGroups:
			return groups
		case strings.TrimSpace(line) == "":
			if len(group) > 0 {
				groups = append(groups, group)
			}
			group, last = map[string]string{}, ""
		case strings.ContainsAny(line[:1], " \t"):
			if last != "" && len(group[last]) < maxField {
				group[last] += " " + strings.TrimSpace(line)
			}
		case found:
			last = ""
			if _, known := group[name]; !known {
				last, group[name] = name, strings.TrimSpace(value)
			}
		}
	}
	return groups
}
