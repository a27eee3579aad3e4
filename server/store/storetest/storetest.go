// Package storetest holds every adapter to the promises of packages store, surveys
// and reports, so that two engines stay one product. Run is for one client at a
// time, Races for two at once. It tests nothing that is one engine's own (its
// files, its clock, its settings): that stands in the adapter's tests.
//
// Records are filled by reflection, so a field that is added to a domain type and
// forgotten by an adapter fails here without a line being written. The suite's own
// test (checks_test.go) shows that it fails: for each field dropped, and for many
// ways to be wrong.
package storetest

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/entendu/entendu/server/store"
	"github.com/entendu/entendu/surveys"
)

// Open opens one more client of the same store. The suite closes what it opens.
// The clock is the caller's affair: Open closes over it.
type Open func() (store.Store, error)

// T is what the suite needs of a *testing.T. It is an interface so that the
// suite's own test can watch it fail.
type T interface {
	Helper()
	Context() context.Context
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any) // does not return
}

// Run holds an adapter to the promises that one client can see. Each call of fresh
// makes a place with nothing in it, which may go when the test ends.
func Run(t *testing.T, fresh func(t testing.TB) Open) {
	for _, p := range parts() {
		t.Run(p.name, func(t *testing.T) { p.check(t, fresh(t)) })
	}
}

// part is one chapter of the suite; it begins with an empty store.
type part struct {
	name  string
	check func(T, Open)
}

func parts() []part {
	return []part{
		{"event", events().check},
		{"refusal", refusals().check},
		{"ticket", tickets().check},
		{"invitation", invitations().check},
		{"response", responses().check},
		{"when an answer was learnt", checkLearnt},
		{"customer", customers().check},
		{"suppression", suppressions().check},
		{"reservation", reservations().check},
		{"errand", errands().check},
		{"survey", questionnaires().check},
		{"proposal", proposals().check},
		{"follow-up", followUps().check},
		{"tally", tallies().check},
		{"edition", editions().check},
		{"outlook", outlooks().check},
		{"action", actions().check},
		{"voice", voices().check},
		{"person", people().check},
		{"session", sessions().check},
		{"pass", passes().check},
		{"settings", checkSettings},
		{"changes of the settings", checkChanges},
		{"facts", checkFacts},
		{"generation", checkGeneration},
		{"slots", checkSlots},
		{"removal", checkRemoval},
		{"events to apply", checkFindEvents},
		{"events of a source", checkSourceEvents},
		{"refusals of a source", checkRefusals},
		{"tickets to settle", checkSettle},
		{"tickets of a number", checkNumbers},
		{"responses to transcribe", checkTranscribe},
		{"voices by terms", checkFindVoices},
		{"labels", checkLabels},
		{"due invitations", checkDue},
		{"due errands", checkDueErrands},
		{"responses to follow up", checkToFollowUp},
		{"follow-ups of all kinds", checkFollowUps},
		{"follow-ups to tell of", checkFollowUpsToTell},
		{"follow-ups that are counted", countFollowUps},
		{"what was asked", checkAsked},
		{"answers of a desk", checkDesk},
		{"latest survey", checkLatestSurvey},
		{"proposals of one and all", checkProposals},
		{"how things stand", checkStanding},
		{"marks", checkMarks},
		{"latest edition", checkLatestEdition},
		{"latest outlook", checkLatestOutlook},
		{"walking tickets", walkTickets().check},
		{"walking invitations", walkInvitations().check},
		{"walking responses", walkResponses().check},
		{"what is counted", checkCounted},
		{"walking tickets to count", countTickets().check},
		{"walking invitations to count", countInvitations().check},
		{"walking responses to count", countResponses().check},
		{"walking the tickets of a person", walkTicketsOf().check},
		{"walking the invitations of a person", walkInvitationsOf().check},
		{"walking tickets with names", walkTicketsNamed().check},
		{"who is in a ticket", checkNamed},
		{"walking the events of a state", walkEvents().check},
		{"walking customers", walkCustomers().check},
		{"walking suppressions", walkSuppressions().check},
		{"walking errands", walkErrands().check},
		{"walking surveys", walkSurveys().check},
		{"walking follow-ups", walkFollowUps().check},
		{"walking tallies", walkTallies().check},
		{"revs of tallies", checkTallyRevs},
		{"walking revs of tallies", walkTallyRevs().check},
		{"walking editions", walkEditions().check},
		{"walking actions", walkActions().check},
		{"walking labels", walkLabels().check},
		{"walking people", walkPeople().check},
		{"old sessions", checkOldSessions},
		{"due passes", checkDuePasses},
		{"traces", checkTraces},
		{"times", checkTimes},
		{"now and ready", checkNow},
		{"a cancelled context", checkCancelled},
		{"closing and opening again", checkReopen},
	}
}

// opened opens a client or ends the test.
func opened(t T, open Open) store.Store {
	t.Helper()
	s, err := open()
	if err != nil {
		t.Fatalf("opening: %v", err)
	}
	return s
}

// must ends the test where going on would tell nothing.
func must(t T, err error, doing string) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", doing, err)
	}
}

// wantError says whether err is the sentinel that the promise names.
func wantError(t T, err, want error, doing string) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: error %v, want one that is %q", doing, err, want)
	}
	if want == fs.ErrExist && errors.Is(err, fs.ErrNotExist) || want == fs.ErrNotExist && errors.Is(err, fs.ErrExist) {
		t.Errorf("%s: error %v is both missing and taken", doing, err)
	}
}

// same says whether a record came back as it was written: an empty list may be nil,
// a time must be the same instant, in UTC.
func same(t T, doing string, want, got any) {
	t.Helper()
	times := cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) && a.Location() == b.Location() })
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreUnexported(surveys.Settings{}), times); diff != "" {
		t.Errorf("%s: written -, read +\n%s", doing, diff)
	}
}

// gather walks to the end.
func gather[R any](t T, walk iter.Seq2[R, error], doing string) []R {
	t.Helper()
	var all []R
	for r, err := range walk {
		must(t, err, doing)
		all = append(all, r)
	}
	return all
}
