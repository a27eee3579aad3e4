package reports_test

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
)

// The attacker has every edition ever published, and nothing else. For each month,
// table and figure they write one equation for each number told: the whole is the sum
// of the names, a name is itself, "other" is the sum of the names not listed. Unknown
// are the numbers of each name at each edition. They ask of every set of names
// whether its number follows, by elimination, and of every name that is withheld
// whether only one whole number, not below zero, is left for it.
//
// They look at one table and one figure at a time: what follows from a team that
// handles one category only is in leaks_test.go.
//
// What is told of tickets is told of as many as opened tells of. Where an edition repeats
// opened and tells another number of tickets beside it, that is the number of now: one
// more equation. Of how many are resolved they also try whatever is told, each added,
// taken away or left.
//
// The test knows the rows, and says when what follows is what fewer than minimum
// customers say: the number of a set, or what has changed in one since an edition of
// which it follows too.

// organisation is a made-up one that publishes each evening for some days.
type organisation struct {
	minimum int
	names   []string
	rows    []atom
	days    int
}

// atom is one closing of one customer: from day on in a category; answered, and
// perhaps answered anew, on later days. Its ticket, which is another one, is known from
// that day on too, and resolved on a later one, if at all.
type atom struct {
	name     string
	customer int
	day      int
	answers  map[int]int // by day, from 1 to 5
	resolved int         // day
}

// at is what the row says of a figure on a day: 0 if it does not count, else 1 or
// the score.
func (a atom) at(figure string, day int) (says int) {
	if a.day > day {
		return 0
	}
	if figure == "opened" {
		return 1
	}
	for _, d := range slices.Sorted(maps.Keys(a.answers)) {
		if d <= day {
			says = a.answers[d]
		}
	}
	return says
}

func drawOrganisation(t *rapid.T) organisation {
	o := organisation{minimum: rapid.IntRange(2, 4).Draw(t, "minimum"), days: rapid.IntRange(1, 5).Draw(t, "days")}
	o.names = []string{"", "a", "b", "c", "d"}[:rapid.IntRange(2, 5).Draw(t, "names")]
	for i := range rapid.IntRange(0, 60).Draw(t, "rows") {
		a := atom{name: rapid.SampledFrom(o.names).Draw(t, "name"), customer: i, day: rapid.IntRange(0, o.days-1).Draw(t, "day"), answers: map[int]int{}}
		if rapid.IntRange(0, 9).Draw(t, "same") == 0 {
			a.customer = rapid.IntRange(0, 5).Draw(t, "who")
		}
		for range rapid.IntRange(0, 2).Draw(t, "answers") {
			a.answers[rapid.IntRange(a.day, o.days).Draw(t, "when")] = rapid.SampledFrom([]int{1, 2, 4, 5, 5}).Draw(t, "score")
		}
		a.resolved = a.day + rapid.IntRange(0, 4).Draw(t, "resolved after")
		o.rows = append(o.rows, a)
	}
	return o
}

// evening is when the edition of a day is made; its rows come at noon.
func evening(day int) time.Time { return firstDay.AddDate(0, 0, day+1).Add(18 * time.Hour) }

// publish lives through the days in a real store and gives the editions.
func (o organisation) publish(t testing.TB, without reports.Rule) (all []reports.Document) {
	h := build(t)
	h.Careless(without)
	h.settings.Publishing.Minimum = o.minimum
	h.settings.Organisation.Timezone = "UTC"
	h.settings = h.settings.Prepared()
	for day := range o.days {
		h.now = evening(day)
		noon := h.now.Add(-6 * time.Hour)
		for i, a := range o.rows {
			id := strconv.Itoa(i)
			if a.day == day {
				o.keep(t, h, a, id, noon)
			}
			if a.resolved == day {
				resolve(t, h, id, noon)
			}
			if score := a.answers[day]; score > 0 {
				answer(t, h, id, a, score, noon)
			}
		}
		e, err := h.Publish(t.Context(), "")
		must(t, err)
		d, err := e.Document()
		must(t, err)
		all = append(all, d)
	}
	return all
}

func (o organisation) keep(t testing.TB, h *house, a atom, id string, at time.Time) {
	var ticket surveys.Ticket
	n := surveys.Notice{ID: id, Status: surveys.Open, OpenedAt: at.Add(-time.Hour), UpdatedAt: at, Dimensions: surveys.Dimensions{Category: a.name}}
	ticket, _ = ticket.Apply(n, surveys.Customer{ID: fmt.Sprint("c", a.customer)}, at, h.settings)
	ticket.TicketKey = surveys.TicketKey{Source: "desk", ID: id}
	must(t, h.store.AddTicket(t.Context(), ticket))
	must(t, h.store.AddInvitation(t.Context(), surveys.Invitation{
		ID: id, Survey: surveys.AfterHandling, Version: 1, Ticket: ticket.TicketKey, Closing: 1, ClosedAt: at, MadeAt: at, Customer: ticket.Customer,
		Dimensions: ticket.Dimensions, State: surveys.Sent, AcceptedAt: at, Recount: h.day(at),
	}))
}

func resolve(t testing.TB, h *house, id string, at time.Time) {
	ticket, err := h.store.GetTicket(t.Context(), surveys.TicketKey{Source: "desk", ID: id})
	must(t, err)
	ticket, _ = ticket.Apply(surveys.Notice{ID: id, Status: surveys.Closed, UpdatedAt: at}, surveys.Customer{ID: ticket.Customer}, at, h.settings)
	must(t, h.store.PutTicket(t.Context(), ticket))
}

func answer(t testing.TB, h *house, id string, a atom, score int, at time.Time) {
	i, err := h.store.GetInvitation(t.Context(), id)
	must(t, err)
	said := surveys.Answer{At: at, Version: 1, Values: map[string]string{"delay": strconv.Itoa(score), "listening": "3"}}
	r, err := h.store.GetResponse(t.Context(), id)
	if err != nil {
		must(t, h.store.AddResponse(t.Context(), surveys.Response{
			Invitation: id, Survey: i.Survey, Ticket: i.Ticket, Closing: 1, ClosedAt: i.ClosedAt, Customer: i.Customer, Dimensions: i.Dimensions,
			Recount: h.day(i.ClosedAt), Answers: []surveys.Answer{said},
		}))
		return
	}
	r.Answers, r.Recount = append(r.Answers, said), h.day(r.ClosedAt)
	must(t, h.store.PutResponse(t.Context(), r))
}

// TestAttack: nothing follows from all that random organisations ever publish, and
// yet they publish a good deal.
func TestAttack(t *testing.T) {
	var told atomic.Int64
	t.Run("organisations", func(t *testing.T) {
		for seed := range 40 {
			t.Run(strconv.Itoa(seed), func(t *testing.T) {
				t.Parallel()
				o := rapid.Custom(drawOrganisation).Example(seed)
				editions := o.publish(t, 0)
				for _, leak := range attack(o, editions) {
					t.Error(leak)
				}
				told.Add(tellings(editions))
			})
		}
	})
	if told.Load() < 40 {
		t.Errorf("%d cells of categories were told anew in all: that is no attack", told.Load())
	}
}

// tellings counts the cells of categories that editions after the first tell anew.
func tellings(editions []reports.Document) (n int64) {
	for _, d := range editions[1:] {
		for _, c := range d.Categories {
			if p, ok := march(d, c.Category); ok && tellsAnew(p, "opened") && p.Opened.N > 0 {
				n++
			}
		}
	}
	return n
}

// TestAttackPlanted: with a rule left out, the attacker finds something.
func TestAttackPlanted(t *testing.T) {
	for name, test := range map[string]struct {
		without reports.Rule
		want    string
	}{
		"siblings are told":        {reports.NoSiblings, "follows"},
		"cells are told each time": {reports.NoReissue, "changed from edition"},
		"who came late is counted": {reports.NoPopulations, "opened of"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for seed := range 60 {
				o := rapid.Custom(drawOrganisation).Example(seed)
				for _, leak := range attack(o, o.publish(t, test.without)) {
					if strings.Contains(leak, test.want) {
						return
					}
				}
			}
			t.Error("the attacker found nothing")
		})
	}
}

// attack lists what follows and must not.
func attack(o organisation, editions []reports.Document) (leaks []string) {
	for _, figure := range []string{"opened", "answered", "satisfied"} {
		known := make([][][]*big.Rat, len(editions))
		for e, d := range editions {
			known[e] = equations(o, d, figure)
		}
		for set := 1; set < 1<<len(o.names); set++ {
			leaks = append(leaks, o.follow(figure, set, known)...)
		}
	}
	for e, d := range editions {
		leaks = append(leaks, o.bound(d, e)...)
	}
	return append(leaks, o.combine(editions)...)
}

// bound looks for withheld cells for which only one whole number is left: whoever
// reads "too few" knows that there is at least one, so where there are as many rows
// as cells, each cell has one.
func (o organisation) bound(d reports.Document, e int) (leaks []string) {
	cells, rows, held := map[string]bool{}, 0, false
	for _, a := range o.rows {
		cell := told(d, a.name, "2026-03")
		p, listed := march(d, cell)
		if a.at("opened", e) == 0 || !listed || p.Opened != nil && p.Opened.AsOf == "" {
			continue
		}
		held = held || p.Opened != nil
		cells[cell] = true
		rows++
	}
	whole := slices.ContainsFunc(d.Periods, func(p reports.Period) bool { return p.Period == "2026-03" && tellsAnew(p, "opened") })
	if whole && !held && rows > 0 && rows == len(cells) {
		leaks = append(leaks, fmt.Sprintf("each of the %d withheld cells of edition %d has one row", rows, e))
	}
	return leaks
}

func march(d reports.Document, category string) (reports.Period, bool) {
	for _, c := range d.Categories {
		for _, p := range c.Periods {
			if c.Category == category && p.Period == "2026-03" {
				return p, true
			}
		}
	}
	return reports.Period{}, false
}

// equations of one edition: those of its own counting only, for what it repeats was
// told before. The last column is not needed: whatever has a solution is known.
func equations(o organisation, d reports.Document, figure string) (rows [][]*big.Rat) {
	add := func(p reports.Period, in func(name string) bool) {
		if !tellsAnew(p, figure) {
			return
		}
		row := make([]*big.Rat, len(o.names))
		for k, name := range o.names {
			row[k] = new(big.Rat)
			if in(name) {
				row[k].SetInt64(1)
			}
		}
		rows = append(rows, row)
	}
	month := func(all []reports.Period) (reports.Period, bool) {
		i := slices.IndexFunc(all, func(p reports.Period) bool { return p.Period == "2026-03" })
		if i < 0 {
			return reports.Period{}, false
		}
		return all[i], true
	}
	if p, ok := month(d.Periods); ok {
		add(p, func(string) bool { return true })
	}
	for _, c := range d.Categories {
		if p, ok := month(c.Periods); ok {
			add(p, func(name string) bool { return told(d, name, "2026-03") == c.Category })
		}
	}
	return rows
}

func tellsAnew(p reports.Period, figure string) bool {
	switch figure {
	case "opened":
		return p.Opened != nil && p.Opened.AsOf == "" || tellsOthers(p)
	case "resolved":
		return p.ResolvedWithin.Month != nil && p.ResolvedWithin.Month.AsOf == ""
	case "answered":
		return p.Delay != nil && p.Delay.AsOf == ""
	default:
		return p.Delay != nil && p.Delay.AsOf == "" && p.Delay.X != nil
	}
}

// tellsOthers says whether an edition that repeats opened tells of other tickets beside.
func tellsOthers(p reports.Period) bool {
	for _, f := range []*reports.Delay{p.Resolution, p.FirstReply} {
		if f != nil && f.AsOf == "" && p.Opened != nil && f.N+f.Unknown != p.Opened.N {
			return true
		}
	}
	return false
}

// follow says what is known of a set of names that must not be.
func (o organisation) follow(figure string, set int, known [][][]*big.Rat) (leaks []string) {
	before := []int{}
	for e := range known {
		if !spans(known[e], set, len(o.names)) {
			continue
		}
		if n := o.behind(figure, set, e); 0 < n && n < o.minimum {
			leaks = append(leaks, fmt.Sprintf("%s of %s in edition %d follows: %d customers of %d", figure, o.named(set), e, n, o.minimum))
		}
		if figure == "satisfied" && o.uniform(set, e) && !o.uniform(1<<len(o.names)-1, e) {
			leaks = append(leaks, fmt.Sprintf("%s of %s in edition %d follows, and all of them say the same", figure, o.named(set), e))
		}
		for _, then := range before {
			if n := o.changed(figure, set, then, e); 0 < n && n < o.minimum {
				leaks = append(leaks, fmt.Sprintf("%s of %s changed from edition %d to %d by %d customers of %d", figure, o.named(set), then, e, n, o.minimum))
			}
		}
		before = append(before, e)
	}
	return leaks
}

// behind counts the customers of a set.
func (o organisation) behind(figure string, set, day int) int {
	who := map[int]bool{}
	for _, a := range o.rows {
		if a.at(figure, day) > 0 && o.in(a, set) {
			who[a.customer] = true
		}
	}
	return len(who)
}

// changed counts the customers whose rows say something else than then.
func (o organisation) changed(figure string, set, then, day int) int {
	who := map[int]bool{}
	for _, a := range o.rows {
		if o.in(a, set) && a.at(figure, then) != a.at(figure, day) {
			who[a.customer] = true
		}
	}
	return len(who)
}

// uniform says whether all answers of a set are satisfied, or none.
func (o organisation) uniform(set, day int) bool {
	n, x := 0, 0
	for _, a := range o.rows {
		if score := a.at("satisfied", day); score > 0 && o.in(a, set) {
			n++
			if score >= 4 {
				x++
			}
		}
	}
	return n > 0 && (x == 0 || x == n)
}

func (o organisation) in(a atom, set int) bool { return set>>slices.Index(o.names, a.name)&1 == 1 }

func (o organisation) named(set int) string {
	var names []string
	for k, name := range o.names {
		if set>>k&1 == 1 {
			names = append(names, name)
		}
	}
	return fmt.Sprintf("%q", names)
}

// spans says whether the sum over a set is a combination of the equations.
func spans(rows [][]*big.Rat, set, names int) bool {
	target := make([]*big.Rat, names)
	for k := range target {
		target[k] = big.NewRat(int64(set>>k&1), 1)
	}
	var left [][]*big.Rat
	for _, row := range rows {
		copied := make([]*big.Rat, names)
		for k, v := range row {
			copied[k] = new(big.Rat).Set(v)
		}
		left = append(left, copied)
	}
	for k := range names {
		i := slices.IndexFunc(left, func(row []*big.Rat) bool { return row[k].Sign() != 0 })
		if i < 0 {
			continue
		}
		pivot := left[i]
		left = slices.Delete(left, i, i+1)
		for _, row := range append(left, target) {
			eliminate(row, pivot, k)
		}
	}
	return !slices.ContainsFunc(target, func(v *big.Rat) bool { return v.Sign() != 0 })
}

func eliminate(row, pivot []*big.Rat, k int) {
	factor := new(big.Rat).Quo(row[k], pivot[k])
	for j := range row {
		row[j].Sub(row[j], new(big.Rat).Mul(factor, pivot[j]))
	}
}
