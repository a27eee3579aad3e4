package surveys_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/entendu/entendu/surveys"
)

func refusalsOf(t *testing.T, st surveys.Store, source string) []surveys.Refusal {
	t.Helper()
	all, err := st.FindRefusals(t.Context(), source, 1000)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestRefusalsAreFewAndNameless(t *testing.T) {
	o := newCouncil(t)
	r := &surveys.Refusals{Store: o.Store}
	for n := range 70 {
		if err := r.Note(t.Context(), "desk", "unreadable", fmt.Sprint("line ", n), monday.Add(time.Duration(n)*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	all := refusalsOf(t, o.Store, "desk")
	if len(all) != 50 || all[0].Note != "line 69" || all[49].Note != "line 20" {
		t.Errorf("%d are kept, from %q", len(all), all[0].Note)
	}
}

// Who posts what is refused as fast as they can makes us write six times a minute.
func TestRefusalsInARowAreCounted(t *testing.T) {
	o := newCouncil(t)
	r := &surveys.Refusals{Store: o.Store}
	for n := range 1000 {
		at := monday.Add(time.Duration(n) * 20 * time.Millisecond)
		if err := r.Note(t.Context(), "desk", "unsigned", "", at); err != nil {
			t.Fatal(err)
		}
	}
	all := refusalsOf(t, o.Store, "desk")
	if len(all) != 2 || all[0].More != 499 || all[1].More != 0 {
		t.Errorf("%+v", all)
	}
	if err := r.Note(t.Context(), "desk", "stale", "", monday); err != nil || len(refusalsOf(t, o.Store, "desk")) != 3 {
		t.Errorf("another reason is not told: %v", err)
	}
}
