package storetest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/server/store"
	"github.com/entendu/entendu/surveys"
)

// id is the n-th id of any kind.
func id(n int) string { return fmt.Sprintf("Id-%d_é", n) }

func events() record[surveys.Event] {
	return record[surveys.Event]{
		key: func(e *surveys.Event, n int) { e.ID = id(n) },
		rev: func(e *surveys.Event) *int64 { return &e.Rev },
		add: store.Store.AddEvent,
		put: store.Store.PutEvent,
		get: func(s store.Store, ctx context.Context, e surveys.Event) (surveys.Event, error) {
			return s.GetEvent(ctx, e.ID)
		},
		find: func(s store.Store, ctx context.Context, e surveys.Event) ([]surveys.Event, error) {
			return s.FindEvents(ctx, e.State, 5)
		},
	}
}

// refusals are found by their source: there is no other way to them.
func refusals() record[surveys.Refusal] {
	return record[surveys.Refusal]{
		key: func(f *surveys.Refusal, n int) { f.ID = id(n) },
		add: store.Store.AddRefusal,
		get: func(s store.Store, ctx context.Context, f surveys.Refusal) (surveys.Refusal, error) {
			found, err := s.FindRefusals(ctx, f.Source, 5)
			for _, one := range found {
				if one.ID == f.ID {
					return one, err
				}
			}
			return surveys.Refusal{}, errors.Join(err, fs.ErrNotExist)
		},
	}
}

func tickets() record[surveys.Ticket] {
	return record[surveys.Ticket]{
		key: func(k *surveys.Ticket, n int) { k.TicketKey = surveys.TicketKey{Source: "desk", ID: id(n)} },
		rev: func(k *surveys.Ticket) *int64 { return &k.Rev },
		add: store.Store.AddTicket,
		put: store.Store.PutTicket,
		get: func(s store.Store, ctx context.Context, k surveys.Ticket) (surveys.Ticket, error) {
			return s.GetTicket(ctx, k.TicketKey)
		},
		walk: func(s store.Store, ctx context.Context) iter.Seq2[surveys.Ticket, error] {
			return s.TicketsOpened(ctx, ever, ever)
		},
		find: func(s store.Store, ctx context.Context, _ surveys.Ticket) ([]surveys.Ticket, error) {
			return s.FindTicketsToSettle(ctx, 5)
		},
	}
}

func invitations() record[surveys.Invitation] {
	return record[surveys.Invitation]{
		key: func(i *surveys.Invitation, n int) { i.ID = id(n) },
		rev: func(i *surveys.Invitation) *int64 { return &i.Rev },
		add: store.Store.AddInvitation,
		put: store.Store.PutInvitation,
		get: func(s store.Store, ctx context.Context, i surveys.Invitation) (surveys.Invitation, error) {
			return s.GetInvitation(ctx, i.ID)
		},
		walk: func(s store.Store, ctx context.Context) iter.Seq2[surveys.Invitation, error] {
			return s.InvitationsClosed(ctx, ever, ever)
		},
	}
}

func responses() record[surveys.Response] {
	return record[surveys.Response]{
		key: func(r *surveys.Response, n int) { r.Invitation = id(n) },
		rev: func(r *surveys.Response) *int64 { return &r.Rev },
		add: store.Store.AddResponse,
		put: store.Store.PutResponse,
		get: func(s store.Store, ctx context.Context, r surveys.Response) (surveys.Response, error) {
			return s.GetResponse(ctx, r.Invitation)
		},
		walk: func(s store.Store, ctx context.Context) iter.Seq2[surveys.Response, error] {
			return s.ResponsesClosed(ctx, ever, ever)
		},
		find: func(s store.Store, ctx context.Context, r surveys.Response) ([]surveys.Response, error) {
			return s.FindResponsesOf(ctx, r.Ticket.Source, r.Agent, ever, "", 5)
		},
	}
}

func customers() record[surveys.Customer] {
	return record[surveys.Customer]{
		key: func(c *surveys.Customer, n int) { c.Person = id(n) },
		add: store.Store.AddCustomer,
		put: store.Store.PutCustomer,
		get: func(s store.Store, ctx context.Context, c surveys.Customer) (surveys.Customer, error) {
			return s.GetCustomer(ctx, c.Person)
		},
		keep: func(before, after surveys.Customer) surveys.Customer {
			after.ID = before.ID
			return after
		},
	}
}

func suppressions() record[surveys.Suppression] {
	return record[surveys.Suppression]{
		key: func(p *surveys.Suppression, n int) { p.Person = id(n) },
		add: store.Store.AddSuppression,
		put: store.Store.PutSuppression,
		get: func(s store.Store, ctx context.Context, p surveys.Suppression) (surveys.Suppression, error) {
			return s.GetSuppression(ctx, p.Person)
		},
		keep: func(before, after surveys.Suppression) surveys.Suppression {
			after.At = before.At
			return after
		},
		walk: store.Store.Suppressions,
	}
}

func reservations() record[surveys.Reservation] {
	return record[surveys.Reservation]{
		key: func(r *surveys.Reservation, n int) { r.Person = id(n) },
		rev: func(r *surveys.Reservation) *int64 { return &r.Rev },
		add: store.Store.AddReservation,
		put: store.Store.PutReservation,
		get: func(s store.Store, ctx context.Context, r surveys.Reservation) (surveys.Reservation, error) {
			return s.GetReservation(ctx, r.Person)
		},
	}
}

func errands() record[surveys.Errand] {
	return record[surveys.Errand]{
		key: func(e *surveys.Errand, n int) { e.ID = id(n) },
		rev: func(e *surveys.Errand) *int64 { return &e.Rev },
		add: store.Store.AddErrand,
		put: store.Store.PutErrand,
		get: func(s store.Store, ctx context.Context, e surveys.Errand) (surveys.Errand, error) {
			return s.GetErrand(ctx, e.ID)
		},
		walk: store.Store.Errands,
		find: func(s store.Store, ctx context.Context, e surveys.Errand) ([]surveys.Errand, error) {
			return s.FindDueErrands(ctx, e.DueAt, 5)
		},
	}
}

// tallies are added by a PutTally of Rev 0; a PutTally of Rev 0 is never a change.
func tallies() record[reports.Tally] {
	return record[reports.Tally]{
		key: func(y *reports.Tally, n int) { y.Day = surveys.Day("2026-01-31").Add(n) },
		rev: func(y *reports.Tally) *int64 { return &y.Rev },
		add: func(s store.Store, ctx context.Context, y reports.Tally) error {
			y.Rev = 0
			return s.PutTally(ctx, y)
		},
		put: store.Store.PutTally,
		get: func(s store.Store, ctx context.Context, y reports.Tally) (reports.Tally, error) {
			return s.GetTally(ctx, y.Day)
		},
		walk: func(s store.Store, ctx context.Context) iter.Seq2[reports.Tally, error] {
			return s.Tallies(ctx, "", "")
		},
	}
}

func editions() record[reports.Edition] {
	return record[reports.Edition]{
		key: func(e *reports.Edition, n int) { e.ID = id(n) },
		add: store.Store.AddEdition,
		get: func(s store.Store, ctx context.Context, e reports.Edition) (reports.Edition, error) {
			return s.GetEdition(ctx, e.ID)
		},
	}
}

func outlooks() record[reports.Outlook] {
	return record[reports.Outlook]{
		key: func(o *reports.Outlook, n int) { o.Day = surveys.Day("2026-01-31").Add(n) },
		add: store.Store.AddOutlook,
		get: func(s store.Store, ctx context.Context, o reports.Outlook) (reports.Outlook, error) {
			return s.GetOutlook(ctx, o.Day)
		},
	}
}

func actions() record[reports.Action] {
	return record[reports.Action]{
		key: func(a *reports.Action, n int) { a.ID = id(n) },
		rev: func(a *reports.Action) *int64 { return &a.Rev },
		add: store.Store.AddAction,
		put: store.Store.PutAction,
		get: func(s store.Store, ctx context.Context, a reports.Action) (reports.Action, error) {
			return s.GetAction(ctx, a.ID)
		},
		walk: store.Store.Actions,
	}
}

func questionnaires() record[surveys.Survey] {
	return record[surveys.Survey]{
		key: func(v *surveys.Survey, n int) { v.Name, v.Version = id(n), n },
		rev: func(v *surveys.Survey) *int64 { return &v.Rev },
		add: store.Store.AddSurvey,
		put: store.Store.PutSurvey,
		get: func(s store.Store, ctx context.Context, v surveys.Survey) (surveys.Survey, error) {
			return s.GetSurvey(ctx, v.Name, v.Version)
		},
		walk: store.Store.Surveys,
		find: func(s store.Store, ctx context.Context, v surveys.Survey) ([]surveys.Survey, error) {
			latest, err := s.LatestSurvey(ctx, v.Name)
			return []surveys.Survey{latest}, err
		},
	}
}

func people() record[auth.Person] {
	return record[auth.Person]{
		key: func(p *auth.Person, n int) { p.ID = id(n) },
		rev: func(p *auth.Person) *int64 { return &p.Rev },
		add: store.Store.AddPerson,
		put: store.Store.PutPerson,
		get: func(s store.Store, ctx context.Context, p auth.Person) (auth.Person, error) {
			return s.GetPerson(ctx, p.ID)
		},
		walk: store.Store.People,
	}
}

func sessions() record[auth.Session] {
	return record[auth.Session]{
		key: func(o *auth.Session, n int) { o.ID = id(n) },
		rev: func(o *auth.Session) *int64 { return &o.Rev },
		add: store.Store.AddSession,
		put: store.Store.PutSession,
		get: func(s store.Store, ctx context.Context, o auth.Session) (auth.Session, error) {
			return s.GetSession(ctx, o.ID)
		},
		find: func(s store.Store, ctx context.Context, o auth.Session) ([]auth.Session, error) {
			return s.FindSessions(ctx, o.Person, 5)
		},
	}
}

func proposals() record[surveys.Proposal] {
	return record[surveys.Proposal]{
		key: func(p *surveys.Proposal, n int) { p.ID = id(n) },
		rev: func(p *surveys.Proposal) *int64 { return &p.Rev },
		add: store.Store.AddProposal,
		put: store.Store.PutProposal,
		get: func(s store.Store, ctx context.Context, p surveys.Proposal) (surveys.Proposal, error) {
			return s.GetProposal(ctx, p.ID)
		},
		find: func(s store.Store, ctx context.Context, p surveys.Proposal) ([]surveys.Proposal, error) {
			return s.FindProposals(ctx, "", surveys.Proposal{}, 5)
		},
	}
}

func passes() record[auth.Pass] {
	return record[auth.Pass]{
		key: func(p *auth.Pass, n int) { p.ID = id(n) },
		rev: func(p *auth.Pass) *int64 { return &p.Rev },
		add: store.Store.AddPass,
		put: store.Store.PutPass,
		get: func(s store.Store, ctx context.Context, p auth.Pass) (auth.Pass, error) {
			return s.GetPass(ctx, p.ID)
		},
		find: func(s store.Store, ctx context.Context, p auth.Pass) ([]auth.Pass, error) {
			return s.FindPasses(ctx, p.Person, 5)
		},
	}
}
