package surveys_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/entendu/entendu/surveys"
)

func validate(change func(*surveys.Settings)) error {
	s := surveys.DefaultSettings()
	s.Sources = []surveys.Source{{Name: "desk", Kind: "generic", Secret: "sixteen letters!", Statuses: map[string]surveys.Status{"on hold": surveys.Pending}}}
	s.Teams = []surveys.Team{{Name: "billing", Address: "billing@example.org"}}
	change(&s)
	return s.Validate([]string{"generic", "zendesk"}, []string{"fr", "en", "de"})
}

func TestSettingsThatCanBe(t *testing.T) {
	for name, change := range map[string]func(*surveys.Settings){
		"the defaults": func(*surveys.Settings) {},
		"an API": func(s *surveys.Settings) {
			s.Sources[0].API, s.Sources[0].Token = "https://desk.example.org/support", "lina@example.org/token:k"
		},
		"an API on this host": func(s *surveys.Settings) { s.Sources[0].API, s.Sources[0].Token = "http://127.0.0.1:3000", "t" },
		"nothing connected":   func(s *surveys.Settings) { s.Sources, s.Teams = nil, nil },
		"another zone":        func(s *surveys.Settings) { s.Organisation.Timezone = "Pacific/Kiritimati" },
		"an address":          func(s *surveys.Settings) { s.Organisation.HelpdeskAddress = "support@bücher.example" },
		"nobody is asked":     func(s *surveys.Settings) { s.Asking.Sample = 0 },
		"always":              func(s *surveys.Settings) { s.Asking.Hours = "" },
		"many hours":          func(s *surveys.Settings) { s.Asking.Hours = "mon-fri 09:00-18:00; sat 09:00-12:00;sun 00:00-24:00" },
		"staff": func(s *surveys.Settings) {
			s.Asking.Staff = []string{"paul@example.org", "@example.org", "@bücher.example"}
		},
		"the least":          func(s *surveys.Settings) { s.Comparing.Advisers, s.Publishing.Minimum = 3, 5 },
		"quarters":           func(s *surveys.Settings) { s.Publishing.Period = "quarter" },
		"one mail in a week": func(s *surveys.Settings) { s.Mail.PerSecond = 1.0 / (7 * 86400) },
		"a team to call":     func(s *surveys.Settings) { s.Teams = append(s.Teams, surveys.Team{Name: "after-sales"}) },
	} {
		if err := validate(change); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSettingsThatCannotBe are refused by the name of the key.
func TestSettingsThatCannotBe(t *testing.T) {
	source := func(change func(*surveys.Source)) func(*surveys.Settings) {
		return func(s *surveys.Settings) { change(&s.Sources[0]) }
	}
	for _, test := range []struct {
		key    string
		change func(*surveys.Settings)
	}{
		{"organisation.name", func(s *surveys.Settings) { s.Organisation.Name = " \t" }},
		{"organisation.languages", func(s *surveys.Settings) { s.Organisation.Languages = nil }},
		{"organisation.languages", func(s *surveys.Settings) { s.Organisation.Languages = []string{"fr", "xx"} }},
		{"organisation.timezone", func(s *surveys.Settings) { s.Organisation.Timezone = "Paris" }},
		{"organisation.timezone", func(s *surveys.Settings) { s.Organisation.Timezone = "" }},
		{"organisation.timezone", func(s *surveys.Settings) { s.Organisation.Timezone = "Local" }},
		{"organisation.timezone", func(s *surveys.Settings) { s.Organisation.Timezone = "../etc/passwd" }},
		{"organisation.helpdesk_address", func(s *surveys.Settings) { s.Organisation.HelpdeskAddress = "support" }},
		{"asking.sample", func(s *surveys.Settings) { s.Asking.Sample = -0.1 }},
		{"asking.sample", func(s *surveys.Settings) { s.Asking.Sample = 1.1 }},
		{"asking.sample", func(s *surveys.Settings) { s.Asking.Sample = 50 }},
		{"asking.sample", func(s *surveys.Settings) { s.Asking.Sample = math.NaN() }},
		{"asking.hours", func(s *surveys.Settings) { s.Asking.Hours = "9-18" }},
		{"asking.hours", func(s *surveys.Settings) { s.Asking.Hours = "mon-fri 9:00-18:00" }},
		{"asking.hours", func(s *surveys.Settings) { s.Asking.Hours = "lun-ven 09:00-18:00" }},
		{"asking.hours", func(s *surveys.Settings) { s.Asking.Hours = "mon 09:00-25:00" }},
		{"asking.hours", func(s *surveys.Settings) { s.Asking.Hours = "mon 09:00-18:00 sat 09:00-12:00" }},
		{"asking.staff", func(s *surveys.Settings) { s.Asking.Staff = []string{"paul"} }},
		{"asking.staff", func(s *surveys.Settings) { s.Asking.Staff = []string{""} }},
		{"asking.staff", func(s *surveys.Settings) { s.Asking.Staff = []string{"@"} }},
		{"comparing.advisers", func(s *surveys.Settings) { s.Comparing.Advisers = 2 }},
		{"publishing.minimum", func(s *surveys.Settings) { s.Publishing.Minimum = 4 }},
		{"publishing.period", func(s *surveys.Settings) { s.Publishing.Period = "week" }},
		{"mail.connections", func(s *surveys.Settings) { s.Mail.Connections = 0 }},
		{"mail.connections", func(s *surveys.Settings) { s.Mail.Connections = 65 }},
		{"mail.per_second", func(s *surveys.Settings) { s.Mail.PerSecond = 0 }},
		{"mail.per_second", func(s *surveys.Settings) { s.Mail.PerSecond = math.NaN() }},
		{"mail.per_second", func(s *surveys.Settings) { s.Mail.PerSecond = math.Inf(1) }},
		{"team[1].name", func(s *surveys.Settings) { s.Teams[0].Name = "" }},
		{"team[billing].address", func(s *surveys.Settings) { s.Teams[0].Address = "x" }},
		{"team[billing].name", func(s *surveys.Settings) { s.Teams = append(s.Teams, s.Teams[0]) }},
		{"source[1].name", source(func(s *surveys.Source) { s.Name = "" })},
		{"source[1].name", source(func(s *surveys.Source) { s.Name = "Desk" })},
		{"source[1].name", source(func(s *surveys.Source) { s.Name = "a/b" })},
		{"source[1].name", source(func(s *surveys.Source) { s.Name = "desk\x00" })},
		{"source[1].name", source(func(s *surveys.Source) { s.Name = "desk\n" })},
		{"source[1].name", source(func(s *surveys.Source) { s.Name = strings.Repeat("a", 64) })},
		{"source[mail].name", source(func(s *surveys.Source) { s.Name = "mail" })},
		{"source[desk].name", func(s *surveys.Settings) { s.Sources = append(s.Sources, s.Sources[0]) }},
		{"source[desk].kind", source(func(s *surveys.Source) { s.Kind = "pigeon" })},
		{"source[desk].secret", source(func(s *surveys.Source) { s.Secret = "fifteen letters" })},
		{"source[desk].statuses", source(func(s *surveys.Source) { s.Statuses = map[string]surveys.Status{"x": "done"} })},
		{"source[desk].api", source(func(s *surveys.Source) { s.API, s.Token = "http://desk.example.org", "t" })},
		{"source[desk].api", source(func(s *surveys.Source) { s.API, s.Token = "desk.example.org", "t" })},
		{"source[desk].api", source(func(s *surveys.Source) { s.API, s.Token = "https://", "t" })},
		{"source[desk].api", source(func(s *surveys.Source) { s.API, s.Token = "ftp://desk.example.org", "t" })},
		{"source[desk].api", source(func(s *surveys.Source) { s.API, s.Token = "https://u:p@desk.example.org", "t" })},
		{"source[desk].api", source(func(s *surveys.Source) { s.API, s.Token = "https://desk.example.org/?a=1", "t" })},
		{"source[desk].api", source(func(s *surveys.Source) { s.API, s.Token = "https://desk.example.org/#a", "t" })},
		{"source[desk].api", source(func(s *surveys.Source) { s.API, s.Token = "http://localhost.example.org", "t" })},
		{"source[desk].api", source(func(s *surveys.Source) { s.Token = "fifteen letters" })},
		{"source[desk].token", source(func(s *surveys.Source) { s.API = "https://desk.example.org" })},
		{"source[desk].token", source(func(s *surveys.Source) { s.API, s.Token = "https://desk.example.org", "fifteen letters" })},
		{"source[desk].token", source(func(s *surveys.Source) { s.API, s.Token = "https://desk.example.org", "t\r\nX: y" })},
		{"source[desk].statuses", source(func(s *surveys.Source) { s.Statuses = map[string]surveys.Status{"x": ""} })},
	} {
		err := validate(test.change)
		var wrong *surveys.Wrong
		if !errors.As(err, &wrong) || wrong.Key != test.key {
			t.Errorf("%s: %v", test.key, err)
			continue
		}
		if strings.ContainsAny(wrong.Error(), "\r\n") || len(wrong.What) < 20 || strings.Contains(wrong.What, "fifteen letters") {
			t.Errorf("%s: %q", test.key, wrong.What)
		}
	}
}

func TestLanguageFor(t *testing.T) {
	s := surveys.DefaultSettings()
	for customer, want := range map[string]string{"fr": "fr", "en": "en", "EN-gb": "en", "fr-ca": "fr", "de": "fr", "": "fr", "eng": "fr"} {
		if got := s.LanguageFor(customer); got != want {
			t.Errorf("%q is spoken to in %s; want %s", customer, got, want)
		}
	}
}
