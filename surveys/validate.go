package surveys

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Wrong is a setting that cannot be: its key as in the settings file, and a
// sentence with a good example.
type Wrong struct {
	Key    string // "asking.sample", "source[desk].kind"
	Reason string // one word, for pages, which have their own sentences
	About  string // what was written, "" where that is a secret or goes without saying
	What   string
}

// Error says which and why.
func (w *Wrong) Error() string { return w.Key + ": " + w.What }

// wrong makes a Wrong; what was written is the first of args.
func wrong(key, reason, format string, args ...any) error {
	w := &Wrong{Key: key, Reason: reason, What: fmt.Sprintf(format, args...)}
	if len(args) > 0 {
		w.About = fmt.Sprint(args[0])
	}
	return w
}

// Validate says what is wrong with the settings, the first thing only, or nil.
// kinds and languages are those that this program knows.
func (s Settings) Validate(kinds, languages []string) error {
	for _, check := range []func() error{
		func() error { return s.Organisation.validate(languages) },
		s.Asking.validate, s.validateNumbers, s.Mail.validate, s.validateTeams,
		func() error { return s.validateSources(kinds) },
	} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (o Organisation) validate(languages []string) error {
	if strings.TrimSpace(o.Name) == "" || strings.ContainsFunc(o.Name, unicode.IsControl) {
		return wrong("organisation.name", "line", `must be one line and not empty; write it like "Maison Poulain"`)
	}
	if len(o.Languages) == 0 {
		return wrong("organisation.languages", "none", `must name at least one; write it like ["fr", "en"]`)
	}
	for i, l := range o.Languages {
		if slices.Contains(o.Languages[:i], l) {
			return wrong("organisation.languages", "twice", "%q stands twice", l)
		}
		if !slices.Contains(languages, l) {
			return wrong("organisation.languages", "unknown", "%q is not among %s", l, strings.Join(languages, ", "))
		}
	}
	if _, err := time.LoadLocation(o.Timezone); err != nil || o.Timezone == "" || o.Timezone == "Local" {
		return wrong("organisation.timezone", "timezone", `%q is not a time zone; write it like "Europe/Paris"`, o.Timezone)
	}
	return validAddress("organisation.helpdesk_address", o.HelpdeskAddress)
}

func validAddress(key, address string) error {
	if address == "" {
		return nil
	}
	if _, err := Normalise(address); err != nil {
		return wrong(key, "address", `%q is not a mail address; write it like "support@example.org"`, address)
	}
	return nil
}

func (a Asking) validate() error {
	if !(a.Sample >= 0 && a.Sample <= 1) { // nor NaN
		return wrong("asking.sample", "share", "%v is not a share from 0 to 1; write 0.5 for every second closing", a.Sample)
	}
	if _, err := ParseHours(a.Hours); err != nil {
		return wrong("asking.hours", "hours", "%v", err)
	}
	for _, entry := range a.Staff {
		address := entry
		if strings.HasPrefix(entry, "@") {
			address = "anybody" + entry
		}
		if _, err := Normalise(address); err != nil {
			return wrong("asking.staff", "staff", `%q is neither an address nor a domain like "@example.org"`, entry)
		}
	}
	return nil
}

func (s Settings) validateNumbers() error {
	switch {
	case s.Comparing.Advisers < 3:
		return wrong("comparing.advisers", "least3", "must be at least 3, so that nobody can be singled out; the default is 5")
	case s.Publishing.Minimum < 5:
		return wrong("publishing.minimum", "least5", "must be at least 5, so that nobody can be singled out; the default is 11")
	case !slices.Contains([]string{"month", "quarter", "half-year"}, s.Publishing.Period):
		return wrong("publishing.period", "unknown", `%q is not one of "month", "quarter", "half-year"`, s.Publishing.Period)
	case s.Mail.Connections < 1 || s.Mail.Connections > 64:
		return wrong("mail.connections", "connections", "must be from 1 to 64; the default is 2")
	case !(s.Mail.PerSecond > 0 && s.Mail.PerSecond <= 10_000): // more than one instance can send; it only catches slips
		return wrong("mail.per_second", "rate", "must be more than 0 and at most 10000; the default is 10")
	}
	return nil
}

func (s Settings) validateTeams() error {
	for i, t := range s.Teams {
		key := "team[" + t.Name + "]"
		if strings.TrimSpace(t.Name) == "" {
			return wrong("team["+strconv.Itoa(i+1)+"].name", "none", `must not be empty; write it like "billing"`)
		}
		if slices.ContainsFunc(s.Teams[:i], func(other Team) bool { return other.Name == t.Name }) {
			return wrong(key+".name", "twice", "stands twice; give each team a name of its own")
		}
		if err := validAddress(key+".address", t.Address); err != nil {
			return err
		}
	}
	return nil
}

// IsSourceName says whether a source may be called so: the name is part of an
// address, so it is kept to what needs no escaping.
func IsSourceName(name string) bool {
	return regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,62}$`).MatchString(name)
}

// isShort says whether a secret can be guessed. Several, separated by commas, are all
// taken while one replaces another.
func isShort(secret string) bool { return len(strings.TrimSpace(secret)) < 16 }

func (s Settings) validateSources(kinds []string) error {
	for i, src := range s.Sources {
		key := "source[" + src.Name + "]"
		switch {
		case !IsSourceName(src.Name):
			return wrong("source["+strconv.Itoa(i+1)+"].name", "word", `%q must be small letters, digits, "-" or "_"; write it like "desk"`, src.Name)
		case slices.ContainsFunc(s.Sources[:i], func(other Source) bool { return other.Name == src.Name }):
			return wrong(key+".name", "twice", "stands twice; give each source a name of its own")
		case src.Name == "mail":
			return wrong(key+".name", "taken", `"mail" is taken by the reports of mail services; choose another`)
		case !slices.Contains(kinds, src.Kind):
			return wrong(key+".kind", "unknown", "%q is not one of %s", src.Kind, strings.Join(kinds, ", "))
		case slices.ContainsFunc(strings.Split(src.Secret, ","), isShort):
			return wrong(key+".secret", "short", "must be at least 16 characters, each if there are several; make one with: openssl rand -base64 32")
		}
		if err := src.validateAPI(key); err != nil {
			return err
		}
		for vendor, status := range src.Statuses {
			if rank(status) < 0 {
				return wrong(key+".statuses", "status", "%q means %q, which is not one of open, pending, reopened, resolved, closed, withdrawn, spam, deleted", vendor, status)
			}
		}
	}
	return nil
}
