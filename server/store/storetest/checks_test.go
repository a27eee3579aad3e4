package storetest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/server/store"
	"github.com/entendu/entendu/server/store/sqlite"
	"github.com/entendu/entendu/server/store/storetest/blank"
	"github.com/entendu/entendu/surveys"
)

// watched is a T that keeps the first complaint of the suite, which ends the part:
// one is enough.
type watched struct {
	ctx       context.Context
	mu        sync.Mutex
	complaint string
}

func (w *watched) Helper()                  {}
func (w *watched) Context() context.Context { return w.ctx }

func (w *watched) Errorf(format string, args ...any) { w.Fatalf(format, args...) }

func (w *watched) Fatalf(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.complaint == "" {
		w.complaint = fmt.Sprintf(format, args...)
	}
	runtime.Goexit()
}

// complaint runs one part of the suite over stores made wrong by wrap; "" if it
// passes.
func complaint(t *testing.T, check func(T, Open), wrap func(store.Store) store.Store) string {
	w := &watched{ctx: t.Context()}
	path := filepath.Join(folder(t), "entendu.db")
	if err := blank.Write(path); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		check(w, func() (store.Store, error) {
			s, err := sqlite.Open(t.Context(), path, time.Now)
			if err != nil {
				return nil, err
			}
			return wrap(s), nil
		})
	}()
	<-done
	return w.complaint
}

// folder is one in memory, where the system has such (tmpfs): hundreds of stores are
// made here, and none has to survive.
func folder(t *testing.T) string {
	dir, err := os.MkdirTemp("/dev/shm", "entendu")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// TestRightStorePasses is the control: what follows fails for what was made wrong.
// That two clients race well over a right store is shown by the adapters' tests.
func TestRightStorePasses(t *testing.T) {
	for _, p := range parts() {
		if got := complaint(t, p.check, func(s store.Store) store.Store { return s }); got != "" {
			t.Errorf("%s fails on a right store: %s", p.name, got)
		}
	}
}

// TestSuiteMissesNoField drops every field of every record in turn, once when it is
// added and once when it is changed, and expects a complaint each time.
func TestSuiteMissesNoField(t *testing.T) {
	for _, written := range []struct {
		by    string
		check func(T, Open)
		of    any
		but   string // what that write leaves alone, as is promised
	}{
		{"add", events().check, surveys.Event{}, "Rev"},
		{"put", events().check, surveys.Event{}, ""},
		{"add", refusals().check, surveys.Refusal{}, ""},
		{"add", tickets().check, surveys.Ticket{}, "Rev"},
		{"put", tickets().check, surveys.Ticket{}, ""},
		{"add", invitations().check, surveys.Invitation{}, "Rev"},
		{"put", invitations().check, surveys.Invitation{}, ""},
		{"add", responses().check, surveys.Response{}, "Rev"},
		{"put", responses().check, surveys.Response{}, ""},
		{"add", customers().check, surveys.Customer{}, ""},
		{"put", customers().check, surveys.Customer{}, "ID"},
		{"add", suppressions().check, surveys.Suppression{}, ""},
		{"add", reservations().check, surveys.Reservation{}, "Rev"},
		{"put", reservations().check, surveys.Reservation{}, ""},
		{"add", errands().check, surveys.Errand{}, "Rev"},
		{"put", errands().check, surveys.Errand{}, ""},
		{"add", questionnaires().check, surveys.Survey{}, "Rev"},
		{"put", questionnaires().check, surveys.Survey{}, ""},
		{"add", proposals().check, surveys.Proposal{}, "Rev"},
		{"put", proposals().check, surveys.Proposal{}, ""},
		{"add", followUps().check, surveys.FollowUp{}, "Rev"},
		{"put", followUps().check, surveys.FollowUp{}, ""},
		{"add", tallies().check, reports.Tally{}, "Rev"},
		{"put", tallies().check, reports.Tally{}, ""},
		{"add", editions().check, reports.Edition{}, ""},
		{"add", outlooks().check, reports.Outlook{}, ""},
		{"add", actions().check, reports.Action{}, "Rev"},
		{"put", actions().check, reports.Action{}, ""},
		{"add", voices().check, reports.Voice{}, "Rev"},
		{"put", voices().check, reports.Voice{}, "Place"},
		{"add", people().check, auth.Person{}, "Rev"},
		{"put", people().check, auth.Person{}, ""},
		{"add", sessions().check, auth.Session{}, "Rev"},
		{"put", sessions().check, auth.Session{}, ""},
		{"add", passes().check, auth.Pass{}, "Rev"},
		{"put", passes().check, auth.Pass{}, ""},
		{"add", checkTraces, auth.Trace{}, ""},
		{"add", checkSettings, surveys.SettingsChange{}, ""},
	} {
		record := reflect.TypeOf(written.of)
		for _, l := range leaves(record, "", nil) {
			if l.name == "."+written.but {
				continue
			}
			t.Run(written.by+" "+record.Name()+l.name, func(t *testing.T) {
				dropped := false
				got := complaint(t, written.check, func(s store.Store) store.Store {
					return &dropping{Store: s, record: record, verb: written.by, path: l.path, dropped: &dropped}
				})
				if !dropped || got == "" {
					t.Errorf("a store that drops this field passes (dropped: %v)", dropped)
				}
			})
		}
	}
}

// leaf is a field at any depth that can be dropped alone. A list is one itself, and
// so is each field of its elements, dropped in all of them.
type leaf struct {
	name string
	path []int
}

func leaves(of reflect.Type, name string, path []int) []leaf {
	switch {
	case of == reflect.TypeFor[time.Time]():
	case of.Kind() == reflect.Struct:
		var all []leaf
		for i := range of.NumField() {
			if !of.Field(i).IsExported() {
				continue
			}
			all = append(all, leaves(of.Field(i).Type, name+"."+of.Field(i).Name, append(slices.Clone(path), i))...)
		}
		return all
	case of.Kind() == reflect.Array:
		var all []leaf
		for i := range of.Len() {
			all = append(all, leaves(of.Elem(), fmt.Sprintf("%s[%d]", name, i), append(slices.Clone(path), i))...)
		}
		return all
	case of.Kind() == reflect.Slice && of.Elem().Kind() == reflect.Struct:
		return append(leaves(of.Elem(), name+"[]", path), leaf{name, append(slices.Clone(path), whole)})
	}
	return []leaf{{name, path}}
}

// whole ends the path to a list that is dropped itself.
const whole = -1

// clearAt empties what path leads to, in copies of the lists on its way.
func clearAt(v reflect.Value, path []int) {
	switch {
	case len(path) == 0 && (v.Kind() != reflect.Slice || v.Type().Elem().Kind() != reflect.Struct), len(path) > 0 && path[0] == whole:
		v.SetZero()
	case v.Kind() == reflect.Struct:
		clearAt(v.Field(path[0]), path[1:])
	case v.Kind() == reflect.Array:
		clearAt(v.Index(path[0]), path[1:])
	case v.Kind() == reflect.Slice:
		list := reflect.AppendSlice(reflect.MakeSlice(v.Type(), 0, v.Len()), v)
		for i := range list.Len() {
			clearAt(list.Index(i), path)
		}
		v.Set(list)
	}
}

// TestSuiteSeesWrongStores breaks one promise at a time, and names the chapter that
// must complain.
func TestSuiteSeesWrongStores(t *testing.T) {
	all := append(parts(), races()...)
	for name, wrong := range map[string]struct {
		chapter string
		wrap    func(store.Store) store.Store
	}{
		"a claim is handed out twice":           {"invitation", func(s store.Store) store.Store { return claimsTwice{s} }},
		"a claim is handed out twice in a race": {"two claims of one invitation", func(s store.Store) store.Store { return claimsTwice{s} }},
		"an answer replaces the first":          {"two first answers", func(s store.Store) store.Store { return replaces{s} }},
		"missing is nothing":                    {"response", func(s store.Store) store.Store { return givesNothing{s} }},
		"a suppression is renewed":              {"suppression", func(s store.Store) store.Store { return suppressesAgain{s} }},
		"a walk loses the 500th":                {"walking tickets", func(s store.Store) store.Store { return loses{s} }},
		"a walk repeats the 500th":              {"walking invitations", func(s store.Store) store.Store { return repeats{s} }},
		"a walk includes its end":               {"walking responses", func(s store.Store) store.Store { return includesEnd{s} }},
		"what is counted is left out":           {"what is counted", func(s store.Store) store.Store { return countsLess{s} }},
		"a walk to count loses the 500th":       {"walking tickets to count", func(s store.Store) store.Store { return countsLess{s} }},
		"a walk heeds no context":               {"walking suppressions", func(s store.Store) store.Store { return walksOn{s} }},
		"a mark that was set is cleared":        {"marks", func(s store.Store) store.Store { return clearsAnyway{s} }},
		"a mark set in a race is cleared":       {"a mark set while it is cleared", func(s store.Store) store.Store { return clearsAnyway{s} }},
		"what is not yet due is handed out":     {"due invitations", func(s store.Store) store.Store { return hurries{s} }},
		"the latest due comes first":            {"due invitations", func(s store.Store) store.Store { return reverses{s} }},
		"an answer is overlooked":               {"what was asked", func(s store.Store) store.Store { return overlooks{s} }},
		"an answer is another's":                {"what was asked", func(s store.Store) store.Store { return mistakes{s} }},
		"a suppression is ignored":              {"how things stand", func(s store.Store) store.Store { return ignores{s} }},
		"a customer is another's":               {"how things stand", func(s store.Store) store.Store { return confuses{s} }},
		"a limit is not kept":                   {"events to apply", func(s store.Store) store.Store { return unlimited{s} }},
		"a source has another's events":         {"events of a source", func(s store.Store) store.Store { return mixes{s} }},
		"the log begins at its beginning":       {"changes of the settings", func(s store.Store) store.Store { return forward{s} }},
		"a ticket keeps an old number":          {"tickets of a number", func(s store.Store) store.Store { return remembers{s, map[string][]surveys.TicketKey{}} }},
		"an answer is on another's desk":        {"answers of a desk", func(s store.Store) store.Store { return gossips{s} }},
		"a draft hides what was published":      {"latest survey", func(s store.Store) store.Store { return unpublished{s} }},
		"a proposal is another's":               {"proposals of one and all", func(s store.Store) store.Store { return crowds{s} }},
		"what is never due is handed out":       {"due errands", func(s store.Store) store.Store { return neverRests{s} }},
		"a comment is found by what it lost":    {"voices by terms", func(s store.Store) store.Store { return findsAnyway{s} }},
		"a comment is found by one term of two": {"voices by terms", func(s store.Store) store.Store { return findsMore{s} }},
		"a generation is lost by closing":       {"closing and opening again", func(s store.Store) store.Store { return &forgets{Store: s} }},
	} {
		i := slices.IndexFunc(all, func(p part) bool { return p.name == wrong.chapter })
		if got := complaint(t, all[i].check, wrong.wrap); got == "" {
			t.Errorf("%s, and the chapter %q passes", name, wrong.chapter)
		}
	}
}
