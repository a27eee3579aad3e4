package surveys

import (
	"slices"
	"strings"
	"time"
)

// Settings is what managers decide, as one value that is kept whole in the store:
// each change is a new one, with who made it and when. A Settings in use has
// passed Validate.
type Settings struct {
	Organisation Organisation
	Promise      Promise
	Asking       Asking
	Comparing    Comparing
	Publishing   Publishing
	Privacy      Privacy
	Mail         Mail
	Teams        []Team
	Sources      []Source

	zone *time.Location // of Organisation.Timezone, where Prepared has loaded it
}

// Organisation is who asks.
type Organisation struct {
	Name            string
	Languages       []string // the first is the default
	Timezone        string   // IANA name
	HelpdeskAddress string
}

// Promise is the announced time to a first reply.
type Promise struct {
	Default  Span
	Since    Day // tickets opened before have none
	Category map[string]Span
	Past     []PastPromise // oldest first
}

// Asking is who is asked, when and how often.
type Asking struct {
	Delay         Span
	Hours         string
	Rest          Span
	AnswerWithin  Span
	ReminderAfter Span
	Sample        float64 // share of closings that are asked about, 0 to 1
	SkipTags      []string
	Staff         []string // addresses, or "@example.org"
	TooOld        Span
}

// Comparing bounds what managers may compare.
type Comparing struct{ Advisers int }

// Publishing is what the public page shows.
type Publishing struct {
	Public  bool
	Period  string // month, quarter, half-year
	Minimum int    // distinct customers behind a public cell
}

// Privacy is how long what is kept, and what customers are told of it.
type Privacy struct {
	RawEvents  Span
	Addresses  Span
	Answers    Span
	Controller string
	Notice     string
}

// Mail is how mail leaves and comes back.
type Mail struct {
	Connections  int
	PerSecond    float64
	ReturnPath   string
	Bounces      string // secret
	DKIMKey      string // secret
	DKIMSelector string
}

// Team is a name in the figures and the address that its follow-ups go to.
type Team struct{ Name, Address string }

// Source is one helpdesk connection; its events arrive at /hooks/<Name>.
type Source struct {
	Name      string
	Kind      string
	Secret    string // secret
	Freshness Span
	API       string
	Token     string // secret
	Statuses  map[string]Status
}

// SettingsChange is one row of the log of settings; the newest is in force.
type SettingsChange struct {
	N        int64 // from 1, without gaps: the id of the change
	At       time.Time
	By       string
	Settings Settings
}

// DefaultSettings is what is in force where nobody decided otherwise.
func DefaultSettings() Settings {
	return Settings{
		Organisation: Organisation{Name: "Entendu", Languages: []string{"fr", "en"}, Timezone: "Europe/Paris"},
		Promise:      Promise{Default: Span{48, "h"}, Since: "2025-01-01", Category: map[string]Span{}},
		Asking: Asking{
			Delay: Span{24, "h"}, Hours: "mon-fri 09:00-18:00", Rest: Span{30, "d"}, AnswerWithin: Span{28, "d"},
			Sample: 1, SkipTags: []string{"spam", "internal"}, Staff: []string{}, TooOld: Span{7, "d"},
		},
		Comparing:  Comparing{Advisers: 5},
		Publishing: Publishing{Public: true, Period: "month", Minimum: 11},
		Privacy:    Privacy{RawEvents: Span{30, "d"}, Addresses: Span{90, "d"}, Answers: Span{25, "mo"}},
		Mail:       Mail{Connections: 2, PerSecond: 10},
	}
}

// Prepared gives the settings with what is asked of them often made ready: loading
// a time zone reads a file.
func (s Settings) Prepared() Settings {
	s.zone = s.Zone()
	return s
}

// Zone is the organisation's time zone; Validate has made sure that it loads.
func (s Settings) Zone() *time.Location {
	if s.zone != nil {
		return s.zone
	}
	zone, err := time.LoadLocation(s.Organisation.Timezone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// MayLeave is the first instant from t on at which mail may leave to somebody in
// timezone; the organisation's stands for one that is not known.
func (s Settings) MayLeave(t time.Time, timezone string) time.Time {
	hours, err := ParseHours(s.Asking.Hours)
	if err != nil || len(hours) == 0 { // Validate has made sure that it can be read
		return t
	}
	zone := s.Zone()
	if theirs, err := time.LoadLocation(timezone); err == nil && timezone != "" {
		zone = theirs
	}
	return hours.Next(t, zone)
}

// Source finds a connection by its name.
func (s Settings) Source(name string) (Source, bool) {
	i := slices.IndexFunc(s.Sources, func(src Source) bool { return src.Name == name })
	if i < 0 {
		return Source{}, false
	}
	return s.Sources[i], true
}

// PromiseFor is the promise in force for a ticket of a category opened at a time;
// 0 where there was none.
func (s Settings) PromiseFor(category string, opened time.Time) time.Duration {
	if opened.IsZero() || DayOf(opened, s.Zone()) < s.Promise.Since {
		return 0
	}
	then := s.Promise.At(opened)
	if span, ok := then.Category[category]; ok {
		return span.Fixed()
	}
	return then.Default.Fixed()
}

// IsStaff says whether a normalised address is one of ours.
func (s Settings) IsStaff(address string) bool {
	domain := address[strings.LastIndexByte(address, '@')+1:]
	return slices.ContainsFunc(s.Asking.Staff, func(entry string) bool {
		if strings.HasPrefix(entry, "@") {
			whole, err := Normalise("anybody" + entry)
			return err == nil && whole == "anybody@"+domain
		}
		one, err := Normalise(entry)
		return err == nil && one == address
	})
}

// LanguageFor is the language to speak to a customer in: theirs if the
// organisation speaks it, else its first.
func (s Settings) LanguageFor(customer string) string {
	primary, _, _ := strings.Cut(strings.ToLower(customer), "-")
	if slices.Contains(s.Organisation.Languages, primary) {
		return primary
	}
	return s.Organisation.Languages[0]
}
