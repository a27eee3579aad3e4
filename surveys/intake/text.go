package intake

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/entendu/entendu/surveys"
)

// clean makes a text of a stranger safe to show in one line: line ends and tabs
// become spaces; other control characters, and those that turn the direction of
// writing, are dropped; it is cut after max characters, never inside one.
func clean(s string, max int) string {
	if !printable(s) {
		s = flattened(s)
	}
	s = strings.TrimSpace(s)
	if utf8.RuneCountInString(s) > max {
		s = strings.TrimSpace(string([]rune(s)[:max]))
	}
	return s
}

// printable says that a text is plain ASCII in one line, as most are: there is
// nothing to mend in it.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

func flattened(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), r == '\u2028', r == '\u2029':
			return plainSpace(r)
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\uFEFF':
			return -1
		}
		return r
	}, strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n"))
}

// plainSpace keeps the spaces of good typography and flattens the others.
func plainSpace(r rune) rune {
	if r == '\u00A0' || r == '\u202F' {
		return r
	}
	return ' '
}

// identifier trims an id and says whether it may be one.
func identifier(s string) (id string, ok bool) {
	id = strings.TrimSpace(s)
	if utf8.RuneCountInString(id) > maxID || clean(id, maxID) != id {
		return "", false
	}
	return id, true
}

// tidy cleans tags and drops the empty ones.
func tidy(tags []string) []string {
	out := []string{}
	for _, tag := range tags {
		if tag = clean(tag, maxTag); tag != "" && len(out) < maxTags {
			out = append(out, tag)
		}
	}
	return out
}

// maxAddress is the longest address that SMTP can carry (RFC 5321 4.5.3.1.3).
const maxAddress = 254

// address gives the bare address in "lina@example.net" or "Lina <lina@example.net>".
func address(s string) (bare string, ok bool) {
	if len(s) > maxAddress+maxName || clean(s, len(s)) != strings.TrimSpace(s) {
		return "", false
	}
	a, err := mail.ParseAddress(strings.TrimSpace(s))
	if err != nil || len(a.Address) > maxAddress {
		return "", false
	}
	// What was quoted (RFC 5322 3.4.1) may not be an address once it is bare.
	if _, err := surveys.Normalise(a.Address); err != nil {
		return "", false
	}
	return a.Address, true
}

// language gives the BCP 47 tag for a tag or for the name of a language, lower
// case; "" if it is neither.
func language(s string) string {
	if len(s) > 3 {
		if tag := named(s); tag != "" {
			return tag
		}
	}
	tag := strings.ToLower(strings.ReplaceAll(s, "_", "-"))
	primary, _, _ := strings.Cut(tag, "-")
	if len(primary) < 2 || len(primary) > 3 || strings.Trim(primary, letters) != "" {
		return ""
	}
	for part := range strings.SplitSeq(tag, "-") {
		if part == "" || len(part) > 8 || strings.Trim(part, letters+"0123456789") != "" {
			return ""
		}
	}
	return tag
}

const letters = "abcdefghijklmnopqrstuvwxyz"

// named knows how helpdesks call languages, in themselves, in English and in
// French.
func named(name string) string {
	switch fold(name) {
	case "english", "anglais":
		return "en"
	case "french", "francais":
		return "fr"
	case "german", "deutsch", "allemand":
		return "de"
	case "spanish", "espanol", "espagnol":
		return "es"
	case "italian", "italiano", "italien":
		return "it"
	case "dutch", "nederlands", "neerlandais":
		return "nl"
	case "portuguese", "portugues", "portugais":
		return "pt"
	}
	return ""
}

// fold is a word without what people write differently: case, accents, spaces
// and punctuation; "#" stays, which heads a column in some exports.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '#' {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKD.String(s))
}
