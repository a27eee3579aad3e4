package reports

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/entendu/entendu/surveys"
)

// world is the rows of some days, and who is truly behind them.
type world struct {
	days map[surveys.Day]rows
	zone *time.Location
}

// drawWorld makes a helpdesk of few customers and advisers, so that cells lie on both
// sides of every threshold.
func drawWorld(t *rapid.T, zone *time.Location) world {
	w := world{days: map[surveys.Day]rows{}, zone: zone}
	one := func(list ...string) string { return rapid.SampledFrom(list).Draw(t, "of") }
	for n := range rapid.IntRange(20, 150).Draw(t, "rows") {
		day := surveys.Day("2026-03-02").Add(rapid.IntRange(0, 3).Draw(t, "day"))
		at := day.Start(zone).Add(time.Hour)
		dims := surveys.Dimensions{Team: one("a", "b"), Category: one("x", "y", "z"), Product: one("p", "")}
		customer := fmt.Sprint("customer ", rapid.IntRange(0, 20).Draw(t, "customer"))
		agent := []string{"", "u-1", "u-2", "u-3", "u-4", "u-5", "u-6"}[rapid.IntRange(0, 6).Draw(t, "agent")]
		id := fmt.Sprint(n)
		ticket := surveys.Ticket{TicketKey: surveys.TicketKey{Source: "desk", ID: id}, Status: surveys.Open, Dimensions: dims, Agent: agent, OpenedAt: at, Customer: customer, Promise: time.Hour}
		if rapid.Bool().Draw(t, "handled") {
			ticket.Status, ticket.FirstReplyAt, ticket.Contacts = surveys.Closed, at.Add(time.Hour), 1
			ticket.UpdatedAt = at.Add(2 * time.Hour)
			ticket.Closings = []surveys.Closing{{N: 1, At: at.Add(2 * time.Hour), LearntAt: at.Add(2 * time.Hour)}}
			ticket.Transitions = []surveys.Transition{{Status: surveys.Open, At: at, LearntAt: at}, {Status: surveys.Closed, At: at.Add(2 * time.Hour), LearntAt: at.Add(2 * time.Hour)}}
		}
		r := w.days[day]
		r.tickets = append(r.tickets, ticket)
		r.invitations = append(r.invitations, surveys.Invitation{ID: id, Ticket: ticket.TicketKey, Closing: 1, ClosedAt: at, MadeAt: at, OpenedAt: at, Agent: agent, Customer: customer, Dimensions: dims, State: surveys.Sent, AcceptedAt: at})
		if rapid.Bool().Draw(t, "answers") {
			values := map[string]string{"delay": one("1", "3", "5"), "listening": one("2", "4")}
			if rapid.Bool().Draw(t, "more") {
				values["resolved"], values["recommend"] = one("yes", "no"), one("0", "8", "10")
			}
			r.responses = append(r.responses, surveys.Response{Invitation: id, ClosedAt: at, Customer: customer, Dimensions: dims, Answers: []surveys.Answer{{At: at.Add(time.Hour), Values: values}}})
		}
		w.days[day] = r
	}
	return w
}

// cube counts the world day by day; recount may change the rows of a day before.
func (w world) cube(recount func(day surveys.Day, r rows) rows) *Cube {
	c := newCube()
	for day, r := range w.days {
		asOf := day.Add(30).Start(w.zone)
		c.add(recount(day, r).seen(asOf).tally(day, asOf))
	}
	return c
}

func asIs(_ surveys.Day, r rows) rows { return r }

// few says which figures of a period the law forbids: counted from the rows one by one,
// for each figure by those rows that it counts.
func (w world) few(f Filter, p Period, need Need) (broken []string) {
	behind := map[string]map[string]bool{}
	stand := func(customer, source, agent string, figures ...string) {
		for _, figure := range figures {
			if behind[figure] == nil {
				behind[figure] = map[string]bool{}
			}
			behind[figure]["customer "+customer] = true
			if agent != "" {
				behind[figure]["adviser "+source+"/"+agent] = true
			}
		}
	}
	for _, r := range w.days {
		invited := map[string]surveys.Invitation{}
		for _, t := range r.tickets {
			if !f.lets(t.Dimensions) {
				continue
			}
			stand(t.Customer, t.Source, t.Agent, "opened", "resolved", "resolution", "promise", "reply")
			if t.Status == surveys.Closed {
				stand(t.Customer, t.Source, t.Agent, "contact")
			}
		}
		for _, i := range r.invitations {
			invited[i.ID] = i
			if f.lets(i.Dimensions) {
				stand(i.Customer, i.Ticket.Source, i.Agent, "chain", "rate")
			}
		}
		for _, a := range r.responses {
			for question := range a.Last().Values {
				if i := invited[a.Invitation]; f.lets(a.Dimensions) {
					stand(a.Customer, i.Ticket.Source, i.Agent, question)
				}
			}
		}
	}
	for figure, told := range map[string]bool{
		"opened": p.Opened != nil, "resolved": p.ResolvedWithin.Day != nil, "resolution": p.Resolution != nil, "promise": p.PromiseKept != nil,
		"reply": p.FirstReply != nil, "contact": p.FirstContact != nil, "chain": p.Chain != nil, "rate": p.ResponseRate != nil,
		"delay": p.Delay != nil, "listening": p.Listening != nil, "resolved by the customer": p.Outcome != nil, "recommend": p.Recommend != nil,
	} {
		key := strings.TrimSuffix(figure, " by the customer")
		customers, advisers := 0, 0
		for who := range behind[key] {
			if strings.HasPrefix(who, "customer ") {
				customers++
			} else {
				advisers++
			}
		}
		if told && (customers < need.Customers || advisers < need.Advisers) {
			broken = append(broken, fmt.Sprintf("%s is told of %d customers and %d advisers", figure, customers, advisers))
		}
	}
	slices.Sort(broken)
	return broken
}

// broken looks at every filter of up to two values, told with a need.
func (w world) broken(c *Cube, told, need Need) (all []string) {
	window := Window{From: "2026-03-02", To: "2026-03-06"}
	now := surveys.Day("2026-06-01").Start(w.zone)
	filters := []Filter{{}, {Sees: func(team string) bool { return team == "a" }}}
	for _, by := range []Dimension{ByTeam, ByCategory, ByProduct} {
		for _, value := range c.Values(Filter{}, by) {
			one := Filter{}.With(by, value)
			filters = append(filters, one)
			for _, other := range c.Values(one, ByCategory) {
				filters = append(filters, one.With(ByCategory, other))
			}
		}
	}
	for _, f := range filters {
		for _, b := range w.few(f, c.Section(f).Figures(window, told, now, w.zone), need) {
			all = append(all, fmt.Sprint(f.Only, ": ", b))
		}
	}
	return all
}

// TestNothingIsToldOfFew is the law of what is compared inside: whatever the rows and
// the filters, a figure is told only of enough customers and enough advisers.
func TestNothingIsToldOfFew(t *testing.T) {
	zone, told := paris(t), 0
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, zone)
		need := Need{rapid.IntRange(5, 11).Draw(t, "minimum"), rapid.IntRange(3, 5).Draw(t, "advisers")}
		c := w.cube(asIs)
		if broken := w.broken(c, need, need); len(broken) > 0 {
			t.Fatal(strings.Join(broken, "\n"))
		}
		if c.Section(Filter{}).Figures(Window{From: "2026-03-02", To: "2026-03-06"}, need, time.Time{}, zone).Delay != nil {
			told++
		}
	})
	if told == 0 {
		t.Error("nothing was told at all")
	}
}

// TestPlantedFew shows that the law's checker sees it broken: by who does not ask for
// advisers, and by who counts the same adviser, or customer, again on each day.
func TestPlantedFew(t *testing.T) {
	need, zone := Need{8, 4}, paris(t)
	again := func(change func(day surveys.Day, i *surveys.Invitation)) func(surveys.Day, rows) rows {
		return func(day surveys.Day, r rows) rows {
			r.invitations = slices.Clone(r.invitations)
			for n := range r.invitations {
				change(day, &r.invitations[n])
			}
			return r
		}
	}
	for fault, planted := range map[string]struct {
		need    Need
		recount func(surveys.Day, rows) rows
	}{
		"advisers are not asked for":     {Need{need.Customers, 0}, asIs},
		"customers are not asked for":    {Need{0, need.Advisers}, asIs},
		"an adviser counts on each day":  {need, again(func(d surveys.Day, i *surveys.Invitation) { i.Agent = i.Agent + string(d) })},
		"a customer counts on each day":  {need, again(func(d surveys.Day, i *surveys.Invitation) { i.Customer += string(d) })},
		"nobody known is an adviser too": {need, again(func(_ surveys.Day, i *surveys.Invitation) { i.Agent += "?" })},
	} {
		seen := false
		for seed := range 200 {
			w := rapid.Custom(func(t *rapid.T) world { return drawWorld(t, zone) }).Example(seed)
			if seen = len(w.broken(w.cube(planted.recount), planted.need, need)) > 0; seen {
				break
			}
		}
		if !seen {
			t.Errorf("%s, and the law's checker saw nothing", fault)
		}
	}
}
