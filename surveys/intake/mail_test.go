package intake

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/entendu/entendu/surveys"
)

func mailService(t testing.TB, kind string, fetch Fetch) MailService {
	t.Helper()
	for _, m := range MailServices(fetch) {
		if m.Kind == kind {
			return m
		}
	}
	t.Fatalf("no service %q", kind)
	return MailService{}
}

func TestReadFeedback(t *testing.T) {
	for _, kind := range MailKinds() {
		files, _ := filepath.Glob("testdata/" + kind + "/*.json")
		if len(files) < 24 {
			t.Errorf("%s has only %d payloads", kind, len(files)/2)
		}
		for _, file := range files {
			if strings.HasSuffix(file, ".want.json") {
				continue
			}
			t.Run(strings.TrimPrefix(file, "testdata/"), func(t *testing.T) {
				body, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				all, err := ReadFeedback(surveys.Event{Kind: kind, Body: body, ReceivedAt: received}, surveys.Source{})
				golden(t, strings.TrimSuffix(file, ".json")+".want.json", feedback(t, all, err))
				for _, f := range all {
					soundFeedback(t, f)
				}
			})
		}
	}
	if _, err := ReadFeedback(surveys.Event{Kind: "pigeon"}, surveys.Source{}); err == nil {
		t.Error("read a report of a kind that does not exist")
	}
}

// feedback is what was read, as JSON without what was not said.
func feedback(t *testing.T, all []surveys.Feedback, err error) any {
	t.Helper()
	var bad *surveys.Unreadable
	switch {
	case errors.As(err, &bad):
		if all != nil {
			t.Error("unreadable, and yet there are reports")
		}
		return map[string]any{"where": bad.Where, "what": bad.What}
	case err != nil:
		t.Fatalf("not *surveys.Unreadable: %v", err)
	}
	said := []any{}
	for _, f := range all {
		said = append(said, without(t, f))
	}
	return said
}

// soundFeedback is what every report must be, whatever it was made of.
func soundFeedback(t *testing.T, f surveys.Feedback) {
	t.Helper()
	switch f.Kind {
	case surveys.HardBounce, surveys.SoftBounce, surveys.Complaint, surveys.OptedOut:
	default:
		t.Errorf("kind %q", f.Kind)
	}
	if utf8.RuneCountInString(f.Reply) > 200 || clean(f.Reply, 200) != f.Reply || strings.Contains(f.Reply, "@") {
		t.Errorf("not clean, too long, or an address: %q", f.Reply)
	}
	if f.Name != "" && nameOf(f.Name) != f.Name {
		t.Errorf("name %q", f.Name)
	}
	if _, err := surveys.Normalise(f.Address); f.Address != "" && err != nil {
		t.Errorf("address %q", f.Address)
	}
	if !f.At.IsZero() && (f.At.Year() < 1990 || f.At != surveys.Moment(f.At)) {
		t.Errorf("time %v", f.At)
	}
}

// Every kind of source has a name of its own.
func TestKindsAreApart(t *testing.T) {
	seen := map[string]bool{}
	kinds := MailKinds()
	for _, h := range Helpdesks() {
		kinds = append(kinds, h.Kind)
	}
	for _, kind := range kinds {
		if seen[kind] {
			t.Errorf("%q stands twice", kind)
		}
		seen[kind] = true
	}
}

func TestBouncedIsSoftWhereSomebodyIsThere(t *testing.T) {
	for _, test := range []struct {
		final         bool
		status, words string
		want          surveys.FeedbackKind
	}{
		{true, "", "", surveys.HardBounce},
		{true, "5.1.1", "", surveys.HardBounce},
		{true, "5.0.0", "550 5.1.10 null MX", surveys.HardBounce},
		{true, "5.1.1", "550 5.7.1 refused", surveys.SoftBounce}, // the server's own words come first
		{true, "5.7.515", "550 access denied", surveys.SoftBounce},
		{true, "", "552 5.2.2 full", surveys.SoftBounce},
		{true, "5.4.7", "expired", surveys.SoftBounce},
		{true, "5.7.1", "550 5.0.0 refused", surveys.SoftBounce},
		{true, "4.2.1", "", surveys.SoftBounce},
		{true, "", "550 unknown, says 192.0.5.7.1", surveys.HardBounce},
		{true, "", "550 unknown, says 10.5.7.1", surveys.HardBounce},
		{false, "5.1.1", "550 5.1.1 unknown", surveys.SoftBounce},
	} {
		if got := (fact{status: test.status, words: test.words}).bounced(test.final).Kind; got != test.want {
			t.Errorf("%+v: %s", test, got)
		}
	}
}

func TestReplyHoldsNoAddress(t *testing.T) {
	for words, want := range map[string]string{
		"550 5.1.1 <lina@example.net>: no":   "550 5.1.1 (address) no",
		`"lina"@example.net or @example.net`: "(address) or (address)",
		"user Lina unknown, line 3":          "user (address) unknown, line 3",
		"one\r\n two\tthree":                 "one two three",
		strings.Repeat("é", 300):             strings.Repeat("é", 200),
	} {
		if got := (fact{words: words, address: "lina@example.net"}).as(surveys.SoftBounce).Reply; got != want {
			t.Errorf("%q: %q, want %q", words, got, want)
		}
	}
}

func FuzzReadSES(f *testing.F)      { fuzzFeedback(f, "ses") }
func FuzzReadPostmark(f *testing.F) { fuzzFeedback(f, "postmark") }
func FuzzReadSendGrid(f *testing.F) { fuzzFeedback(f, "sendgrid") }
func FuzzReadMailgun(f *testing.F)  { fuzzFeedback(f, "mailgun") }
func FuzzReadBrevo(f *testing.F)    { fuzzFeedback(f, "brevo") }

// fuzzFeedback holds every kind to: no panic, nothing but *surveys.Unreadable, sound
// reports, the same ones each time, and no signature of what nobody signed.
func fuzzFeedback(f *testing.F, kind string) {
	seed(f, "testdata/"+kind+"/*.json")
	m := mailService(f, kind, nil)
	f.Fuzz(func(t *testing.T, body []byte) {
		all, err := m.Read(body, received)
		var bad *surveys.Unreadable
		if err != nil && (!errors.As(err, &bad) || all != nil || utf8.RuneCountInString(bad.What) > 300) {
			t.Fatalf("%v and %d reports", err, len(all))
		}
		for _, f := range all {
			soundFeedback(t, f)
		}
		again, _ := m.Read(bytes.Clone(body), received)
		if !reflect.DeepEqual(all, again) {
			t.Fatal("the second reading differs")
		}
		m.Delivery(nil, body)
		if err := m.Verify(t.Context(), nil, body, source(kind), received); !errors.Is(err, ErrUnsigned) {
			t.Fatalf("taken without a signature: %v", err)
		}
		if m.Greet != nil {
			m.Greet(t.Context(), body)
		}
	})
}
