package intake

import (
	"testing"
	"time"
)

func TestLanguage(t *testing.T) {
	for text, want := range map[string]string{
		"fr": "fr", "FR": "fr", "pt_BR": "pt-br", "zh-Hant-TW": "zh-hant-tw", "Français": "fr", "English": "en", "DEUTSCH": "de",
		"": "", "f": "", "12": "", "fr-": "", "fr--ca": "", "klingon": "", "fr ca": "", "en-123456789": "",
	} {
		if got := language(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestClean(t *testing.T) {
	for _, test := range []struct {
		text string
		max  int
		want string
	}{
		{"  a\r\nb\tc\u2028d\x00\x07 ", 50, "a b c d"},
		{"12 %\u202f!\u00a0?", 50, "12 %\u202f!\u00a0?"},
		{"\u202egnp.exe\u2066\u200f\ufeff", 50, "gnp.exe"},
		{"👩‍👧 ok", 50, "👩‍👧 ok"},
		{"ééééé", 3, "ééé"},
		{"ab cd", 3, "ab"},
		{"caf\xe9", 50, "caf\uFFFD"},
	} {
		if got := clean(test.text, test.max); got != test.want {
			t.Errorf("%q: got %q, want %q", test.text, got, test.want)
		}
	}
}

func TestChannelOf(t *testing.T) {
	for word, want := range map[string]string{
		"": "", "Mail": "email", "Channel::Email": "email", "Web form": "web", "Channel::WebWidget": "chat", "native_messaging": "chat",
		"Phone call (inbound)": "phone", "Téléphone": "phone", "Channel::TwilioSms": "sms", "Channel::FacebookPage": "facebook",
		"twitter status": "twitter", "Web Service (API)": "api", "Pigeon Post": "pigeon post",
	} {
		if got := channelOf(word); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}

// Both sides of every clock change: a time without zone is the organisation's.
func TestDates(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		cell     string
		dayFirst bool
		want     string // "" if it cannot be read
	}{
		{"2026-03-04T10:12:31+01:00", false, "2026-03-04T09:12:31Z"},
		{"2026-03-04T10:12:31.5Z", false, "2026-03-04T10:12:31.5Z"},
		{"2026-03-04T10:12Z", false, "2026-03-04T10:12:00Z"},
		{"2026-03-04 10:12:31 +0100", false, "2026-03-04T09:12:31Z"},
		{"2026-03-04 10:12:31 UTC", false, "2026-03-04T10:12:31Z"},
		{"2026-03-04 10:12:31", false, "2026-03-04T09:12:31Z"},
		{"2026-07-04 10:12", false, "2026-07-04T08:12:00Z"},
		{"2026-07-04", false, "2026-07-03T22:00:00Z"},
		{"2026/07/04 10:12", false, "2026-07-04T08:12:00Z"},
		{"03/04/2026", false, "2026-03-03T23:00:00Z"},
		{"03/04/2026", true, "2026-04-02T22:00:00Z"},
		{"3/4/2026 1:05 pm", false, "2026-03-04T12:05:00Z"},
		{"3/4/2026 12:00 AM", false, "2026-03-03T23:00:00Z"},
		{"3/4/2026 12:00 p.m.", false, "2026-03-04T11:00:00Z"},
		{"04.03.2026 10:12", false, "2026-03-04T09:12:00Z"},
		{"29/02/2024 10h15", true, "2024-02-29T09:15:00Z"},
		{"29/02/2026 10:15", true, ""},
		{"31/04/2026", true, ""},
		{"13/13/2026", true, ""},
		{"3/4/2026 13:00 PM", false, ""},
		{"3/4/2026 24:00", false, ""},
		{"3/4/2026 10:60", false, ""},
		{"3/4/26", false, ""},
		{"0/4/2026", true, ""},
		{"2026-13-01", false, ""},
		{"yesterday", false, ""},
	} {
		d := newDates(paris)
		d.dayFirst = test.dayFirst
		got, ok := d.read(test.cell)
		if text := got.UTC().Format(time.RFC3339Nano); ok != (test.want != "") || ok && text != test.want {
			t.Errorf("%q, day first %v: got %s %v, want %q", test.cell, test.dayFirst, text, ok, test.want)
		}
	}
}

func TestLength(t *testing.T) {
	for _, test := range []struct {
		cell string
		unit time.Duration
		want time.Duration
		ok   bool
	}{
		{"39", time.Minute, 39 * time.Minute, true},
		{"12,5", time.Minute, 12*time.Minute + 30*time.Second, true},
		{"00:58:49", time.Hour, 58*time.Minute + 49*time.Second, true},
		{"100:00", time.Hour, 100 * time.Hour, true},
		{"1.5", time.Hour, 90 * time.Minute, true},
		{"-5", time.Minute, 0, false},
		{"NaN", time.Minute, 0, false},
		{"1e300", time.Minute, 0, false},
		{"99999999999:00:00", time.Hour, 0, false},
		{"soon", time.Minute, 0, false},
	} {
		got, ok := length(test.cell, test.unit)
		if ok != test.ok || ok && got != test.want {
			t.Errorf("%q: got %v %v, want %v %v", test.cell, got, ok, test.want, test.ok)
		}
	}
}
