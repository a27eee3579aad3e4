package mailer

import (
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// errAddress is for a letter that no attempt can deliver.
var errAddress = errors.New("the address is not one that mail can be sent to")

// address makes an address as it goes over the wire: the domain in punycode
// (RFC 5891), the name without anything that could change how the header reads.
func address(name, addr string) (mail.Address, error) {
	a, err := mail.ParseAddress(strings.TrimSpace(addr))
	if err != nil || a.Address != clean(a.Address, 254) { // RFC 5321 section 4.5.3.1.3
		return mail.Address{}, errAddress
	}
	at := strings.LastIndexByte(a.Address, '@')
	domain, err := idna.Lookup.ToASCII(a.Address[at+1:])
	if err != nil || domain == "" {
		return mail.Address{}, errAddress
	}
	// net/mail leaves a backslash as it is inside an encoded word, where readers
	// of the header stumble over it (RFC 2047 section 5, rule 3).
	name = clean(strings.ReplaceAll(name, `\`, ""), 60)
	return mail.Address{Name: name, Address: a.Address[:at] + "@" + domain}, nil
}

// returnTo is the return path of one letter, where the settings name a domain for
// return paths. It is the same on each attempt, as grey lists want it, and plain
// ASCII, so it never needs SMTPUTF8.
func (m *Mailer) returnTo(name string) (mail.Address, error) {
	domain := m.settings().ReturnPath
	if domain == "" || name == "" {
		return mail.Address{}, nil
	}
	a, err := address("", name+"@"+domain)
	if err != nil || !isName(strings.Replace(name, "+", "", 1)) {
		return mail.Address{}, fmt.Errorf("mail.return_path: no report can come back to %q there", name)
	}
	return a, nil
}

// domainOf is what follows the last @.
func domainOf(addr string) string { return addr[strings.LastIndexByte(addr, '@')+1:] }

// needsUTF8 says whether an address can only travel by SMTPUTF8 (RFC 6531).
func needsUTF8(addr string) bool {
	return strings.ContainsFunc(addr, func(r rune) bool { return r > unicode.MaxASCII })
}

// clean makes one line of at most limit characters of a text that others wrote: no
// control characters, no line ends of any script, none of the marks that turn the
// direction of what follows, and no beginning of an encoded word (RFC 2047), which
// readers would decode to any of these.
func clean(text string, limit int) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if unicode.In(r, unicode.C) && r != zeroWidthJoiner && r != zeroWidthNonJoiner {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	text = strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "=?", "= ?")
	if runes := []rune(text); len(runes) > limit {
		return strings.TrimSpace(string(runes[:limit-1])) + "…"
	}
	return text
}

// The two format characters that names are written with.
const (
	zeroWidthNonJoiner = '\u200c'
	zeroWidthJoiner    = '\u200d'
)

// plain is a reply as it may be kept: one line, short, no address in it.
func plain(reply string) string {
	words := strings.Fields(reply)
	for i, word := range words {
		if strings.ContainsRune(word, '@') {
			words[i] = "(address)"
		}
	}
	return clean(strings.Join(words, " "), 200)
}
