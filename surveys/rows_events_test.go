package surveys_test

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
)

// orders gives every permutation of n things.
func orders(n int) [][]int {
	if n == 0 {
		return [][]int{nil}
	}
	var all [][]int
	for _, shorter := range orders(n - 1) {
		for at := range n {
			all = append(all, slices.Insert(slices.Clone(shorter), at, n-1))
		}
	}
	return all
}

// named is an id for an order.
func named(order []int) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(order), " ", ""), "[]")
}

// whole and mistaken are the history of the row, and the same without its end.
func whole() []surveys.Status {
	return []surveys.Status{surveys.Open, surveys.Closed, surveys.Reopened, surveys.Closed, surveys.Deleted}
}

func mistaken() []surveys.Status { return whole()[:4] }

// stored keeps the event that tells the step-th status of a history, as received at
// some milliseconds after now.
func (h *house) stored(ticket string, history []surveys.Status, step, millis int) {
	h.Helper()
	text := strings.Replace(body(ticket, history[step], step-60), "lina@", ticket+"@", 1)
	received := h.clock.Now().Add(time.Duration(millis) * time.Millisecond)
	h.must(h.store.AddEvent(h.Context(), surveys.Event{
		ID: surveys.EventID("desk", "", []byte(text), received), Source: "desk", Kind: "generic", ReceivedAt: received, Body: []byte(text), State: surveys.ToApply,
	}))
}

// result is what a ticket came to, but for who it is and when that was learnt.
type result struct {
	Ticket      surveys.Ticket
	Invitations []surveys.Invitation
	Mails       int
}

func (h *house) result(id string) (o result) {
	h.Helper()
	o.Ticket = h.ticket(id)
	for n := range o.Ticket.Closings {
		i := h.invitation(id, n+1)
		i.Attempts, i.Rev = nil, 0
		o.Invitations = append(o.Invitations, i)
	}
	for _, l := range h.mail.carried() {
		if l.Invitation.Ticket.ID == id {
			o.Mails++
		}
	}
	return o
}

// alike compares results of different tickets.
func alike() cmp.Options {
	return cmp.Options{
		cmpopts.IgnoreFields(surveys.Ticket{}, "TicketKey", "Number", "Customer", "Person", "Rev"),
		cmpopts.IgnoreFields(surveys.Invitation{}, "ID", "Ticket", "Number", "Customer", "Person", "MadeAt", "SkippedAt", "MailedAt", "AcceptedAt"),
		cmpopts.IgnoreFields(surveys.Transition{}, "LearntAt"), cmpopts.IgnoreFields(surveys.Closing{}, "LearntAt"),
	}
}

// TestE02AnyOrderAtOnce: what is told at once ends as if it had come in order, in the
// ticket, its closings, their invitations and the mails.
func TestE02AnyOrderAtOnce(t *testing.T) {
	for _, history := range [][]surveys.Status{whole(), mistaken()} {
		h := open(t)
		all := orders(len(history))
		slices.SortFunc(all, slices.Compare) // the first is in order
		for batch := range slices.Chunk(all, 12) {
			for _, order := range batch {
				for n, step := range order {
					h.stored(named(order), history, step, n)
				}
			}
			h.apply(h.applier())
			h.settle()
		}
		h.passes(2 * hour)
		for range len(all) / 32 {
			h.send()
		}
		want := h.result(named(all[0]))
		if mails := 5 - len(history); want.Mails != mails || len(want.Ticket.Closings) != 2 {
			t.Fatalf("in order there are %d mails and the closings %v", want.Mails, want.Ticket.Closings)
		}
		for _, order := range all[1:] {
			if diff := cmp.Diff(want, h.result(named(order)), alike()); diff != "" {
				t.Fatalf("in the order %v (-in order +so):\n%s", order, diff)
			}
		}
	}
}

// TestE02AnyOrderOneByOne: what is told late, after a later thing was heard and
// followed, is kept and not applied. The ticket ends as told last, one closing stands
// at most, and it is asked about as often as in order.
func TestE02AnyOrderOneByOne(t *testing.T) {
	for _, history := range [][]surveys.Status{whole(), mistaken()} {
		h := open(t)
		all := orders(len(history))
		slices.SortFunc(all, slices.Compare)
		for n := range history {
			for _, order := range all {
				h.stored(named(order), history, order[n], n)
			}
			h.workedOff()
		}
		h.passes(2 * hour)
		for range len(all) / 32 {
			h.send()
		}
		want := h.result(named(all[0]))
		ofTicket := cmp.Options{alike(), cmpopts.IgnoreFields(surveys.Ticket{}, "Transitions", "Closings")}
		for _, order := range all[1:] {
			got := h.result(named(order))
			if diff := cmp.Diff(want.Ticket, got.Ticket, ofTicket); diff != "" || got.Mails != want.Mails {
				t.Fatalf("in the order %v there are %d mails, want %d (-in order +so):\n%s", order, got.Mails, want.Mails, diff)
			}
			for n, i := range got.Invitations {
				if last := n == len(got.Invitations)-1; i.State != surveys.Skipped && (!last || want.Mails == 0) {
					t.Fatalf("in the order %v the invitation of closing %d is %s", order, n+1, i.State)
				}
			}
			if got.Ticket.Status != surveys.Deleted {
				got.Ticket.Settle = true
				soundClosings(t, got.Ticket)
			}
		}
	}
}

// workedOff applies and settles until nothing is marked.
func (h *house) workedOff() {
	h.Helper()
	for more := true; more; {
		var err error
		more, err = h.applier().Pass(h.Context())
		h.must(err)
	}
	for more := true; more; {
		var err error
		more, err = h.inviter().Pass(h.Context())
		h.must(err)
	}
}

// TestE02DeletedIsHeardAtOnce: an hour goes by after each thing told. Mail that left
// before the deletion was heard stays what it is, none leaves after, whatever else is
// told late.
func TestE02DeletedIsHeardAtOnce(t *testing.T) {
	h := open(t)
	all := orders(len(whole()))
	mails := func() map[string]int {
		n := map[string]int{}
		for _, l := range h.mail.carried() {
			n[l.Invitation.Ticket.ID]++
		}
		return n
	}
	before := map[string]int{}
	for n := range whole() {
		for _, order := range all {
			h.stored(named(order), whole(), order[n], 0)
		}
		h.workedOff()
		heard := mails()
		for _, order := range all {
			if order[n] == 4 {
				before[named(order)] = heard[named(order)]
			}
		}
		h.clock.pass(hour)
		for range len(all)/32 + 1 {
			h.send()
		}
	}
	if n := len(h.mail.carried()); n < 20 {
		t.Fatalf("only %d mails left at all", n)
	}
	for name, n := range mails() {
		if n != before[name] || n > 1 {
			t.Errorf("in the order %s: %d mails, %d of them before the deletion was heard", name, n, before[name])
		}
	}
}

// TestE03ReopenedAfterTheMail: the second closing is asked about when the rest is over.
func TestE03ReopenedAfterTheMail(t *testing.T) {
	for _, test := range []struct {
		name     string
		rest     surveys.Span
		after    time.Duration
		answered bool
		want     surveys.Skip
	}{
		{"within the rest", surveys.Span{N: 30, Unit: "d"}, 2 * day, false, surveys.Rest},
		{"after the rest", surveys.Span{N: 30, Unit: "d"}, 31 * day, false, ""},
		{"no rest", surveys.Span{}, 2 * day, false, ""},
		{"answered, within the rest", surveys.Span{N: 30, Unit: "d"}, 2 * day, true, surveys.Rest},
		{"answered, after the rest", surveys.Span{N: 30, Unit: "d"}, 31 * day, true, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := openOffice(t)
			h, s := postedBy(t, o)
			h.decide(func(s *surveys.Settings) {
				s.Asking.Rest, s.Asking.ReminderAfter = test.rest, surveys.Span{N: 4, Unit: "d"}
			})
			h.hear(told(surveys.Closed, -60))
			h.sends(s)
			first := h.keys.Sign(surveys.ToAnswer, idOf("1", 1))
			var kept surveys.Response
			if test.answered {
				_, err := h.answers().Confirm(t.Context(), first, form("delay", "2"), "fr")
				h.must(err)
				kept = h.response()
			}
			h.hear(told(surveys.Reopened, 60))
			h.clock.pass(test.after)
			again := told(surveys.Closed, 0)
			again.UpdatedAt = h.clock.Now()
			h.hear(again)
			for range 8 {
				h.clock.pass(day)
				h.sends(s)
			}
			h.stands("1", 1, surveys.Sent, "")
			want := surveys.Sent
			if test.want != "" {
				want = surveys.Skipped
			}
			h.stands("1", 2, want, test.want)
			mails := 1
			if test.want == "" {
				mails = 3 // and its reminder; the first has none, for its closing ended
			}
			if n := len(o.log()); n != mails {
				t.Errorf("%d mails, want %d", n, mails)
			}
			h.keepsTheLaw(o)
			if !test.answered {
				return
			}
			if diff := cmp.Diff(kept, h.response()); diff != "" || kept.Closing != 1 {
				t.Errorf("the answer to closing %d (-then +now):\n%s", kept.Closing, diff)
			}
			if test.want != "" {
				return
			}
			_, err := h.answers().Confirm(t.Context(), h.keys.Sign(surveys.ToAnswer, idOf("1", 2)), form("delay", "5"), "fr")
			h.must(err)
			second, err := h.store.GetResponse(t.Context(), idOf("1", 2))
			if err != nil || second.Closing != 2 || second.Last().Values["delay"] != "5" || h.response().Last().Values["delay"] != "2" {
				t.Errorf("the answers are %+v and %+v, %v", h.response(), second, err)
			}
		})
	}
}

// TestE04ReplayHasNoEffect: what was signed once and is told again later, under another
// name of delivery, is older than the ticket.
func TestE04ReplayHasNoEffect(t *testing.T) {
	h := open(t)
	h.clock.pass(day)
	closed, reopened := body("1", surveys.Closed, 5), body("1", surveys.Reopened, 10)
	for _, text := range []string{closed, reopened} {
		h.post("generic", "desk", text)
		h.workedOff()
	}
	before := h.ticket("1")
	for range 5 {
		h.clock.pass(2 * hour) // the body alone stands for the delivery within the hour only
		h.post("generic", "desk", closed)
		h.workedOff()
	}
	if diff := cmp.Diff(before, h.ticket("1")); diff != "" {
		t.Errorf("the replay changed the ticket (-before +after):\n%s", diff)
	}
	if all := h.invitations(); len(all) != 1 || all[0].Code != surveys.WasReopened {
		t.Errorf("invitations: %+v", all)
	}
}

// TestE06FiguresChangeByRule: who is deleted, merged or found to be spam is in no
// figure, who is erased stays in all; their links open nothing and no mail leaves.
func TestE06FiguresChangeByRule(t *testing.T) {
	h := open(t)
	h.decide(func(s *surveys.Settings) { s.Asking.ReminderAfter = surveys.Span{N: 4, Unit: "d"} })
	link := func(id string) string { return h.keys.Sign(surveys.ToAnswer, idOf(id, 1)) }
	for n := range 10 {
		id := fmt.Sprint(n)
		h.hear(about(told(surveys.Closed, -60), id, id+"@example.net"))
	}
	h.send()
	for n := range 5 { // the others are to be reminded
		_, err := h.answers().Confirm(t.Context(), link(fmt.Sprint(n)), form("comment", "Merci !"), "fr")
		h.must(err)
	}
	if got, want := h.totals(), (totals{Opened: 10, Closed: 10, Sent: 10, Answered: 5, Pleased: 5}); got != want {
		t.Fatalf("counted %+v, want %+v", got, want)
	}

	for _, id := range []string{"0", "5"} {
		n := about(told(surveys.Deleted, 10), id, id+"@example.net")
		h.hear(n)
	}
	for _, id := range []string{"1", "6"} {
		n := about(told(surveys.Closed, 10), id, id+"@example.net")
		n.MergedInto = "9"
		h.hear(n)
	}
	for _, id := range []string{"2", "7"} {
		if n := h.erase(id + "@example.net"); n != 0 {
			t.Fatalf("%d in hand", n)
		}
	}
	for _, id := range []string{"3", "8"} {
		h.hear(about(told(surveys.Spam, 10), id, id+"@example.net"))
	}
	if got, want := h.totals(), (totals{Opened: 4, Closed: 4, Sent: 4, Answered: 2, Pleased: 2}); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
	for _, id := range []string{"0", "5", "1", "6", "2", "7", "3", "8"} {
		if _, err := h.answers().Find(t.Context(), link(id)); !errors.Is(err, surveys.ErrOver) {
			t.Errorf("the link of ticket %s opens: %v", id, err)
		}
		if _, err := h.answers().Confirm(t.Context(), link(id), form(), "fr"); !errors.Is(err, surveys.ErrOver) {
			t.Errorf("the link of ticket %s takes an answer: %v", id, err)
		}
	}
	h.hear(about(told(surveys.Closed, 20), "8", "8@example.net")) // no spam after all
	if got, want := h.totals(), (totals{Opened: 5, Closed: 5, Sent: 5, Answered: 2, Pleased: 2}); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
	h.passes(5 * day)
	var reminded []string
	for _, l := range h.mail.carried()[10:] {
		reminded = append(reminded, l.Invitation.Ticket.ID)
	}
	slices.Sort(reminded)
	if want := []string{"8", "9"}; !slices.Equal(reminded, want) {
		t.Errorf("reminders went to %v, want %v", reminded, want)
	}
	for _, id := range []string{"4", "8", "9"} {
		if _, err := h.answers().Find(t.Context(), link(id)); err != nil {
			t.Errorf("the link of ticket %s does not open: %v", id, err)
		}
	}
}

// totals are what the tallies add up to.
type totals struct{ Opened, Closed, Sent, Answered, Pleased int }

func (h *house) totals() (s totals) {
	h.Helper()
	h.must((&reports.Counter{Store: h.store, Settings: h.inForce, Log: slog.New(slog.DiscardHandler)}).Drain(h.Context()))
	for tally, err := range h.store.Tallies(h.Context(), "", "") {
		h.must(err)
		for _, c := range tally.Opened {
			s.Opened += c.Opened
		}
		for _, c := range tally.Closed {
			s.Closed += c.Closed
			s.Sent += c.Sent
			s.Answered += c.Answered
			s.Pleased += c.Delay[3] + c.Delay[4]
		}
	}
	return s
}

// TestE07WhoIsAsked: each closing is skipped with its code or asked about once.
func TestE07WhoIsAsked(t *testing.T) {
	const asked, none, rest = surveys.Skip(""), surveys.NoAddress, surveys.Rest
	for _, test := range []struct {
		name      string
		addresses []string // of tickets closed a minute after one another
		want      []surveys.Skip
	}{
		{"no address", []string{""}, []surveys.Skip{none}},
		{"what is none", []string{"lina", "lina@", "lina at example.net"}, []surveys.Skip{none, none, none}},
		{"a shared mailbox rests as one", []string{"office@example.net", "office@example.net", "office@example.net"}, []surveys.Skip{asked, rest, rest}},
		{"role addresses that people read", []string{"info@example.net", "support@example.net", "contact@example.net"}, []surveys.Skip{asked, asked, asked}},
		{"machines", []string{
			"noreply@example.net", "no-reply@example.net", "No_Reply@Example.NET", "noreply+1234@example.net", "no-reply-orders@example.net", "do-not-reply@example.net",
			"donotreply@example.net", "ne-pas-repondre@example.net", "nepasrepondre@example.net", "mailer-daemon@example.net", "MAILER-DAEMON@example.net", "postmaster@example.net",
		}, []surveys.Skip{none, none, none, none, none, none, none, none, none, none, none, none}},
		{"who is called nearly so", []string{"noree.plym@example.net", "noe@example.net", "anoreply@example.net", "postmasters@example.net"}, []surveys.Skip{asked, asked, asked, asked}},
		{"two tickets a day", []string{"lina@example.net", "lina@example.net"}, []surveys.Skip{asked, rest}},
		{"in other letters", []string{"Lina@Example.NET", "lina@example.net", "LINA@EXAMPLE.NET"}, []surveys.Skip{asked, rest, rest}},
		{"in punycode", []string{"lina@bücher.example", "lina@xn--bcher-kva.example", "lina@BÜCHER.example"}, []surveys.Skip{asked, rest, rest}},
		{"plus-tags are others", []string{"lina@example.net", "lina+shop@example.net", "lina+bank@example.net"}, []surveys.Skip{asked, asked, asked}},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := open(t)
			for n, address := range test.addresses {
				h.hear(about(told(surveys.Closed, n-60), fmt.Sprint(n), address))
				h.passes(minute)
			}
			h.passes(2 * hour)
			mails := 0
			for n, code := range test.want {
				state := surveys.Skipped
				if code == "" {
					state = surveys.Sent
					mails++
				}
				h.stands(fmt.Sprint(n), 1, state, code)
			}
			if n := len(h.mail.carried()); n != mails {
				t.Errorf("%d mails, want %d", n, mails)
			}
			var persons []string
			for _, l := range h.mail.carried() {
				persons = append(persons, l.Invitation.Person)
			}
			if slices.Sort(persons); len(slices.Compact(persons)) != mails {
				t.Errorf("%d mails to %d persons", mails, len(persons))
			}
		})
	}
}
