package intake

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/entendu/entendu/surveys"
)

// update writes what was read as what is wanted, to be looked over before it is
// committed: go test ./surveys/intake -update
var update = flag.Bool("update", false, "rewrite the wanted results in testdata")

// received is when every event of testdata came.
var received = time.Date(2026, 3, 5, 9, 0, 0, 0, time.UTC)

func source(kind string) surveys.Source {
	return surveys.Source{Name: "desk", Kind: kind, Secret: "s3cret", Freshness: surveys.Span{N: 5, Unit: "m"},
		Statuses: map[string]surveys.Status{"Waiting for Parts": surveys.Pending}}
}

func TestRead(t *testing.T) {
	for _, h := range Helpdesks() {
		files, _ := filepath.Glob("testdata/" + h.Kind + "/*.json")
		if len(files) < 10 {
			t.Errorf("%s has only %d payloads", h.Kind, len(files))
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
				event := surveys.Event{Kind: h.Kind, Body: body, ReceivedAt: received}
				notices, err := Read(event, source(h.Kind))
				golden(t, strings.TrimSuffix(file, ".json")+".want.json", result(t, notices, err))
				again, _ := Read(event, source(h.Kind))
				if !reflect.DeepEqual(notices, again) {
					t.Errorf("read a second time it says something else: %s", cmp.Diff(notices, again))
				}
			})
		}
	}
}

// result is what was read, as JSON without what was not said.
func result(t *testing.T, notices []surveys.Notice, err error) any {
	t.Helper()
	var bad *surveys.Unreadable
	switch {
	case errors.As(err, &bad):
		if notices != nil {
			t.Error("unreadable, and yet there are notices")
		}
		return map[string]any{"where": bad.Where, "what": bad.What}
	case err != nil:
		t.Fatalf("not *surveys.Unreadable: %v", err)
	}
	said := []any{}
	for _, n := range notices {
		said = append(said, without(t, n))
	}
	return said
}

// without drops what is zero, but keeps the difference of nil and empty.
func without(t *testing.T, v any) any {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var said map[string]any
	if err := json.Unmarshal(text, &said); err != nil {
		t.Fatal(err)
	}
	prune(said)
	return said
}

func prune(said map[string]any) {
	for key, v := range said {
		if in, ok := v.(map[string]any); ok {
			prune(in)
			if len(in) == 0 {
				delete(said, key)
			}
		}
		if v == nil || v == "" || v == false || v == 0.0 || v == "0001-01-01T00:00:00Z" {
			delete(said, key)
		}
	}
}

func golden(t *testing.T, file string, got any) {
	t.Helper()
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(got); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, text.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), text.String()); diff != "" {
		t.Errorf("%s (- wanted, + read):\n%s", file, diff)
	}
}
