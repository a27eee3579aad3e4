package intake

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/entendu/entendu/surveys"
)

func FuzzReadGeneric(f *testing.F)   { fuzzRead(f, "generic") }
func FuzzReadZendesk(f *testing.F)   { fuzzRead(f, "zendesk") }
func FuzzReadFreshdesk(f *testing.F) { fuzzRead(f, "freshdesk") }
func FuzzReadZammad(f *testing.F)    { fuzzRead(f, "zammad") }
func FuzzReadChatwoot(f *testing.F)  { fuzzRead(f, "chatwoot") }

// fuzzRead holds every kind to: no panic, nothing but *surveys.Unreadable, sound
// notices, the same ones each time.
func fuzzRead(f *testing.F, kind string) {
	seed(f, "testdata/"+kind+"/*.json")
	h, _ := Find(kind)
	f.Fuzz(func(t *testing.T, body []byte) {
		notices, err := h.Read(body, received, source(kind))
		var bad *surveys.Unreadable
		if err != nil && (!errors.As(err, &bad) || notices != nil || utf8.RuneCountInString(bad.What) > 300) {
			t.Fatalf("%v and %d notices", err, len(notices))
		}
		for _, n := range notices {
			sound(t, n)
		}
		again, _ := h.Read(body, received, source(kind))
		if !reflect.DeepEqual(notices, again) {
			t.Fatal("the second reading differs")
		}
		h.Delivery(nil, body)
	})
}

func FuzzCSV(f *testing.F) {
	seed(f, "testdata/csv/*.csv")
	seed(f, "testdata/csv/same/*.csv")
	f.Fuzz(func(t *testing.T, file []byte) {
		line, ended := 0, false
		for row, err := range CSV(bytes.NewReader(file), options(t)) {
			if ended {
				t.Fatal("the walk went on after its error")
			}
			if err != nil {
				var bad *surveys.Unreadable
				if !errors.As(err, &bad) {
					t.Fatal(err)
				}
				ended = true
				continue
			}
			if row.Line <= line || row.Line > bytes.Count(file, []byte("\n"))+bytes.Count(file, []byte("\r"))+1 {
				t.Fatalf("line %d after line %d", row.Line, line)
			}
			line = row.Line
			if row.Refused == "" {
				sound(t, row.Notice)
			}
		}
	})
}

func seed(f *testing.F, pattern string) {
	files, _ := filepath.Glob(pattern)
	if len(files) == 0 {
		f.Fatal("no seeds")
	}
	for _, file := range files {
		if strings.HasSuffix(file, ".want.json") {
			continue
		}
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
}

// sound is what every notice must be, whatever it was made of.
func sound(t *testing.T, n surveys.Notice) {
	t.Helper()
	texts := map[string]int{
		n.ID: maxID, n.Number: maxID, n.Agent: maxID, n.MergedInto: maxID, n.Customer.Ref: maxID, n.Subject: maxSubject,
		n.Team: maxName, n.Category: maxName, n.Product: maxName, n.Channel: maxName, n.Vendor: maxName, n.Customer.Name: maxName,
	}
	for _, tag := range n.Tags {
		texts[tag] = maxTag
	}
	for text, max := range texts {
		if utf8.RuneCountInString(text) > max || clean(text, max) != text {
			t.Errorf("not clean, or longer than %d: %q", max, text)
		}
	}
	if n.ID == "" || n.UpdatedAt.IsZero() || len(n.Tags) > maxTags || n.Contacts < 0 || n.Status != "" && n.Vendor != "" {
		t.Errorf("not sound: %+v", n)
	}
	if n.Status != "" && ours(string(n.Status)) == "" {
		t.Errorf("status %q", n.Status)
	}
	if _, err := surveys.Normalise(n.Customer.Email); n.Customer.Email != "" && (err != nil || strings.ContainsAny(n.Customer.Email, "\r\n<>")) {
		t.Errorf("address %q", n.Customer.Email)
	}
	if l := n.Language; l != "" && language(l) != l {
		t.Errorf("language %q", l)
	}
	for _, at := range []time.Time{n.OpenedAt, n.FirstReplyAt, n.ClosedAt, n.UpdatedAt} {
		if !at.IsZero() && (at.Year() < 1990 || at != surveys.Moment(at)) {
			t.Errorf("time %v", at)
		}
	}
}
