package mailer

import (
	"regexp"
	"slices"
	"strings"

	"github.com/entendu/entendu/surveys"
)

// verdict says whose fault a server's reply tells of, by its code, its enhanced code
// (RFC 3463) and, where it has none, by the words that servers use.
func verdict(code int, reply string) surveys.Fault {
	enhanced := enhancedCode().FindString(reply)
	_, class, _ := strings.Cut(enhanced, ".")
	switch {
	case slices.Contains([]int{432, 454, 525, 530, 534, 535, 538}, code), strings.HasPrefix(enhanced, "5.7."):
		return surveys.OfSender
	case code < 500 && (code == 421 || strings.HasPrefix(enhanced, "4.7.")) && !greylisted().MatchString(reply):
		return surveys.OfDomain
	case code < 500:
		return surveys.OfLetter
	case slices.Contains([]string{"1.1", "1.2", "1.3", "1.6", "1.10", "2.1"}, class), code == 521, code == 556,
		enhanced == "" && code != 552 && nobodyThere().MatchString(reply):
		return surveys.OfAddress
	}
	return surveys.OfLetter
}

func enhancedCode() *regexp.Regexp { return regexp.MustCompile(`\b[245]\.\d{1,3}\.\d{1,3}\b`) }

// greylisted is a pause for one recipient, not for a domain (RFC 6647).
func greylisted() *regexp.Regexp { return regexp.MustCompile(`(?i)gr[ae]y-?list`) }

func nobodyThere() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(user|recipient|mailbox|account|address)\b.{0,40}\b(unknown|not found|does(n't| not) exist|disabled|inactive)|(unknown|no such|invalid) (user|recipient|mailbox|account|address)`)
}
