package surveys_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/entendu/entendu/surveys"
)

// heard applies notices one after the other, as the store would keep the ticket.
func heard(notices ...surveys.Notice) surveys.Ticket {
	return heardUnder(surveys.DefaultSettings(), notices...)
}

func heardUnder(s surveys.Settings, notices ...surveys.Notice) surveys.Ticket {
	t := surveys.Ticket{TicketKey: key("1")}
	for _, n := range notices {
		t, _ = listen(t, n, s)
	}
	return t
}

func listen(t surveys.Ticket, n surveys.Notice, s surveys.Settings) (surveys.Ticket, bool) {
	next, changed := t.Apply(n, surveys.Customer{}, n.UpdatedAt.Add(time.Second), s)
	if changed {
		next.Rev++
	}
	return next, changed
}

func says(statuses ...surveys.Status) (notices []surveys.Notice) {
	for i, s := range statuses {
		notices = append(notices, told(s, i+1))
	}
	return notices
}

// TestClosings says for each history when closings begin and end, in minutes.
func TestClosings(t *testing.T) {
	const (
		open, pending, reopened, resolved, closed = surveys.Open, surveys.Pending, surveys.Reopened, surveys.Resolved, surveys.Closed
		withdrawn, spam, deleted                  = surveys.Withdrawn, surveys.Spam, surveys.Deleted
		stands                                    = -1
	)
	for _, test := range []struct {
		name    string
		history []surveys.Status
		want    [][2]int
	}{
		{"never closed", []surveys.Status{open, pending, open}, nil},
		{"closed", []surveys.Status{open, closed}, [][2]int{{2, stands}}},
		{"from unknown", []surveys.Status{closed}, [][2]int{{1, stands}}},
		{"from a word not understood", []surveys.Status{"", resolved}, [][2]int{{2, stands}}},
		{"a word not understood after it", []surveys.Status{closed, "", closed}, [][2]int{{1, stands}}},
		{"resolved, then closed", []surveys.Status{open, resolved, closed}, [][2]int{{2, stands}}},
		{"closed, then resolved, again and again", []surveys.Status{closed, resolved, closed, closed, resolved}, [][2]int{{1, stands}}},
		{"open ends it", []surveys.Status{closed, open}, [][2]int{{1, 2}}},
		{"pending ends it", []surveys.Status{resolved, pending}, [][2]int{{1, 2}}},
		{"reopened ends it", []surveys.Status{resolved, reopened}, [][2]int{{1, 2}}},
		{"ends once", []surveys.Status{resolved, reopened, open, pending}, [][2]int{{1, 2}}},
		{"the next is another", []surveys.Status{resolved, reopened, closed}, [][2]int{{1, 2}, {3, stands}}},
		{"three", []surveys.Status{closed, open, closed, pending, resolved}, [][2]int{{1, 2}, {3, 4}, {5, stands}}},
		{"withdrawn does not end it", []surveys.Status{closed, withdrawn}, [][2]int{{1, stands}}},
		{"spam does not end it", []surveys.Status{closed, spam}, [][2]int{{1, stands}}},
		{"deleted does not end it", []surveys.Status{closed, deleted}, [][2]int{{1, stands}}},
		{"spam by mistake is the same closing", []surveys.Status{closed, spam, closed}, [][2]int{{1, stands}}},
		{"spam, then open, ends it", []surveys.Status{closed, spam, open}, [][2]int{{1, 3}}},
		{"withdrawn is none", []surveys.Status{open, withdrawn}, nil},
		{"closed after withdrawn", []surveys.Status{withdrawn, closed}, [][2]int{{2, stands}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			ticket := heard(says(test.history...)...)
			var got [][2]int
			for i, c := range ticket.Closings {
				if c.N != i+1 || !c.LearntAt.Equal(c.At.Add(time.Second)) {
					t.Errorf("closing %d is %+v", i+1, c)
				}
				ended := stands
				if !c.EndedAt.IsZero() {
					ended = int(c.EndedAt.Sub(monday) / minute)
				}
				got = append(got, [2]int{int(c.At.Sub(monday) / minute), ended})
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("closings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestClosingTime(t *testing.T) {
	at := func(minutes int) time.Time { return monday.Add(time.Duration(minutes) * minute) }
	closed := func(updated, told int) surveys.Notice {
		n := says(surveys.Closed)[0]
		n.UpdatedAt, n.ClosedAt = at(updated), at(told)
		return n
	}
	for _, test := range []struct {
		name    string
		history []surveys.Notice
		want    int
	}{
		{"as the helpdesk tells", []surveys.Notice{told(surveys.Open, 1), closed(9, 5)}, 5},
		{"the event where it does not", []surveys.Notice{told(surveys.Open, 1), told(surveys.Closed, 9)}, 9},
		{"a repetition with another time", []surveys.Notice{closed(5, 5), closed(9, 8)}, 5},
		{"the second is told", []surveys.Notice{closed(2, 2), told(surveys.Reopened, 4), closed(9, 8)}, 8},
		{"the first one's time is told again", []surveys.Notice{closed(2, 2), told(surveys.Reopened, 4), closed(9, 2)}, 9},
		{"closed as it opened", []surveys.Notice{told(surveys.Open, 1), closed(1, 1)}, 1},
	} {
		ticket := heard(test.history...)
		if got := ticket.Closings[len(ticket.Closings)-1].At; !got.Equal(at(test.want)) {
			t.Errorf("%s: closed at %v; want %v", test.name, got, at(test.want))
		}
		if !slices.IsSortedFunc(ticket.Transitions, func(a, b surveys.Transition) int { return a.At.Compare(b.At) }) {
			t.Errorf("%s: transitions go back in time: %v", test.name, ticket.Transitions)
		}
	}
}

// TestOlderNoticeChangesNothing also of two with the same time: the status that
// stands later is applied last.
func TestOlderNoticeChangesNothing(t *testing.T) {
	for i, earlier := range surveys.Statuses() {
		for j, later := range surveys.Statuses() {
			first := heard(told(later, 5))
			if older, changed := listen(first, told(earlier, 4), surveys.DefaultSettings()); changed || !cmp.Equal(older, first) {
				t.Errorf("%s before %s was applied after it", earlier, later)
			}
			got := heard(told(earlier, 5), told(later, 5))
			if want := surveys.Statuses()[max(i, j)]; got.Status != want {
				t.Errorf("%s and %s at once make %s; want %s", earlier, later, got.Status, want)
			}
		}
	}
	if got := heard(told(surveys.Closed, 5), told("", 5)); got.Status != surveys.Closed {
		t.Errorf("a word not understood at the same time makes %q", got.Status)
	}
}

// TestOlderEventChangesNothing, whatever it says that no later one said.
func TestOlderEventChangesNothing(t *testing.T) {
	older := told(surveys.Open, 1)
	older.Team, older.Tags, older.Contacts = "billing", []string{"vip"}, 2
	newer := surveys.Notice{ID: "1", Status: surveys.Closed, UpdatedAt: monday.Add(5 * minute)}
	k, _ := surveys.Ticket{TicketKey: key("1")}.Apply(newer, surveys.Customer{}, monday, surveys.DefaultSettings())
	k.Rev = 1
	got, changed := k.Apply(older, surveys.Customer{ID: "lina", Person: "lina"}, monday, surveys.DefaultSettings())
	if changed || !cmp.Equal(got, k) {
		t.Errorf("an older event made of %+v: %+v", k, got)
	}
}

// TestOlderNoticeAddsWhatWasNotSaid: in whatever order two notices of a whole ticket come, the ticket
// knows the same of all but the subject, which an older one never brings back.
func TestOlderNoticeAddsWhatWasNotSaid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := func(name string) string {
			return rapid.SampledFrom([]string{"", name + " 1", name + " 2"}).Draw(t, name)
		}
		draw := func(minutes int) (surveys.Notice, surveys.Customer) {
			n := surveys.Notice{
				ID: "1", Whole: true, Number: word("number"), UpdatedAt: monday.Add(time.Duration(minutes) * minute), Agent: word("agent"),
				Dimensions: surveys.Dimensions{Team: word("team"), Category: word("category"), Product: word("product"), Channel: word("channel"), Language: word("language")},
				Contacts:   rapid.IntRange(0, 2).Draw(t, "contacts"), MergedInto: word("merged into"),
				Tags: rapid.SampledFrom([][]string{nil, {}, {"vip"}}).Draw(t, "tags"),
			}
			if rapid.Bool().Draw(t, "times") {
				n.OpenedAt, n.FirstReplyAt = monday.Add(-hour), monday.Add(time.Duration(minutes)*time.Second)
			}
			who := word("who")
			return n, surveys.Customer{ID: who, Person: who}
		}
		first, asks := draw(1)
		second, answers := draw(2)
		apply := func(k surveys.Ticket, n surveys.Notice, who surveys.Customer) surveys.Ticket {
			k, _ = k.Apply(n, who, monday.Add(hour), surveys.DefaultSettings())
			k.Rev, k.Settle, k.Recount, k.Was = 1, false, nil, nil // which does tell what was learnt first
			return k
		}
		new := surveys.Ticket{TicketKey: key("1")}
		inOrder := apply(apply(new, first, asks), second, answers)
		if answers.Person != "" {
			asks = surveys.Customer{} // as the Applier sees to
		}
		reversed := apply(apply(new, second, answers), first, asks)
		if diff := cmp.Diff(inOrder, reversed, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("in order and reversed differ (-in order +reversed):\n%s", diff)
		}
	})
}

// TestWhatIsNotSaidStays walks over everything a notice can say.
func TestWhatIsNotSaidStays(t *testing.T) {
	full := surveys.Notice{
		ID: "1", Number: "DE-1", Subject: "Facture", Status: surveys.Open,
		Dimensions: surveys.Dimensions{Team: "billing", Category: "invoice", Product: "shop", Channel: "email", Language: "fr"},
		Tags:       []string{"vip"}, Agent: "u-17", OpenedAt: monday, FirstReplyAt: monday.Add(minute),
		UpdatedAt: monday.Add(hour), Contacts: 3, MergedInto: "2",
	}
	settings := surveys.DefaultSettings()
	said, _ := surveys.Ticket{TicketKey: key("1")}.Apply(full, surveys.Customer{ID: "c", Person: "p"}, monday, settings)
	said.Rev = 1
	quiet, changed := said.Apply(surveys.Notice{ID: "1", UpdatedAt: monday.Add(2 * hour)}, surveys.Customer{}, monday, settings)
	said.UpdatedAt = monday.Add(2 * hour)
	if diff := cmp.Diff(said, quiet); diff != "" || !changed {
		t.Errorf("silence changed the ticket (-said +quiet):\n%s", diff)
	}
	none, _ := said.Apply(surveys.Notice{ID: "1", UpdatedAt: monday.Add(3 * hour), Tags: []string{}}, surveys.Customer{}, monday, settings)
	if len(none.Tags) != 0 {
		t.Errorf("no tags were said, but %v stand", none.Tags)
	}
	if got := heard(told(surveys.Open, 1)).Number; got != "1" {
		t.Errorf("a ticket without number is %q to its customer; want its id", got)
	}
}

func TestPromiseIsThatOfTheOpening(t *testing.T) {
	settings := surveys.DefaultSettings()
	settings.Promise = surveys.Promise{
		Default: surveys.Span{N: 48, Unit: "h"}, Since: "2026-03-01", Category: map[string]surveys.Span{"delivery": {N: 24, Unit: "h"}, "custom": {}},
	}
	opening := func(opened time.Time, category string) surveys.Notice {
		n := told(surveys.Open, 1)
		n.OpenedAt, n.Category = opened, category
		return n
	}
	for _, test := range []struct {
		name string
		n    surveys.Notice
		want time.Duration
	}{
		{"default", opening(monday, "invoice"), 48 * hour},
		{"no category", opening(monday, ""), 48 * hour},
		{"of its category", opening(monday, "delivery"), 24 * hour},
		{"switched off for its category", opening(monday, "custom"), 0},
		{"before any promise", opening(monday.AddDate(0, 0, -2), "invoice"), 0},
		{"first minute of it, in Paris", opening(time.Date(2026, 2, 28, 23, 0, 0, 0, time.UTC), "invoice"), 48 * hour},
		{"last minute before, in Paris", opening(time.Date(2026, 2, 28, 22, 59, 0, 0, time.UTC), "invoice"), 0},
		{"opening unknown", opening(time.Time{}, "invoice"), 0},
	} {
		ticket := heardUnder(settings, test.n)
		if ticket.Promise != test.want {
			t.Errorf("%s: %v; want %v", test.name, ticket.Promise, test.want)
		}
		later := settings
		later.Promise.Default = surveys.Span{N: 1, Unit: "h"}
		moved, _ := listen(ticket, about(opening(test.n.OpenedAt, "delivery"), "1", ""), later)
		if moved.Promise != test.want {
			t.Errorf("%s: another category later, or another promise, made it %v", test.name, moved.Promise)
		}
	}
	late := heardUnder(settings, opening(time.Time{}, ""), opening(monday, ""))
	if late.Promise != 48*hour {
		t.Errorf("an opening told later has the promise %v", late.Promise)
	}
}

// TestDaysToRecount are those of the opening, as it was and as it is, in the
// organisation's zone.
func TestDaysToRecount(t *testing.T) {
	first, second := told(surveys.Open, 1), told(surveys.Open, 2)
	first.OpenedAt = time.Date(2026, 2, 28, 22, 30, 0, 0, time.UTC)
	second.OpenedAt = time.Date(2026, 2, 28, 23, 30, 0, 0, time.UTC)
	if diff := cmp.Diff([]surveys.Day{"2026-02-28", "2026-03-01"}, heard(first, second).Recount); diff != "" {
		t.Errorf("an opening that moved (-want +got):\n%s", diff)
	}
	unknown := told(surveys.Open, 1)
	unknown.OpenedAt = time.Time{}
	if got := heard(unknown).Recount; got != nil {
		t.Errorf("an unknown opening marks %v", got)
	}
}

// TestHistories draws histories, repeats and shuffles them.
func TestHistories(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		statuses := rapid.SliceOfN(rapid.SampledFrom(surveys.Statuses()), 1, 6).Draw(t, "statuses")
		var history []surveys.Notice
		for _, s := range statuses {
			history = append(history, told(s, rapid.IntRange(1, 4).Draw(t, "minute")))
		}
		last := slices.MaxFunc(history, inOrder)
		shuffled := rapid.Permutation(history).Draw(t, "arrival")
		got := heard(shuffled...)
		if got.Status != last.Status || !got.UpdatedAt.Equal(last.UpdatedAt) {
			t.Fatalf("the ticket ends %s at %v; want %s at %v", got.Status, got.UpdatedAt, last.Status, last.UpdatedAt)
		}
		again := got
		for _, n := range shuffled {
			var changed bool
			if again, changed = listen(again, n, surveys.DefaultSettings()); changed {
				t.Fatalf("%s at %v was applied twice", n.Status, n.UpdatedAt)
			}
		}
		soundClosings(t, got)
	})
}

func inOrder(a, b surveys.Notice) int {
	if c := a.UpdatedAt.Compare(b.UpdatedAt); c != 0 {
		return c
	}
	return slices.Index(surveys.Statuses(), a.Status) - slices.Index(surveys.Statuses(), b.Status)
}

// soundClosings checks what holds of the closings of any ticket.
func soundClosings(t tester, ticket surveys.Ticket) {
	t.Helper()
	for i, c := range ticket.Closings {
		last := i == len(ticket.Closings)-1
		if c.N != i+1 || !last && c.EndedAt.IsZero() || !c.EndedAt.IsZero() && c.EndedAt.Before(c.At) {
			t.Fatalf("closing %d of %d is %+v", i+1, len(ticket.Closings), c)
		}
		ended := !c.EndedAt.IsZero()
		if last && (ended && ticket.Status.Handled() || !ended && ticket.Status.Active()) {
			t.Fatalf("a ticket that is %s has the closing %+v", ticket.Status, c)
		}
	}
	if ticket.Status.Handled() && len(ticket.Closings) == 0 {
		t.Fatalf("a ticket that is %s has no closing", ticket.Status)
	}
	if len(ticket.Closings) > 0 && !ticket.Settle {
		t.Fatalf("a ticket with a closing is not marked to settle")
	}
}
