package storetest

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/store"
	"github.com/entendu/entendu/surveys"
)

// Editions lives through two made-up months in a store, always the same, and gives
// what was published: the same bytes from every adapter. It also has each edition
// counted again.
func Editions(t testing.TB, s store.Store) (all []reports.Edition) {
	t.Helper()
	m := &months{Store: s, settings: surveys.DefaultSettings(), chance: rand.New(rand.NewPCG(7, 7))}
	settings := func() surveys.Settings { return m.settings }
	log := slog.New(slog.DiscardHandler)
	p := &reports.Publisher{Store: m, Settings: settings, Log: log, Counter: &reports.Counter{Store: m, Settings: settings, Log: log}}
	for day := range 60 {
		m.now = moment(0).AddDate(0, 0, day)
		for range m.chance.IntN(4) {
			m.live(t)
		}
		if day%20 != 19 {
			continue
		}
		e, err := p.Publish(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	err := p.Verify(t.Context(), func(v reports.Verified) {
		if len(v.Differs) > 0 {
			t.Errorf("edition %s differs: %v", v.Edition, v.Differs)
		}
	})
	if err != nil {
		t.Error(err)
	}
	return all
}

// months is a store under a clock of its own.
type months struct {
	store.Store
	now      time.Time
	settings surveys.Settings
	chance   *rand.Rand
	tickets  int
}

// Now is the time of the story.
func (m *months) Now(context.Context) (time.Time, error) { return m.now, nil }

// live makes up one ticket of the last days with what came of it.
func (m *months) live(t testing.TB) {
	t.Helper()
	m.tickets++
	id := fmt.Sprint("t", m.tickets)
	at := m.now.Add(-2*time.Hour - time.Duration(m.chance.IntN(72*60))*time.Minute)
	n := surveys.Notice{ID: id, Status: surveys.Open, OpenedAt: at, UpdatedAt: at, Dimensions: surveys.Dimensions{
		Category: []string{"delivery", "delivery", "invoice", "été/hiver", ""}[m.chance.IntN(5)], Team: []string{"shop", "billing"}[m.chance.IntN(2)],
	}}
	ticket := m.told(surveys.Ticket{}, n)
	end := []surveys.Status{surveys.Closed, surveys.Closed, surveys.Closed, surveys.Open, surveys.Withdrawn, surveys.Spam}[m.chance.IntN(6)]
	ticket = m.told(ticket, surveys.Notice{ID: id, Status: end, UpdatedAt: m.now.Add(-time.Hour), FirstReplyAt: at.Add(time.Hour), Contacts: 1 + m.chance.IntN(2)})
	ticket.TicketKey = surveys.TicketKey{Source: "desk", ID: id}
	m.do(t, m.AddTicket(t.Context(), ticket))
	if end == surveys.Closed {
		m.ask(t, ticket)
	}
}

func (m *months) told(ticket surveys.Ticket, n surveys.Notice) surveys.Ticket {
	ticket, _ = ticket.Apply(n, surveys.Customer{ID: fmt.Sprint("c", m.tickets%90)}, m.now.Add(-time.Minute), m.settings)
	ticket.Rev++
	return ticket
}

// ask makes the invitation of a closing, and in most cases an answer.
func (m *months) ask(t testing.TB, ticket surveys.Ticket) {
	t.Helper()
	closing := ticket.Closings[0]
	i := surveys.Invitation{
		ID: "i" + ticket.ID, Survey: surveys.AfterHandling, Version: 1, Ticket: ticket.TicketKey, Closing: 1, ClosedAt: closing.At,
		MadeAt: closing.LearntAt, Customer: ticket.Customer, Dimensions: ticket.Dimensions, State: surveys.Sent, AcceptedAt: m.now,
		Recount: []surveys.Day{surveys.DayOf(closing.At, m.settings.Zone())},
	}
	m.do(t, m.AddInvitation(t.Context(), i))
	if m.chance.IntN(4) == 0 {
		return
	}
	score := func(n int) string { return fmt.Sprint(1 + m.chance.IntN(n)) }
	m.do(t, m.AddResponse(t.Context(), surveys.Response{
		Invitation: i.ID, Survey: i.Survey, Ticket: i.Ticket, Closing: 1, ClosedAt: i.ClosedAt, Customer: i.Customer, Dimensions: i.Dimensions, Recount: i.Recount,
		Answers: []surveys.Answer{{At: m.now, Version: 1, Values: map[string]string{"delay": score(5), "listening": score(5), "recommend": score(10)}}},
	}))
}

func (m *months) do(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
