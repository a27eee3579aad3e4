package mailer

import (
	"regexp"
	"strings"

	"github.com/entendu/entendu/surveys"
)

// judgeProse reads what a server wrote for people only, as older ones do: the line
// with an enhanced code, else with a reply code, else with words that servers use.
// Where it says no more than that the mail did not arrive, the bounce is soft.
func (r *report) judgeProse() (surveys.FeedbackKind, string, error) {
	text := r.text
	if quoted := quotedHeader().FindStringIndex(text); quoted != nil {
		text = text[:quoted[0]] // what follows are our own words
	}
	subject := r.header.Get("Subject")
	if waiting().MatchString(subject) || waiting().MatchString(text) {
		return "", "", nil
	}
	text = ipv4().ReplaceAllString(text, "")
	for _, telling := range []*regexp.Regexp{enhancedCode(), replyCode(), nobodyThere()} {
		for line := range strings.Lines(text) {
			if telling.MatchString(line) && !delivered().MatchString(line) {
				return grade("", line), line, nil
			}
		}
	}
	if undelivered().MatchString(subject) || undelivered().MatchString(text) || r.header.Has("X-Failed-Recipients") {
		return surveys.SoftBounce, subject, nil
	}
	return "", "", errNoReport
}

// quotedHeader is where the mail that came back begins in a text.
func quotedHeader() *regexp.Regexp {
	return regexp.MustCompile(`(?im)^[>| \t]*(?:-+ ?(?:below this line|this is a copy|original message|returned message|unsent message|the header of)|(?:return-path|received|message-id|dkim-signature):)`)
}

// waiting tells of a mail that is still on its way.
func waiting() *regexp.Regexp {
	return regexp.MustCompile(`(?i)delayed|warning: (?:could not send|message)|not yet been delivered|still (?:be(?:ing)? )?(?:tried|retried)|still trying|will (?:keep|continue|be) (?:try|retr|to try|to be retr)|do not need to resend`)
}

// delivered is a code of success, or of a version that looks like one.
func delivered() *regexp.Regexp { return regexp.MustCompile(`\b2\.\d{1,3}\.\d{1,3}\b`) }

func undelivered() *regexp.Regexp {
	return regexp.MustCompile(`(?i)undeliver|not (?:be )?delivered|delivery (?:has )?fail|fail(?:ed|ure) (?:notice|delivery)|mail delivery failed|returned (?:mail|to sender)|couldn't be delivered`)
}
