package main

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"slices"
	"strings"
	"testing"

	"github.com/entendu/entendu/surveys"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const example = `
[organisation]
name = "Atelier Sarl"
timezone = "Pacific/Kiritimati"

[promise]
since = 2026-01-01
category = { delivery = "24h" }

[asking]
rest = "0"
staff = ["@example.org", "boss@example.com"]

[[team]]
name = "billing"
address = "billing@example.org"

[[source]]
name = "desk"
kind = "zendesk"
secret = "0123456789abcdef"
statuses = { "on hold" = "pending" }
`

// kept leaves out what Settings only hold ready.
var kept = cmpopts.IgnoreUnexported(surveys.Settings{})

func merged(t *testing.T, s surveys.Settings, file string) surveys.Settings {
	t.Helper()
	got, err := merge(s, []byte(file), []string{"en", "fr"})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestAFileSetsWhatItNamesAndLeavesTheRest(t *testing.T) {
	want := surveys.DefaultSettings()
	want.Organisation.Name, want.Organisation.Timezone = "Atelier Sarl", "Pacific/Kiritimati"
	want.Promise.Since, want.Promise.Category = "2026-01-01", map[string]surveys.Span{"delivery": {N: 24, Unit: "h"}}
	want.Asking.Rest, want.Asking.Staff = surveys.Span{}, []string{"@example.org", "boss@example.com"}
	want.Teams = []surveys.Team{{Name: "billing", Address: "billing@example.org"}}
	want.Sources = []surveys.Source{{
		Name: "desk", Kind: "zendesk", Secret: "0123456789abcdef", Freshness: surveys.Span{N: 5, Unit: "m"},
		Statuses: map[string]surveys.Status{"on hold": surveys.Pending},
	}}
	got := merged(t, surveys.DefaultSettings(), example)
	if diff := cmp.Diff(want, got, kept); diff != "" {
		t.Error(diff)
	}
}

func TestTablesMergeByName(t *testing.T) {
	s := merged(t, surveys.DefaultSettings(), example)
	s = merged(t, s, "[[source]]\nname = \"desk\"\nfreshness = \"0\"\n[[source]]\nname = \"shop\"\nkind = \"generic\"\nsecret = \"fedcba9876543210\"\n")
	if len(s.Sources) != 2 || s.Sources[0].Kind != "zendesk" || !s.Sources[0].Freshness.Off() || s.Sources[1].Name != "shop" {
		t.Errorf("%+v", s.Sources)
	}
	s = merged(t, s, "[[source]]\nname = \"desk\"\nremove = true\n[[team]]\nname = \"billing\"\nremove = true\n")
	if len(s.Sources) != 1 || s.Sources[0].Name != "shop" || len(s.Teams) != 0 {
		t.Errorf("%+v %+v", s.Sources, s.Teams)
	}
}

func TestShownSettingsApplyToThemselves(t *testing.T) {
	s := merged(t, surveys.DefaultSettings(), example)
	s.Mail.DKIMKey, s.Mail.DKIMSelector = dkimKey(t), "entendu"
	s.Sources[0].API, s.Sources[0].Token = "https://example.zendesk.com", "token-of-the-desk"
	text, err := show(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"-----BEGIN", "token-of-the-desk", "0123456789abcdef"} {
		if strings.Contains(string(text), secret) {
			t.Errorf("a secret is shown:\n%s", text)
		}
	}
	if diff := cmp.Diff(s, merged(t, s, string(text)), kept); diff != "" {
		t.Errorf("applying what is shown changes something:\n%s\n%s", diff, text)
	}
	if !strings.Contains(string(text), "\nsince = 2026-01-01\n") {
		t.Errorf("a day is not shown as one:\n%s", text)
	}
	if _, err := merge(surveys.DefaultSettings(), text, []string{"en", "fr"}); err == nil {
		t.Error("hidden secrets were taken for real ones on a fresh store")
	}
}

// The file and the pages know the same keys.
func TestTheFileHasEveryKey(t *testing.T) {
	s := exampleSettings()
	text, err := show(s)
	if err != nil {
		t.Fatal(err)
	}
	f, err := readSettings(text)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, x := range s.All() {
		want = append(want, x.Key)
	}
	got := f.named()
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("settings -, file +\n%s", diff)
	}
}

func TestAFileLocksWhatItNames(t *testing.T) {
	for file, want := range map[string]string{
		"[asking]\nsample = 1.0\nrest = \"0\"":                                             "asking.rest asking.sample",
		"[promise]\nsince = 2026-01-01\n[promise.category]\na = \"1h\"":                    "promise.category promise.since",
		"[publishing]\npublic = false":                                                     "publishing.public",
		"[[source]]\nkind = \"generic\"\nname = \"desk\"\n[source.statuses]\na = \"open\"": "source[desk].kind source[desk].name source[desk].statuses",
		"[[source]]\nname = \"desk\"\nremove = true":                                       "source[desk]",
		"": "",
	} {
		f, err := readSettings([]byte(file))
		got := f.named()
		slices.Sort(got)
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%q locks %q, want %q (%v)", file, got, want, err)
		}
	}
}

// dkimKey is a private key as an operator writes it.
func dkimKey(t *testing.T) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)))
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func TestWrongFilesAreRefusedByNameAndLine(t *testing.T) {
	for _, test := range []struct{ file, line, want string }{
		{"[asking]\nrest = \"30d\"\nrests = \"30d\"", "line 3", "asking.rests"},
		{"[asking]\n\nrest = \"soon\"", "line 3", `"soon" is not a duration`},
		{"[asking]\nsample = 1.5", "line 2", "asking.sample"},
		{"[asking]\nhours = \"9 to 5\"", "line 2", "mon-fri 09:00-18:00"},
		{"[organisation]\nname = \"A\"\ntimezone = \"Paris\"", "line 3", "Europe/Paris"},
		{"[organisation]\nlanguages = [\"fr\", \"tlh\"]", "line 2", `"tlh"`},
		{"[publishing]\nminimum = 4", "line 2", "at least 5"},
		{"[comparing]\nadvisers = 2", "line 2", "at least 3"},
		{"[mail]\ndkim_selector = \"entendu\"\ndkim_key = \"\"\"\n-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n\"\"\"", "line 3", "mail.dkim_key"},
		{"[[source]]\nname = \"desk\"\nkind = \"zendesk\"\nsecret = \"0123456789abcdef\"\n[[source]]\nname = \"shop\"\nkind = \"zendisk\"\nsecret = \"0123456789abcdef\"", "line 7", "zendisk"},
		{"[[source]]\nname = \"desk\"\nkind = \"zendesk\"", "line 1", "source[desk].secret"},
		{"[[source]]\nname = \"Desk!\"\nkind = \"zendesk\"\nsecret = \"0123456789abcdef\"", "line", "small letters"},
		{"[[team]]\nname = \"billing\"\naddress = \"billing\"", "line 3", "support@example.org"},
		{"[[team]]\nname = \"billing\"\nremove = true", "line 1", "no such team"},
		{"[asking\nrest = 1", "line 1", ""},
		{"[promise]\nsince = \"2025\"", "line 2", "promise.since"},
		{"[promise]\nsince = 2025-13-01", "line 2", "promise.since"},
		{"[asking]\n\nrest = \"soon\"", "line 3", "asking.rest"},
		{"[asking]\ndelay = 24", "line 2", "asking.delay is written like this: delay = '24h'"},
		{"[asking]\nsample = \"1\"", "line 2", "asking.sample is written like this: sample = 1.0"},
		{"[asking]\nsample = nan", "line 2", "asking.sample"},
		{"[asking]\nskip_tags = \"spam\"", "line 2", "skip_tags = ['spam', 'internal']"},
		{"[asking]\nstaff = [1]", "line 2", "staff = ['@example.org']"},
		{"[promise]\ncategory = { delivery = 24 }", "line 2", "category = {delivery = '24h'}"},
		{"[promise.category]\ndelivery = \"24x\"", "line 2", "promise.category.delivery"},
		{"[publishing]\npublic = \"yes\"", "line 2", "public = true"},
		{"[mail]\nper_second = inf", "line 2", "mail.per_second"},
		{"[[source]]\nname = \"desk\"\nsecret = 1", "line 3", "source.secret is written like this: secret = '***'"},
		{"[[team]]\nname = \"billing\"\nremove = 1", "line 3", "team.remove"},
		{"[organisation]\nname = \"A\\nB\"", "line 2", "one line"},
		{"[organisation]\nlanguages = [\"fr\", \"fr\"]", "line 2", "twice"},
		{"\uFEFF[asking]\nrests = \"30d\"", "line 2", "asking.rests"},
	} {
		_, err := merge(surveys.DefaultSettings(), []byte(test.file), []string{"en", "fr"})
		if err == nil || !strings.Contains(err.Error(), test.line) || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "struct") {
			t.Errorf("%q:\n\t%v", test.file, err)
		}
	}
}
