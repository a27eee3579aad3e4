package surveys_test

import (
	"context"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/entendu/entendu/surveys"
)

// answered is a lodge in which lina was asked about her closed request and answered.
func answered(t *testing.T, fields ...string) (p *lodge, token string) {
	h, token := asked(t)
	h.decide(func(s *surveys.Settings) { s.Organisation.HelpdeskAddress = "support@example.org" })
	p = &lodge{house: h, carrier: &carrier{}}
	p.courier = &surveys.Courier{Store: h.store, Carrier: p.carrier, Settings: h.inForce, Keys: h.keys, Log: silent()}
	h.confirms(token, fields...)
	return p, token
}

// TestATeamIsToldOnceAQuarter: of all that came up in one quarter of an hour, in one
// mail, at its end, and not again by whoever dies in between.
func TestATeamIsToldOnceAQuarter(t *testing.T) {
	p, token := answered(t, "delay", "1")
	p.must(p.store.AddFollowUp(t.Context(), surveys.FollowUp{ID: "other", State: surveys.FollowUpWaiting, TellAt: p.followUp().TellAt, DueAt: monday}))
	pass := func(after int) {
		p.clock.until(monday)
		p.clock.pass(minutes(after))
		_, err := p.maker().Pass(t.Context())
		p.must(err)
		p.rounds()
	}
	pass(14)
	if n := len(p.errands()); n != 0 {
		t.Fatalf("%d errands before the quarter is over", n)
	}
	pass(15)
	sent := p.carrier.carried()
	if len(sent) != 1 || sent[0].Helpdesk != "support@example.org" || sent[0].Waiting.N != 2 || sent[0].Waiting.Overdue != 1 || sent[0].Customer.Address != "" {
		t.Fatalf("sent %+v", sent)
	}
	f := p.followUp()
	f.TellAt = monday.Add(minutes(15)) // as if it had died before the mark was taken off
	p.must(p.store.PutFollowUp(t.Context(), f))
	pass(16)
	p.confirms(token, "delay", "2")
	pass(40)
	if n := len(p.carrier.carried()); n != 1 {
		t.Errorf("%d mails, want 1", n)
	}
	p.confirms(token, "delay", "5", "listening", "5")
	p.confirms(token, "delay", "1")
	pass(60)
	if n := len(p.carrier.carried()); n != 2 {
		t.Errorf("%d mails after another came up, want 2", n)
	}
}

func minutes(n int) time.Duration { return time.Duration(n) * minute }

// TestNobodyIsToldWhereNothingWaits: what was seen to before the mail left needs none.
func TestNobodyIsToldWhereNothingWaits(t *testing.T) {
	p, token := answered(t, "delay", "1")
	p.clock.pass(minutes(15))
	_, err := p.maker().Pass(t.Context())
	p.must(err)
	p.confirms(token, "delay", "5", "listening", "5")
	p.rounds()
	if n := len(p.carrier.carried()); n != 0 {
		t.Errorf("%d mails", n)
	}
	if e := p.errands(); len(e) != 1 || e[0].State != surveys.GivenUp {
		t.Errorf("errands %+v", e)
	}
}

// herald tells of one action.
func (p *lodge) herald() *surveys.Herald {
	p.courier.News = func(_ context.Context, action, language string) (surveys.News, error) {
		if action != "a-1" {
			return surveys.News{}, fs.ErrNotExist
		}
		return surveys.News{Language: language, Will: true, Theme: "Late parcels", Decision: "Another carrier"}, nil
	}
	return &surveys.Herald{Store: p.store, Settings: p.inForce}
}

func TestWhoAskedToBeToldIsToldOnce(t *testing.T) {
	p, _ := answered(t, "tell", "yes")
	for range 2 {
		p.must(p.herald().Tell(t.Context(), "a-1", p.response()))
		p.rounds()
	}
	sent := p.carrier.carried()
	if len(sent) != 1 || sent[0].News.Theme != "Late parcels" || sent[0].Customer.Address != "lina@example.net" || !strings.HasPrefix(sent[0].Name, "news.") {
		t.Fatalf("sent %+v", sent)
	}
	if stopped, err := p.answers().Stopped(t.Context(), sent[0].StopToken); stopped || err != nil {
		t.Errorf("stopped %v, %v", stopped, err)
	}
	p.must(p.answers().Stop(t.Context(), sent[0].StopToken))
	if stopped, err := p.answers().Stopped(t.Context(), sent[0].StopToken); !stopped || err != nil {
		t.Errorf("after the link: stopped %v, %v", stopped, err)
	}
}

func TestWhoDidNotAskIsNotTold(t *testing.T) {
	p, _ := answered(t)
	p.must(p.herald().Tell(t.Context(), "a-1", p.response()))
	if n := len(p.errands()); n != 0 {
		t.Errorf("%d errands", n)
	}
}

// TestTheLastLookAtNews: what changed between the errand and its mail.
func TestTheLastLookAtNews(t *testing.T) {
	for name, change := range map[string]func(p *lodge, token string){
		"they stopped all mail": func(p *lodge, _ string) {
			p.must(p.answers().Stop(t.Context(), p.keys.Sign(surveys.ToStop, personOf("lina@example.net"))))
		},
		"they were erased":        func(p *lodge, _ string) { p.erase("lina@example.net") },
		"they do not want it now": func(p *lodge, token string) { p.confirms(token) },
		"it is not public any more": func(p *lodge, _ string) {
			p.courier.News = func(context.Context, string, string) (surveys.News, error) { return surveys.News{}, fs.ErrNotExist }
		},
	} {
		p, token := answered(t, "tell", "yes")
		p.must(p.herald().Tell(t.Context(), "a-1", p.response()))
		change(p, token)
		p.rounds()
		p.clock.pass(day)
		p.rounds()
		if n := len(p.carrier.carried()); n != 0 {
			t.Errorf("%s, and %d mails left", name, n)
		}
		for _, e := range p.errands() {
			if e.State != surveys.GivenUp {
				t.Errorf("%s, and left is %+v", name, e)
			}
		}
	}
}

func TestNewsWaitsForTheDayAndWhileARequestIsOpen(t *testing.T) {
	p, _ := answered(t, "tell", "yes")
	p.decide(func(s *surveys.Settings) { s.Asking.Hours = "tue 09:00-18:00" })
	p.must(p.herald().Tell(t.Context(), "a-1", p.response()))
	p.rounds()
	if n := len(p.carrier.carried()); n != 0 {
		t.Fatalf("%d mails on a Monday", n)
	}
	p.hear(told(surveys.Reopened, 10))
	p.clock.pass(day + hour)
	p.rounds()
	if n := len(p.carrier.carried()); n != 0 {
		t.Fatalf("%d mails while the request is open again", n)
	}
	n := told(surveys.Closed, 60*24)
	p.hear(n)
	p.clock.pass(7 * day)
	p.rounds()
	if n := len(p.carrier.carried()); n != 1 {
		t.Errorf("%d mails, want 1", n)
	}
}

// TestNewsOnARoughRoad: the same mail on each attempt, one more at most where nobody
// knows whether it arrived.
func TestNewsOnARoughRoad(t *testing.T) {
	p, _ := answered(t, "tell", "yes")
	p.carrier.script = []surveys.Carried{{Outcome: surveys.Deferred}, {Outcome: surveys.Unknown}, {Outcome: surveys.Unknown}}
	p.must(p.herald().Tell(t.Context(), "a-1", p.response()))
	for range 20 {
		p.rounds()
		p.clock.pass(hour)
	}
	sent := p.carrier.carried()
	if len(sent) != 3 {
		t.Fatalf("%d attempts, want 3", len(sent))
	}
	for _, one := range sent[1:] {
		if one.Name != sent[0].Name || !one.Date.Equal(sent[0].Date) || one.StopToken != sent[0].StopToken {
			t.Errorf("an attempt differs: %+v and %+v", sent[0], one)
		}
	}
}
