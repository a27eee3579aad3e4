package mailer

import (
	"regexp"
	"strings"
)

// name is the signed name of the mail that a report is about, "" if it holds none:
// that of the return path it was sent to, else one in what came back of the mail,
// else in what it answers. No stranger could have written it.
func (r *report) name() string {
	for _, field := range []string{"Delivered-To", "X-Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Received"} {
		for _, value := range r.header.Values(field) {
			if name := findName(returnName, value); name != "" {
				return name
			}
		}
	}
	for _, text := range []string{r.complaint, r.status, r.returned, r.text} {
		if name := findName(naming, text); name != "" {
			return name
		}
	}
	return findName(messageName, r.header.Get("In-Reply-To")+" "+r.header.Get("References"))
}

// The forms of the names, the local parts of a return path and of a Message-ID, and
// the fields that hold one in what came back: in a header, be it quoted in a text,
// or in the part for machines of a complaint.
const (
	returnName  = `\b((?i:bounce\+[a-z2-7]{52}))\b`
	messageName = `\b((?:inv|rem)\.[A-Za-z0-9_-]{43})@`
	naming      = `(?im)^[>| \t]*(?:message-id|return-path|x-envelope-from|original-mail-from|original-envelope-id)[ \t]*:\s*[^\n]*?(?:` + returnName + `|(?-i:` + messageName + `))`
)

// findName finds the first name of a form. A return path is written small, because
// servers change its case as they like (RFC 5321 section 2.4 notwithstanding).
func findName(form, text string) string {
	found := regexp.MustCompile(form).FindStringSubmatch(text)
	if found == nil {
		return ""
	}
	name := strings.Join(found[1:], "") // of the forms one is there
	if strings.Contains(name, "+") {
		name = strings.ToLower(name)
	}
	return name
}
