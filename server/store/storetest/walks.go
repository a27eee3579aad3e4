package storetest

import (
	"context"
	"iter"
	"strings"
	"time"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/server/store"
	"github.com/entendu/entendu/surveys"
)

// ever does not bound a walk.
var ever time.Time

// stamp writes times as texts that sort as they do.
const stamp = "2006-01-02T15:04:05.000"

// placeOf is a time as a place: empty where it is unknown, which comes first.
func placeOf(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.Format(stamp)
}

// when is the time of a place.
func when(place string) time.Time {
	at, _ := time.Parse(stamp, place)
	return at
}

// spread gives the n-th of many a time that it shares with six others, and each
// seventh group none at all.
func spread(n int) time.Time {
	if n/7%7 == 0 {
		return time.Time{}
	}
	return moment(n / 7)
}

func walkTickets() walked[surveys.Ticket] {
	return walked[surveys.Ticket]{
		many: 1003,
		nth: func(n int) surveys.Ticket {
			return surveys.Ticket{TicketKey: surveys.TicketKey{Source: []string{"b", "B", "bé"}[n%3], ID: id(n)}, OpenedAt: spread(n)}
		},
		add:   store.Store.AddTicket,
		place: func(k surveys.Ticket) string { return placeOf(k.OpenedAt) },
		id:    func(k surveys.Ticket) string { return k.Source + "\x00" + k.ID },
		all:   tickets().walk,
		between: func(s store.Store, ctx context.Context, from, to string) iter.Seq2[surveys.Ticket, error] {
			return s.TicketsOpened(ctx, when(from), when(to))
		},
		touch: func(t T, s store.Store, k surveys.Ticket) {
			rewrite(t, s, tickets(), k, func(k *surveys.Ticket) { k.Subject += text(7) })
		},
	}
}

func walkInvitations() walked[surveys.Invitation] {
	return walked[surveys.Invitation]{
		many:  1003,
		nth:   func(n int) surveys.Invitation { return surveys.Invitation{ID: id(n), ClosedAt: spread(n)} },
		add:   store.Store.AddInvitation,
		place: func(i surveys.Invitation) string { return placeOf(i.ClosedAt) },
		id:    func(i surveys.Invitation) string { return i.ID },
		all:   invitations().walk,
		between: func(s store.Store, ctx context.Context, from, to string) iter.Seq2[surveys.Invitation, error] {
			return s.InvitationsClosed(ctx, when(from), when(to))
		},
		touch: func(t T, s store.Store, i surveys.Invitation) {
			rewrite(t, s, invitations(), i, func(i *surveys.Invitation) { i.Owner += text(7) })
		},
	}
}

func walkResponses() walked[surveys.Response] {
	return walked[surveys.Response]{
		many:  1003,
		nth:   func(n int) surveys.Response { return surveys.Response{Invitation: id(n), ClosedAt: spread(n)} },
		add:   store.Store.AddResponse,
		place: func(r surveys.Response) string { return placeOf(r.ClosedAt) },
		id:    func(r surveys.Response) string { return r.Invitation },
		all:   responses().walk,
		between: func(s store.Store, ctx context.Context, from, to string) iter.Seq2[surveys.Response, error] {
			return s.ResponsesClosed(ctx, when(from), when(to))
		},
		touch: func(t T, s store.Store, r surveys.Response) {
			rewrite(t, s, responses(), r, func(r *surveys.Response) { r.Customer += text(7) })
		},
	}
}

// rewrite reads a record, changes it and puts it back.
func rewrite[R any](t T, s store.Store, r record[R], of R, change func(*R)) {
	t.Helper()
	now, err := r.get(s, t.Context(), of)
	must(t, err, "reading a record")
	change(&now)
	must(t, r.put(s, t.Context(), now), "changing a record")
}

func walkSuppressions() walked[surveys.Suppression] {
	return walked[surveys.Suppression]{
		many:  1003,
		nth:   func(n int) surveys.Suppression { return surveys.Suppression{Person: id(n), At: spread(n)} },
		add:   store.Store.AddSuppression,
		place: func(p surveys.Suppression) string { return placeOf(p.At) },
		id:    func(p surveys.Suppression) string { return p.Person },
		all:   store.Store.Suppressions,
	}
}

// walkTallies has one tally a day, so there are no ties.
func walkTallies() walked[reports.Tally] {
	return walked[reports.Tally]{
		many:  503,
		nth:   func(n int) reports.Tally { return reports.Tally{Day: surveys.Day("2025-12-01").Add(n)} },
		add:   store.Store.PutTally,
		place: func(y reports.Tally) string { return string(y.Day) },
		id:    func(reports.Tally) string { return "" },
		all:   tallies().walk,
		between: func(s store.Store, ctx context.Context, from, to string) iter.Seq2[reports.Tally, error] {
			return s.Tallies(ctx, surveys.Day(from), surveys.Day(to))
		},
		touch: func(t T, s store.Store, y reports.Tally) {
			rewrite(t, s, tallies(), y, func(y *reports.Tally) { y.AsOf = moment(1) })
		},
	}
}

// walkTallyRevs walks the same for their revs.
func walkTallyRevs() walked[reports.Tally] {
	w := walkTallies()
	w.between = func(s store.Store, ctx context.Context, from, to string) iter.Seq2[reports.Tally, error] {
		return s.TallyRevs(ctx, surveys.Day(from), surveys.Day(to))
	}
	w.all = func(s store.Store, ctx context.Context) iter.Seq2[reports.Tally, error] {
		return w.between(s, ctx, "", "")
	}
	return w
}

// checkTallyRevs gives of each tally its day and rev, and nothing else.
func checkTallyRevs(t T, open Open) {
	s := opened(t, open)
	defer s.Close()
	fill(t, s, tallies())
	var want []reports.Tally
	for _, y := range gather(t, s.Tallies(t.Context(), "", ""), "walking") {
		want = append(want, reports.Tally{Day: y.Day, Rev: y.Rev})
	}
	same(t, "the revs of tallies", want, gather(t, s.TallyRevs(t.Context(), "", ""), "walking revs"))
}

// walkEditions has no ties either: two editions are never published at once.
func walkEditions() walked[reports.Edition] {
	return walked[reports.Edition]{
		many: 503,
		nth: func(n int) reports.Edition {
			return reports.Edition{ID: id(n), PublishedAt: moment(n), Bytes: []byte(strings.Repeat("x", n))}
		},
		add:    store.Store.AddEdition,
		place:  func(e reports.Edition) string { return placeOf(e.PublishedAt) },
		id:     func(e reports.Edition) string { return e.ID },
		newest: true,
		all:    store.Store.Editions,
	}
}

func walkActions() walked[reports.Action] {
	return walked[reports.Action]{
		many:  1003,
		nth:   func(n int) reports.Action { return reports.Action{ID: id(n), AddedAt: spread(n)} },
		add:   store.Store.AddAction,
		place: func(a reports.Action) string { return placeOf(a.AddedAt) },
		id:    func(a reports.Action) string { return a.ID },
		all:   store.Store.Actions,
		touch: func(t T, s store.Store, a reports.Action) {
			rewrite(t, s, actions(), a, func(a *reports.Action) { a.Cleared = !a.Cleared })
		},
	}
}

func walkPeople() walked[auth.Person] {
	return walked[auth.Person]{
		many:  1003,
		nth:   func(n int) auth.Person { return auth.Person{ID: id(n), AddedAt: spread(n)} },
		add:   store.Store.AddPerson,
		place: func(p auth.Person) string { return placeOf(p.AddedAt) },
		id:    func(p auth.Person) string { return p.ID },
		all:   store.Store.People,
		touch: func(t T, s store.Store, p auth.Person) {
			rewrite(t, s, people(), p, func(p *auth.Person) { p.Disabled = !p.Disabled })
		},
	}
}
