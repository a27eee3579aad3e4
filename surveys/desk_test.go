package surveys_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entendu/entendu/surveys"
)

// counter is a house with a desk: lina, omar and zoe were handled by u-1, mia by u-2.
type counter struct {
	*house
	carrier *carrier
	desk    *surveys.Desk
	courier *surveys.Courier
	tokens  map[string]string // by ticket
}

func ada() surveys.Owner { return surveys.Owner{ID: "ada", Name: "Ada", Agents: []string{"desk/u-1"}} }

func manned(t *testing.T) *counter {
	h := open(t)
	h.decide(func(s *surveys.Settings) { s.Organisation.HelpdeskAddress = "support@example.org" })
	o := &counter{house: h, carrier: &carrier{}, tokens: map[string]string{}}
	o.desk = &surveys.Desk{Store: h.store, Settings: h.inForce}
	o.courier = &surveys.Courier{Store: h.store, Carrier: o.carrier, Settings: h.inForce, Keys: h.keys, Log: silent()}
	for id, of := range map[string][2]string{"1": {"lina@example.net", "u-1"}, "2": {"omar@example.net", "u-1"}, "3": {"zoe@example.net", "u-1"}, "4": {"mia@example.net", "u-2"}} {
		n := about(told(surveys.Closed, 0), id, of[0])
		n.Agent, n.Number = of[1], "48-"+id
		h.hear(n)
	}
	h.clock.pass(2 * hour)
	h.send()
	for _, l := range h.mail.carried() {
		o.tokens[l.Invitation.Ticket.ID] = l.AnswerToken
	}
	return o
}

// answer is given a minute after the one before.
func (o *counter) answer(ticket string, fields ...string) {
	o.Helper()
	o.clock.pass(minute)
	_, err := o.answers().Confirm(o.Context(), o.tokens[ticket], form(fields...), "fr")
	o.must(err)
}

// leafed are the tickets whose answers an owner meets, one after the other.
func (o *counter) leafed(owner surveys.Owner, asking bool) (tickets []string) {
	o.Helper()
	for after := ""; ; {
		on, err := o.desk.Find(o.Context(), owner, after, asking)
		if absent(err) {
			return tickets
		}
		o.must(err)
		tickets = append(tickets, on.Response.Ticket.ID)
		after = on.Response.Invitation
	}
}

func TestADeskHoldsItsOwnersAnswersOnly(t *testing.T) {
	o := manned(t)
	o.answer("2")
	o.answer("4", "callback", "yes")
	o.answer("1", "callback", "yes")
	o.answer("3", "private", "yes", "callback", "yes")
	for name, test := range map[string]struct {
		owner  surveys.Owner
		asking bool
		want   []string
	}{
		"all, the newest first, but the private one": {ada(), false, []string{"1", "2"}},
		"those who ask for a call back":              {ada(), true, []string{"1"}},
		"of another adviser":                         {surveys.Owner{Agents: []string{"desk/u-2"}}, false, []string{"4"}},
		"of who is two agents":                       {surveys.Owner{Agents: []string{"desk/u-2", "desk/u-1"}}, false, []string{"1", "4", "2"}},
		"of the same id at another helpdesk":         {surveys.Owner{Agents: []string{"shop/u-1"}}, false, nil},
		"of who is no agent":                         {surveys.Owner{ID: "eve"}, false, nil},
		"of an agent without a name":                 {surveys.Owner{Agents: []string{"desk/", "/", ""}}, false, nil},
	} {
		if got := o.leafed(test.owner, test.asking); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
	for _, other := range []string{idOf("4", 1), idOf("3", 1), idOf("9", 1)} {
		if _, err := o.desk.Open(t.Context(), ada(), other); !absent(err) {
			t.Errorf("opening what is not on the desk: %v", err)
		}
	}
	if _, err := o.desk.Find(t.Context(), ada(), idOf("4", 1), false); !absent(err) {
		t.Errorf("what comes after another's answer: %v", err)
	}
	o.answer("1", "private", "yes", "callback", "yes")
	if got := o.leafed(ada(), false); !slices.Equal(got, []string{"2"}) {
		t.Errorf("after a second thought: %q", got)
	}
}

// Whose handling a closing was is not known once somebody else may have handled it.
func TestAHandedOverTicketIsOnNoDesk(t *testing.T) {
	o := manned(t)
	again, closed := about(told(surveys.Reopened, 180), "1", "lina@example.net"), about(told(surveys.Closed, 200), "1", "lina@example.net")
	again.Agent, closed.Agent = "u-2", "u-2"
	o.hear(again, closed)
	o.answer("1")
	if got := o.leafed(surveys.Owner{Agents: []string{"desk/u-1", "desk/u-2"}}, false); got != nil {
		t.Errorf("on a desk: %q", got)
	}
}

func TestAReplyIsMailedOnce(t *testing.T) {
	o := manned(t)
	o.answer("1", "callback", "yes")
	o.answer("2")
	reply := func(ticket, text string) error {
		_, err := o.desk.Reply(t.Context(), ada(), idOf(ticket, 1), text)
		return err
	}
	if err := reply("2", "Bonjour"); !errors.Is(err, surveys.ErrNotAsked) {
		t.Errorf("a reply to who did not ask: %v", err)
	}
	for text, want := range map[string]string{"": "required", " \n": "required", strings.Repeat("é", 2001): "long", "\xff": "unreadable"} {
		if got := problemOf(t, reply("1", text)); got != want {
			t.Errorf("%.10q: %q, want %q", text, got, want)
		}
	}
	o.must(reply("1", "Bonjour Lina"))
	o.must(reply("1", "Bonjour Lina")) // the button, pressed twice
	if err := reply("1", "Another"); !errors.Is(err, surveys.ErrNotAsked) {
		t.Errorf("a second reply: %v", err)
	}
	for range 3 {
		_, err := o.courier.Pass(t.Context())
		o.must(err)
		o.clock.pass(3 * day)
	}
	sent := o.carrier.carried()
	if len(sent) != 1 || sent[0].Customer.Address != "lina@example.net" || sent[0].Helpdesk != "support@example.org" || sent[0].Language != "fr" || sent[0].Errand.Text != "Bonjour Lina" {
		t.Fatalf("sent %+v", sent)
	}
	on, err := o.desk.Open(t.Context(), ada(), idOf("1", 1))
	if err != nil || on.Reply == nil || on.Reply.State != surveys.Delivered || on.Reply.Cause != "ada" || on.Reply.Text+on.Reply.Person+on.Reply.Customer != "" {
		t.Errorf("what is known of the reply: %+v, %v", on.Reply, err)
	}
	if err := reply("1", "Another"); !errors.Is(err, surveys.ErrNotAsked) {
		t.Errorf("a second reply, later: %v", err)
	}
}

// Surveys are not wanted by who stopped them; the call back that they asked for is. Nobody
// who was erased, whose mail came back or who called it spam is written to.
func TestWhoIsRepliedTo(t *testing.T) {
	for reason, want := range map[string]int{surveys.Unsubscribed: 1, surveys.Bounced: 0, surveys.Complained: 0, surveys.Forgotten: 0} {
		o := manned(t)
		o.answer("1", "callback", "yes")
		_, err := o.desk.Reply(t.Context(), ada(), idOf("1", 1), "Bonjour Lina")
		o.must(err)
		if reason == surveys.Forgotten {
			_, err = (&surveys.Eraser{Store: o.store, Settings: o.inForce}).Erase(t.Context(), personOf("lina@example.net"))
		} else {
			err = o.store.AddSuppression(t.Context(), surveys.Suppression{Person: personOf("lina@example.net"), Reason: reason, At: monday})
		}
		o.must(err)
		_, err = o.courier.Pass(t.Context())
		o.must(err)
		if got := len(o.carrier.carried()); got != want {
			t.Errorf("%s: %d mails, want %d", reason, got, want)
		}
		for e, err := range o.store.Errands(t.Context()) {
			if err != nil || want == 0 && (e.State != surveys.GivenUp || e.Text != "") {
				t.Errorf("%s: %+v, %v", reason, e, err)
			}
		}
	}
}

func TestProposals(t *testing.T) {
	o := manned(t)
	o.must(o.desk.Propose(t.Context(), ada(), "Shorter forms", "once"))
	o.must(o.desk.Propose(t.Context(), ada(), "Shorter forms", "once")) // the button, pressed twice
	if got := problemOf(t, o.desk.Propose(t.Context(), ada(), strings.Repeat("x", 2001), "two")); got != "long" {
		t.Errorf("a long one: %q", got)
	}
	found, err := o.store.FindProposals(t.Context(), "ada", surveys.Proposal{}, 10)
	o.must(err)
	if len(found) != 1 || found[0].Name != "Ada" || found[0].Text != "Shorter forms" {
		t.Fatalf("kept %+v", found)
	}
	p := found[0]
	o.must(surveys.AnswerProposal(t.Context(), o.store, p.ID, p.Rev, "Grace", "We will"))
	if err := surveys.AnswerProposal(t.Context(), o.store, p.ID, p.Rev, "Alan", "We will not"); !taken(err) {
		t.Errorf("a second answer by who saw none: %v", err)
	}
	if p, err = o.store.GetProposal(t.Context(), p.ID); err != nil || p.Answer != "We will" || p.AnsweredBy != "Grace" {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestWeeks(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]surveys.Day{
		"2026-03-02T00:00:00+01:00": "2026-03-02", "2026-03-01T22:59:00Z": "2026-02-23", "2026-03-08T22:59:00Z": "2026-03-02", "2026-03-29T12:00:00Z": "2026-03-23",
	} {
		when, err := time.Parse(time.RFC3339, at)
		if got := surveys.WeekOf(when, paris); err != nil || got != want {
			t.Errorf("%s is in the week of %s, want %s", at, got, want)
		}
	}
}
