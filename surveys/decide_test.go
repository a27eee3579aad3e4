package surveys_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/entendu/entendu/server/store/sqlite"
	"github.com/entendu/entendu/server/store/storetest/blank"
	"github.com/entendu/entendu/surveys"
)

// council is a Decider over a real store.
type council struct {
	*surveys.Decider
	*testing.T
	clock *clock
}

func newCouncil(t *testing.T) council {
	at := &clock{at: monday}
	store, err := sqlite.Open(t.Context(), blank.Path(t), at.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return council{&surveys.Decider{Store: store, Kinds: []string{"generic"}, Languages: []string{"fr", "en"}}, t, at}
}

func (o council) latest() surveys.SettingsChange {
	o.Helper()
	c, err := o.Latest(o.Context())
	if err != nil {
		o.Fatal(err)
	}
	return c
}

// decide changes whatever is in force, and must be let.
func (o council) decide(alter func(*surveys.Settings)) {
	o.Helper()
	if _, err := o.try(surveys.Whatever, alter); err != nil {
		o.Fatal(err)
	}
}

func (o council) try(seen int64, alter func(*surveys.Settings)) (bool, error) {
	return o.Decide(o.Context(), surveys.Decision{By: "p-1", Seen: seen, Alter: func(s *surveys.Settings) error {
		alter(s)
		return nil
	}})
}

func sample(share float64) func(*surveys.Settings) {
	return func(s *surveys.Settings) { s.Asking.Sample = share }
}

func TestADecisionIsKeptWithWhoAndWhen(t *testing.T) {
	o := newCouncil(t)
	told := 0
	o.Changed = func(context.Context) error { told++; return nil }
	o.decide(sample(0.5))
	o.clock.pass(time.Hour)
	changed, err := o.try(1, sample(0.25))
	if c := o.latest(); err != nil || !changed || c.N != 2 || c.By != "p-1" || !c.At.Equal(monday.Add(time.Hour)) || c.Settings.Asking.Sample != 0.25 {
		t.Errorf("%v, %v, %+v", changed, err, c)
	}
	if changed, err = o.try(2, sample(0.25)); changed || err != nil || o.latest().N != 2 {
		t.Errorf("what changes nothing was kept as change %d (%v)", o.latest().N, err)
	}
	if told != 2 {
		t.Errorf("instances were told %d times of two changes", told)
	}
}

func TestADecisionThatCannotBeChangesNothing(t *testing.T) {
	o := newCouncil(t)
	var wrong *surveys.Wrong
	if _, err := o.try(0, sample(2)); !errors.As(err, &wrong) || wrong.Key != "asking.sample" || wrong.Reason != "share" || wrong.About != "2" || o.latest().N != 0 {
		t.Errorf("%v, %+v", err, wrong)
	}
}

func TestWhatAFileSetsIsLocked(t *testing.T) {
	o := newCouncil(t)
	addDesk := func(s *surveys.Settings) {
		s.Sources = append(s.Sources, surveys.Source{Name: "desk", Kind: "generic", Secret: "0123456789abcdef"})
	}
	o.decide(addDesk)
	o.Locked = []string{"asking.sample", "source[desk].name", "source[desk].kind", "source[shop]"}
	for name, alter := range map[string]func(*surveys.Settings){
		"a value":          sample(0.5),
		"a table's end":    func(s *surveys.Settings) { s.Sources = nil },
		"a removed source": func(s *surveys.Settings) { s.Sources[0].Name = "shop" },
	} {
		var locked *surveys.Locked
		if _, err := o.try(1, alter); !errors.As(err, &locked) || o.latest().N != 1 {
			t.Errorf("%s was changed: %v", name, err)
		}
	}
	if _, err := o.try(1, func(s *surveys.Settings) { s.Asking.Sample, s.Sources[0].Secret = 1, "fedcba9876543210" }); err != nil {
		t.Errorf("what the file does not set was refused: %v", err)
	}
}

func TestTwoManagersDoNotOverwriteEachOther(t *testing.T) {
	o := newCouncil(t)
	o.decide(sample(0.5))
	o.decide(sample(0.25)) // by the other one, meanwhile
	var overtaken *surveys.Overtaken
	_, err := o.try(1, sample(0.75))
	if !errors.As(err, &overtaken) || !slices.Equal(overtaken.Keys, []string{"asking.sample"}) || overtaken.Latest.N != 2 || o.latest().Settings.Asking.Sample != 0.25 {
		t.Errorf("%v, %+v", err, o.latest())
	}
	if _, err = o.try(1, sample(0.5)); !errors.As(err, &overtaken) {
		t.Errorf("a form that was not touched took the other's change back: %v", err)
	}
	if _, err = o.try(1, func(s *surveys.Settings) { s.Comparing.Advisers = 7 }); err != nil {
		t.Errorf("what nobody else changed was refused: %v", err)
	}
	if s := o.latest().Settings; s.Comparing.Advisers != 7 || s.Asking.Sample != 0.25 {
		t.Errorf("%+v", s)
	}
}

func TestDecisionsAtOnceAreAllInForce(t *testing.T) {
	o := newCouncil(t)
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			if _, err := o.try(0, func(s *surveys.Settings) {
				s.Teams = append(s.Teams, surveys.Team{Name: string(rune('a' + n))})
			}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if c := o.latest(); c.N != 8 || len(c.Settings.Teams) != 8 {
		t.Errorf("%+v", c)
	}
}

// The promise that counts is the one in force when the ticket opened, however late we
// learn of it.
func TestAPromiseHoldsFromWhenItWasMade(t *testing.T) {
	o := newCouncil(t)
	hours := func(n int) func(*surveys.Settings) {
		return func(s *surveys.Settings) { s.Promise.Default = surveys.Span{N: n, Unit: "h"} }
	}
	o.decide(hours(24))
	o.clock.pass(day)
	o.decide(func(s *surveys.Settings) { s.Promise.Category = map[string]surveys.Span{"delivery": {N: 4, Unit: "h"}} })
	o.clock.pass(day)
	o.decide(hours(12))
	o.decide(sample(0.5)) // is none
	s := o.latest().Settings
	for _, x := range []struct {
		category string
		opened   time.Time
		want     time.Duration
	}{
		{"invoice", monday.Add(-90 * day), 24 * hour}, // nobody had decided anything before
		{"delivery", monday.Add(hour), 24 * hour},
		{"delivery", monday.Add(day + hour), 4 * hour},
		{"invoice", monday.Add(day + hour), 24 * hour},
		{"invoice", monday.Add(2*day - time.Millisecond), 24 * hour},
		{"invoice", monday.Add(2 * day), 12 * hour},
		{"invoice", time.Date(2024, 12, 1, 0, 0, 0, 0, time.UTC), 0},
	} {
		if got := s.PromiseFor(x.category, x.opened); got != x.want {
			t.Errorf("%s opened at %s was promised %s, want %s", x.category, x.opened, got, x.want)
		}
	}
	if len(s.Promise.Past) != 2 {
		t.Errorf("%d promises of the past: %+v", len(s.Promise.Past), s.Promise.Past)
	}
}

func TestAPromiseCanBeCorrected(t *testing.T) {
	o := newCouncil(t)
	o.decide(sample(0.5))
	_, err := o.Decide(t.Context(), surveys.Decision{Seen: surveys.Whatever, Corrects: true, Alter: func(s *surveys.Settings) error {
		s.Promise.Default = surveys.Span{N: 4, Unit: "h"}
		return nil
	}})
	if got := o.latest().Settings.PromiseFor("", monday.Add(-90*day)); err != nil || got != 4*hour {
		t.Errorf("%s, %v", got, err)
	}
}
