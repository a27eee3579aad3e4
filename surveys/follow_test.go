package surveys_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/entendu/entendu/surveys"
)

// carrier takes parcels as a server would, and answers by a script; after it, it accepts.
type carrier struct {
	mu      sync.Mutex
	script  []surveys.Carried
	parcels []surveys.Parcel
	during  func()
}

func (c *carrier) CarryErrand(_ context.Context, p surveys.Parcel) surveys.Carried {
	if c.during != nil {
		c.during()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.parcels = append(c.parcels, p)
	if len(c.script) == 0 {
		return surveys.Carried{Outcome: surveys.Accepted}
	}
	carried := c.script[0]
	c.script = c.script[1:]
	return carried
}

func (c *carrier) carried() []surveys.Parcel {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.parcels
}

// lodge is a house with what a ticket's page needs.
type lodge struct {
	*house
	carrier *carrier
	follow  *surveys.Follow
	courier *surveys.Courier
}

// followed is a house in which lina has an open ticket, number 48213.
func followed(t *testing.T) *lodge {
	h := open(t)
	h.decide(func(s *surveys.Settings) { s.Organisation.HelpdeskAddress = "support@example.org" })
	p := &lodge{house: h, carrier: &carrier{}}
	p.follow = &surveys.Follow{Store: h.store, Settings: h.inForce, Keys: h.keys, Salt: salt}
	p.courier = &surveys.Courier{Store: h.store, Carrier: p.carrier, Settings: h.inForce, Keys: h.keys, Log: silent()}
	n := told(surveys.Open, 0)
	n.Number, n.Subject, n.Team = "48213", "Facture en double", "billing"
	h.hear(n)
	return p
}

func (p *lodge) ask(number, email string) {
	p.Helper()
	p.must(p.follow.Ask(p.Context(), url.Values{"number": {number}, "email": {email}}, "en"))
}

// rounds lets the Courier pass until nothing more is due.
func (p *lodge) rounds() {
	p.Helper()
	for range 5 {
		_, err := p.courier.Pass(p.Context())
		p.must(err)
	}
}

func (p *lodge) token() string { return p.keys.ToTicket(key("1"), p.ticket("1").Customer) }

func (p *lodge) write(text, once string) error {
	_, err := p.follow.Write(p.Context(), p.token(), url.Values{"message": {text}, "once": {once}}, "en")
	return err
}

func (p *lodge) errands() (all []surveys.Errand) {
	p.Helper()
	for e, err := range p.store.Errands(p.Context()) {
		p.must(err)
		all = append(all, e)
	}
	return all
}

func TestALinkGoesToWhoGivesNumberAndAddress(t *testing.T) {
	p := followed(t)
	p.ask(" #48213 ", "LINA@example.net")
	p.rounds()
	sent := p.carrier.carried()
	if len(sent) != 1 || sent[0].Customer.Address != "lina@example.net" || sent[0].Language != "en" || !strings.HasPrefix(sent[0].Name, "link.") {
		t.Fatalf("sent %+v", sent)
	}
	found, err := p.follow.Find(t.Context(), sent[0].Token)
	if err != nil || found.Ticket.Number != "48213" || found.Helpdesk != "support@example.org" {
		t.Errorf("the link opens %+v, %v", found, err)
	}
}

// What does not belong together leaves nothing behind: no mail, and no row.
func TestAnAskThatMatchesNothingIsForgotten(t *testing.T) {
	p := followed(t)
	p.ask("48213", "paul@example.net")
	p.ask("48214", "lina@example.net")
	if n := len(p.errands()); n != 2 {
		t.Fatalf("%d asks are kept, want both whatever they say", n)
	}
	for _, e := range p.errands() {
		if strings.Contains(e.Number+e.Person+e.Text, "@") {
			t.Errorf("an address lies in the store: %+v", e)
		}
	}
	p.rounds()
	if len(p.carrier.carried()) != 0 || len(p.errands()) != 0 {
		t.Errorf("sent %d mails, and %d rows are left", len(p.carrier.carried()), len(p.errands()))
	}
}

func TestOneNumberOfTwoSources(t *testing.T) {
	p := followed(t)
	n := about(told(surveys.Open, 1), "9", "lina@example.net")
	n.Number = "48213"
	_, err := p.applier().ApplyNotice(t.Context(), "shop", n, p.clock.Now())
	p.must(err)
	n = about(n, "10", "paul@example.net")
	_, err = p.applier().ApplyNotice(t.Context(), "desk", n, p.clock.Now())
	p.must(err)
	p.ask("48213", "lina@example.net")
	p.rounds()
	if sent := p.carrier.carried(); len(sent) != 2 || sent[0].Ticket.Source == sent[1].Ticket.Source {
		t.Errorf("%d links, want one for each of lina's two tickets", len(sent))
	}
}

func TestThreeLinksADay(t *testing.T) {
	p := followed(t)
	for range 5 {
		p.ask("48213", "lina@example.net")
		p.rounds()
	}
	if n := len(p.carrier.carried()); n != 3 {
		t.Fatalf("%d links in one day, want 3", n)
	}
	p.clock.pass(day)
	p.ask("48213", "lina@example.net")
	p.rounds()
	if n := len(p.carrier.carried()); n != 4 {
		t.Errorf("%d links by the next day, want 4", n)
	}
	p.clock.pass(3 * day)
	p.rounds()
	if left := p.errands(); len(left) != 0 {
		t.Errorf("%d rows are left of days that are over", len(left))
	}
}

// dyingToForget is a store in which nothing can be removed, as if the process died first.
type dyingToForget struct{ surveys.Store }

func (dyingToForget) RemoveErrand(context.Context, string) error { return errKilled }

// Two Couriers that take one ask, and one that dies between making the link and
// forgetting the ask, make one link.
func TestOneAskMakesOneLink(t *testing.T) {
	p := followed(t)
	p.ask("48213", "lina@example.net")
	other := *p.courier
	p.courier.Store = dyingToForget{p.store}
	if _, err := p.courier.Pass(t.Context()); !errors.Is(err, errKilled) || len(p.errands()) != 2 {
		t.Fatalf("%v, %d rows", err, len(p.errands()))
	}
	p.courier.Store = p.store
	together(2, func(i int) {
		_, err := []*surveys.Courier{p.courier, &other}[i].Pass(t.Context())
		p.must(err)
	})
	p.rounds()
	if n := len(p.carrier.carried()); n != 1 {
		t.Errorf("%d links, want 1", n)
	}
}

// Who stopped surveys gets the link that they asked for; an address that mail came back
// from, or that called it spam, does not: whoever asks need not be who reads there.
func TestWhoStoppedSurveysStillGetsALink(t *testing.T) {
	for reason, want := range map[string]int{surveys.Unsubscribed: 1, surveys.ByHand: 1, surveys.Bounced: 0, surveys.Complained: 0} {
		p := followed(t)
		p.must(p.store.AddSuppression(t.Context(), surveys.Suppression{Person: personOf("lina@example.net"), Reason: reason, At: monday}))
		p.ask("48213", "lina@example.net")
		p.rounds()
		if n := len(p.carrier.carried()); n != want {
			t.Errorf("%s: %d links, want %d", reason, n, want)
		}
		if want == 0 && len(p.errands()) != 0 {
			t.Errorf("%s: left %+v", reason, p.errands())
		}
	}
}

func TestWhatALinkOpens(t *testing.T) {
	p := followed(t)
	for name, token := range map[string]string{
		"forged": "x" + p.token(), "of another purpose": p.keys.Sign(surveys.ToAnswer, "1"),
		"of no ticket's shape": p.keys.Sign(surveys.ToFollow, "1"),
	} {
		if _, err := p.follow.Find(t.Context(), token); !errors.Is(err, surveys.ErrForged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := p.follow.Find(t.Context(), p.keys.ToTicket(key("2"), "x")); !absent(err) {
		t.Errorf("a ticket that is not there: %v", err)
	}
	if _, err := p.follow.Find(t.Context(), p.keys.ToTicket(key("1"), "somebody else")); !errors.Is(err, surveys.ErrOver) {
		t.Errorf("of who asked before: %v", err)
	}
	before := p.token()
	p.hear(told(surveys.Spam, 5))
	if _, err := p.follow.Find(t.Context(), before); !errors.Is(err, surveys.ErrOver) {
		t.Errorf("once it is spam: %v", err)
	}
	if err := p.write("Bonjour", ""); !errors.Is(err, surveys.ErrOver) {
		t.Errorf("a message once it is spam: %v", err)
	}
}

// A message lies in the store until a server took it, and not a moment longer.
func TestAMessageIsKeptUntilAServerAcceptedIt(t *testing.T) {
	p := followed(t)
	p.must(p.write("  Ma référence : 12.\r\nMerci ", "a"))
	if e := p.errands()[0]; e.Text != "Ma référence : 12.\nMerci" {
		t.Errorf("kept %q", e.Text)
	}
	for range 40 {
		p.carrier.script = append(p.carrier.script, surveys.Carried{Outcome: surveys.Deferred}, surveys.Carried{Outcome: surveys.Refused})
	}
	for range 80 {
		p.clock.pass(18 * hour)
		p.rounds()
	}
	if e := p.errands()[0]; e.State != surveys.ToCarry || e.Text == "" {
		t.Fatalf("after two months of a server that does not take it: %+v", e)
	}
	p.clock.pass(18 * hour)
	p.rounds()
	if e := p.errands()[0]; e.State != surveys.Delivered || e.Text != "" {
		t.Errorf("after it was accepted: %+v", e)
	}
	sent := p.carrier.carried()
	if last := sent[len(sent)-1]; last.Name != sent[0].Name || !last.Date.Equal(sent[0].Date) || last.Language != "fr" || last.Helpdesk != "support@example.org" {
		t.Errorf("the last attempt is another mail than the first: %+v", last)
	}
}

func TestAMessageGoesToTheTeamThatHasAnAddress(t *testing.T) {
	p := followed(t)
	p.must(p.write("Bonjour", "a"))
	p.decide(func(s *surveys.Settings) { s.Teams = []surveys.Team{{Name: "billing", Address: "billing@example.org"}} })
	p.rounds()
	if sent := p.carrier.carried(); len(sent) != 1 || sent[0].Helpdesk != "billing@example.org" {
		t.Errorf("sent %+v", sent)
	}
	p.decide(func(s *surveys.Settings) { s.Teams, s.Organisation.HelpdeskAddress = nil, "" })
	if _, is := surveys.AsInvalid(p.write("Bonjour", "b")); !is {
		t.Error("a message that can go nowhere was taken")
	}
}

// A mail of unknown outcome is tried once more, no more; the words stay with us then.
func TestAnUnknownOutcomeIsTriedOnceMore(t *testing.T) {
	p := followed(t)
	p.must(p.write("Bonjour", "a"))
	p.ask("48213", "lina@example.net")
	for range 8 {
		p.carrier.script = append(p.carrier.script, surveys.Carried{Outcome: surveys.Unknown})
	}
	p.rounds()
	if n := len(p.carrier.carried()); n != 2 {
		t.Fatalf("%d attempts at once, want one each", n)
	}
	for range 6 {
		p.clock.pass(11 * minute)
		p.rounds()
	}
	if n := len(p.carrier.carried()); n != 4 {
		t.Errorf("%d attempts in all, want two each", n)
	}
	for _, e := range p.errands() {
		if e.State != surveys.GivenUp || (e.Kind == surveys.MessageMail) != (e.Text == "Bonjour") {
			t.Errorf("given up: %+v", e)
		}
	}
	p.clock.pass(31 * day)
	p.rounds()
	if left := p.errands(); len(left) != 0 {
		t.Errorf("%d rows are left after raw events are emptied", len(left))
	}
}

// A process that dies in a dialogue leaves an attempt of unknown outcome behind.
func TestAKilledCourierIsFollowedByOneAttempt(t *testing.T) {
	p := followed(t)
	p.must(p.write("Bonjour", "a"))
	p.carrier.during = func() {
		p.carrier.during = nil
		if e := p.errands()[0]; len(e.Attempts) != 1 || e.Attempts[0].Outcome != surveys.Unknown {
			t.Errorf("while the dialogue runs: %+v", e)
		}
		other := *p.courier
		other.Carrier = &carrier{} // nobody takes it from who has it
		if _, err := other.Pass(t.Context()); err != nil || len(other.Carrier.(*carrier).parcels) != 0 {
			t.Errorf("another Courier sent it too: %v", err)
		}
	}
	p.rounds()
	if n := len(p.carrier.carried()); n != 1 || p.errands()[0].State != surveys.Delivered {
		t.Errorf("%d mails, %+v", n, p.errands())
	}
}

func TestTenMessagesADay(t *testing.T) {
	p := followed(t)
	together(20, func(i int) {
		err := p.write("Message "+strconv.Itoa(i), "a")
		if err != nil && !errors.Is(err, surveys.ErrEnough) {
			t.Error(err)
		}
	})
	p.rounds()
	if n := len(p.carrier.carried()); n != 10 {
		t.Fatalf("%d messages in one day, want 10", n)
	}
	if err := p.write("Encore", "b"); !errors.Is(err, surveys.ErrEnough) {
		t.Errorf("the eleventh: %v", err)
	}
	p.clock.until(time.Date(2026, 3, 2, 23, 0, 1, 0, time.UTC)) // midnight in Paris
	p.must(p.write("Demain", "b"))
}

// The button pressed twice is one message; other words, or another page, are another.
func TestTheSameMessageTwiceIsOne(t *testing.T) {
	p := followed(t)
	together(5, func(int) { p.must(p.write("Bonjour", "a")) })
	p.rounds()
	p.must(p.write("Bonjour", "a")) // also once it was carried
	p.rounds()
	if n := len(p.carrier.carried()); n != 1 {
		t.Fatalf("%d messages, want 1", n)
	}
	for _, m := range [][2]string{{"Bonsoir", "a"}, {"Bonjour", "b"}, {"Bonjour", ""}, {"Bonjour", ""}} {
		p.must(p.write(m[0], m[1]))
	}
	p.rounds()
	if n := len(p.carrier.carried()); n != 5 {
		t.Errorf("%d messages, want 5", n)
	}
}

func TestWhatCannotBeTaken(t *testing.T) {
	p := followed(t)
	p.must(p.write(strings.Repeat("é", 2000), ""))
	for text, want := range map[string]string{"": "required", " \n ": "required", strings.Repeat("é", 2001): "long", "a\x00b": "unreadable", "\xff": "unreadable"} {
		invalid, is := surveys.AsInvalid(p.write(text, ""))
		if !is || invalid.Problems[0] != (surveys.Problem{Field: "message", Key: want}) {
			t.Errorf("%.10q: %+v, want %s", text, invalid, want)
		}
	}
	for want, form := range map[string]url.Values{
		"number: required":                  {"number": {" # "}, "email": {"lina@example.net"}},
		"email: required":                   {"number": {"1"}},
		"email: address":                    {"number": {"1"}, "email": {"lina"}},
		"number: repeated":                  {"number": {"1", "2"}, "email": {"lina@example.net"}},
		"number: long":                      {"number": {strings.Repeat("1", 101)}, "email": {"lina@example.net"}},
		"email: unreadable":                 {"number": {"1"}, "email": {"lina@example.net\nBcc: x"}},
		"number: required, email: required": {},
	} {
		err := p.follow.Ask(t.Context(), form, "fr")
		if _, is := surveys.AsInvalid(err); !is || !strings.HasSuffix(err.Error(), ": "+want) {
			t.Errorf("%v: %v, want %s", form, err, want)
		}
	}
}

// Erasure reaches what was asked for and what was written; nothing leaves after it.
func TestErasureReachesErrands(t *testing.T) {
	p := followed(t)
	token := p.token()
	p.must(p.write("C'est Lina qui parle.", "a"))
	p.ask("48213", "lina@example.net")
	if n := p.erase("lina@example.net"); n != 0 {
		t.Fatalf("%d in hand", n)
	}
	for _, e := range p.errands() {
		if e.Text != "" || e.Number != "" || e.State != surveys.GivenUp {
			t.Errorf("left: %+v", e)
		}
	}
	p.ask("48213", "lina@example.net")
	p.rounds()
	if len(p.carrier.carried()) != 0 {
		t.Errorf("sent after erasure: %+v", p.carrier.carried())
	}
	if _, err := p.follow.Find(t.Context(), token); !errors.Is(err, surveys.ErrOver) {
		t.Errorf("the link still opens: %v", err)
	}
}

func TestErasureWaitsForAMailThatLeaves(t *testing.T) {
	p := followed(t)
	p.must(p.write("Bonjour", "a"))
	p.carrier.during = func() {
		p.carrier.during = nil
		if n := p.erase("lina@example.net"); n != 1 {
			t.Errorf("%d in hand, want the one that leaves", n)
		}
	}
	p.rounds()
	if n := p.erase("lina@example.net"); n != 0 || p.errands()[0].State != surveys.Delivered {
		t.Errorf("%d in hand, %+v", n, p.errands()[0])
	}
}

// A mail server that is down is not asked once for each letter, whoever found out.
func TestErrandsHeedAHalt(t *testing.T) {
	p := followed(t)
	p.carrier.script = []surveys.Carried{{Outcome: surveys.Deferred, Fault: surveys.OfServer}}
	p.must(p.write("Un", "a"))
	p.must(p.write("Deux", "b"))
	p.rounds()
	if n := len(p.carrier.carried()); n != 1 {
		t.Errorf("%d attempts at a server that is down, want 1", n)
	}
	if halt, err := surveys.GetHalt(t.Context(), p.store); err != nil || halt.Tries != 1 {
		t.Errorf("halt %+v, %v", halt, err)
	}
	p.clock.pass(hour)
	p.rounds()
	if halt, _ := surveys.GetHalt(t.Context(), p.store); halt.Tries != 0 || len(p.carrier.carried()) != 3 {
		t.Errorf("once it is back: halt %+v, %d attempts", halt, len(p.carrier.carried()))
	}
}

// A server that does not like a customer's words refuses them as it would refuse us.
// Nobody else waits for that; what is refused in a mail of our own words is ours.
func TestWordsThatAreRefusedHoldNobodyElseUp(t *testing.T) {
	refused := surveys.Carried{Outcome: surveys.Deferred, Fault: surveys.OfSender, Reply: "550 5.7.1 looks like spam"}
	p := followed(t)
	p.carrier.script = []surveys.Carried{refused}
	p.must(p.write("Un", "a"))
	p.rounds()
	p.must(p.write("Deux", "b"))
	p.rounds()
	if halt, err := surveys.GetHalt(t.Context(), p.store); err != nil || halt.Tries != 0 || len(p.carrier.carried()) != 2 {
		t.Fatalf("halt %+v, %v, %d attempts, want one of each message", halt, err, len(p.carrier.carried()))
	}
	p.clock.pass(18 * hour)
	p.rounds()
	if sent := p.carrier.carried(); len(sent) != 3 || sent[2].Errand.Text != "Un" {
		t.Errorf("what was refused was not tried again: %+v", sent)
	}
	p.carrier.script = []surveys.Carried{refused}
	p.ask("48213", "lina@example.net")
	p.rounds()
	if halt, err := surveys.GetHalt(t.Context(), p.store); err != nil || halt.Tries != 1 {
		t.Errorf("after a link was refused: halt %+v, %v", halt, err)
	}
}

// A message waits for ever for a helpdesk that takes it, so somebody has to be told;
// but not what it says or where it goes.
func TestAMessageThatNobodyTakesIsLogged(t *testing.T) {
	for name, c := range map[string]struct {
		carried surveys.Carried
		address string
	}{
		"refused":           {surveys.Carried{Outcome: surveys.Refused, Fault: surveys.OfAddress, Reply: "550 nobody here"}, "support@example.org"},
		"refused by policy": {surveys.Carried{Outcome: surveys.Deferred, Fault: surveys.OfSender, Reply: "550 5.7.1 nobody here"}, "support@example.org"},
		"no address":        {surveys.Carried{}, ""},
	} {
		p, log := followed(t), &bytes.Buffer{}
		p.courier.Log = slog.New(slog.NewTextHandler(log, nil))
		p.carrier.script = []surveys.Carried{c.carried}
		p.must(p.write("Bonjour", "a"))
		p.decide(func(s *surveys.Settings) { s.Organisation.HelpdeskAddress = c.address })
		p.rounds()
		e, line := p.errands()[0], log.String()
		if strings.Count(line, "level=ERROR") != 1 || !strings.Contains(line, "kind=message errand="+e.ID) || e.State != surveys.ToCarry {
			t.Errorf("%s: logged %q of %+v", name, line, e)
		}
		for _, secret := range []string{"Bonjour", "@", "nobody here"} {
			if strings.Contains(line, secret) {
				t.Errorf("%s: %q is in the log: %s", name, secret, line)
			}
		}
	}
}

func TestTheCourseOfATicket(t *testing.T) {
	opened, due := monday, monday.Add(48*hour)
	at := func(h int) time.Time { return monday.Add(time.Duration(h) * hour) }
	base := surveys.Ticket{Status: surveys.Open, OpenedAt: opened, UpdatedAt: at(400), Promise: 48 * hour}
	with := func(change func(*surveys.Ticket)) surveys.Ticket { x := base; change(&x); return x }
	for name, c := range map[string]struct {
		ticket surveys.Ticket
		now    time.Time
		want   surveys.PromiseState
	}{
		"it runs":                       {base, at(47), surveys.PromiseRuns},
		"nobody replied in time":        {base, due, surveys.PromiseMissed},
		"a reply at the last moment":    {with(func(t *surveys.Ticket) { t.FirstReplyAt = due }), at(50), surveys.PromiseKept},
		"a reply after it":              {with(func(t *surveys.Ticket) { t.FirstReplyAt = at(49) }), at(50), surveys.PromiseMissed},
		"a reply before the opening":    {with(func(t *surveys.Ticket) { t.FirstReplyAt = at(-1) }), at(50), surveys.PromiseUnknown},
		"closed, and no reply is known": {with(func(t *surveys.Ticket) { t.Closings = []surveys.Closing{{N: 1, At: at(5)}} }), at(50), surveys.PromiseUnknown},
		"the customer gave up":          {with(func(t *surveys.Ticket) { t.Status = surveys.Withdrawn }), at(50), surveys.PromiseUnknown},
		"none was made":                 {with(func(t *surveys.Ticket) { t.Promise = 0 }), at(50), surveys.NoPromise},
		"nobody knows when it opened":   {with(func(t *surveys.Ticket) { t.OpenedAt = time.Time{} }), at(50), surveys.NoPromise},
	} {
		if got := c.ticket.CourseAt(c.now).Promise; got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	whole := with(func(t *surveys.Ticket) {
		t.FirstReplyAt = at(2)
		t.Closings = []surveys.Closing{{N: 1, At: at(3), EndedAt: at(4)}, {N: 2, At: at(6)}}
	})
	var kinds []string
	for _, s := range whole.CourseAt(at(7)).Steps {
		kinds = append(kinds, string(s.Kind))
	}
	if got := strings.Join(kinds, " "); got != "opened replied closed reopened closed" {
		t.Errorf("steps: %s", got)
	}
}
