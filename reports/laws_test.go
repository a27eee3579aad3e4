package reports_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
)

func drawZone(t *rapid.T) *time.Location {
	name := rapid.SampledFrom([]string{"UTC", "Europe/Paris", "Pacific/Kiritimati", "America/St_Johns"}).Draw(t, "zone")
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func drawAsOf(t *rapid.T) time.Time {
	return firstDay.Add(time.Duration(rapid.IntRange(0, 70*24*60).Draw(t, "as of")) * time.Minute)
}

// tallies counts every day on which something of a history may lie.
func tallies(h history, tickets []surveys.Ticket, asOf time.Time, zone *time.Location) []reports.Tally {
	var all []reports.Tally
	for day := surveys.Day("2026-02-27"); day < "2026-05-05"; day = day.Add(1) {
		all = append(all, reports.CountDay(day, asOf, tickets, h.invitations, h.responses, zone))
	}
	return all
}

// equalTallies asks for the difference, which takes long to find, only if there is
// one.
func equalTallies(t *rapid.T, what string, a, b []reports.Tally) {
	if !reflect.DeepEqual(a, b) {
		t.Errorf("%s (-first +second)\n%s", what, cmp.Diff(a, b))
	}
}

// TestTalliesSumToRows: days add up to what a plain reading of the rows gives,
// whatever the zone: no row is lost between two days, and none is in both.
func TestTalliesSumToRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, asOf := draw(t, 25, 60), drawAsOf(t)
		tickets := h.tickets(lastDay.AddDate(1, 0, 0))
		var got totals
		for _, tally := range tallies(h, tickets, asOf, drawZone(t)) {
			got.add(tally)
		}
		if diff := cmp.Diff(plainly(h, h.tickets(asOf), asOf), got); diff != "" {
			t.Errorf("as of %s (-rows +tallies)\n%s", asOf, diff)
		}
	})
}

// totals are counted twice: from tallies, and from rows without any code of the
// package.
type totals struct {
	Opened, Week, Kept, Late, Waiting, Unknown, AtOnce int
	Closed, Sent, Rested, Answered, Imported, Pleased  int
}

func (s *totals) add(t reports.Tally) {
	for _, c := range t.Opened {
		s.Opened += c.Opened
		s.Week += c.Resolved[1]
		s.Kept += c.Kept
		s.Late += c.Late
		s.Waiting += c.Waiting
		s.Unknown += c.Unknown
		s.AtOnce += c.AtOnce
	}
	for _, c := range t.Closed {
		s.Closed += c.Closed
		s.Sent += c.Sent
		s.Rested += c.Skipped[surveys.Rest]
		s.Answered += c.Answered
		s.Imported += c.Imported
		s.Pleased += c.Delay[3] + c.Delay[4]
	}
}

// plainly reads the rows: statuses are replayed, closings are not looked at. The
// tickets are those that were known then, made of nothing that was learnt later.
func plainly(h history, tickets []surveys.Ticket, asOf time.Time) (s totals) {
	for _, t := range tickets {
		s.readTicket(t, asOf)
	}
	for _, i := range h.invitations {
		if i.LeftOut || i.MadeAt.After(asOf) {
			continue
		}
		s.Closed++
		answered := slices.ContainsFunc(h.responses, func(r surveys.Response) bool {
			return r.Invitation == i.ID && !r.Imported && !r.Answers[0].At.After(asOf)
		})
		back := !i.Bounce.At.IsZero() && !i.Bounce.At.After(asOf)
		if answered || i.State == surveys.Sent && !i.AcceptedAt.After(asOf) && !back {
			s.Sent++
		} else if i.Code == surveys.Rest && !i.SkippedAt.After(asOf) {
			s.Rested++
		}
	}
	for _, r := range h.responses {
		gone := slices.ContainsFunc(h.invitations, func(i surveys.Invitation) bool { return i.ID == r.Invitation && i.LeftOut })
		score := ""
		for _, a := range r.Answers {
			if !a.Learnt().After(asOf) {
				score = a.Values["delay"]
			}
		}
		if gone || score == "" {
			continue
		}
		s.Answered++
		if r.Imported {
			s.Imported++
		}
		if score >= "4" {
			s.Pleased++
		}
	}
	return s
}

func (s *totals) readTicket(t surveys.Ticket, asOf time.Time) {
	var status surveys.Status
	var begins, settled time.Time
	ever, back := false, false
	for _, x := range t.Transitions {
		if x.LearntAt.After(asOf) {
			break
		}
		status = x.Status
		switch {
		case (status == "resolved" || status == "closed") && begins.IsZero():
			begins, ever = x.At, true
		case (status == "open" || status == "pending" || status == "reopened") && !begins.IsZero():
			if settled.IsZero() && x.At.Sub(begins) >= 7*24*time.Hour {
				settled = begins
			}
			begins, back = time.Time{}, true
		}
	}
	if settled.IsZero() {
		settled = begins
	}
	if status == "" || status == "spam" || status == "deleted" {
		return
	}
	s.Opened++
	replied := !t.FirstReplyAt.IsZero() && !t.FirstReplyAt.After(asOf)
	switch {
	case replied && t.FirstReplyAt.Sub(t.OpenedAt) <= 48*time.Hour:
		s.Kept++
	case replied:
		s.Late++
	case ever:
		s.Unknown++
	case status != "withdrawn":
		s.Waiting++
	}
	if status == "withdrawn" || settled.IsZero() {
		return
	}
	if settled.Sub(t.OpenedAt) <= 7*24*time.Hour {
		s.Week++
	}
	if t.Contacts == 1 && !back {
		s.AtOnce++
	}
}

// TestTallyForgetsTheFuture: what is learnt after asOf changes no tally as of then,
// and no time that merely passes does.
func TestTallyForgetsTheFuture(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, asOf, zone := draw(t, 15, 60), drawAsOf(t), time.UTC
		then := h
		then.responses = nil
		for _, r := range h.responses {
			r.Answers = slices.DeleteFunc(slices.Clone(r.Answers), func(a surveys.Answer) bool { return a.Learnt().After(asOf) })
			if len(r.Answers) > 0 {
				then.responses = append(then.responses, r)
			}
		}
		now := lastDay.AddDate(1, 0, 0)
		equalTallies(t, "as they were then, and from all rows", tallies(then, h.tickets(asOf), asOf, zone), tallies(h, h.tickets(now), asOf, zone))
		all := h.tickets(now)
		soon, late := tallies(h, all, now, zone), tallies(h, all, now.AddDate(3, 0, 0), zone)
		for i := range late {
			late[i].AsOf = soon[i].AsOf
		}
		equalTallies(t, "soon, and when time has passed", soon, late)
	})
}

// TestTallyIgnoresOrder: rows may come in any order.
func TestTallyIgnoresOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, asOf := draw(t, 15, 60), drawAsOf(t)
		tickets := h.tickets(lastDay)
		before := tallies(h, tickets, asOf, time.UTC)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		r.Shuffle(len(tickets), func(i, j int) { tickets[i], tickets[j] = tickets[j], tickets[i] })
		r.Shuffle(len(h.invitations), func(i, j int) {
			h.invitations[i], h.invitations[j] = h.invitations[j], h.invitations[i]
		})
		r.Shuffle(len(h.responses), func(i, j int) { h.responses[i], h.responses[j] = h.responses[j], h.responses[i] })
		equalTallies(t, "in one order, and in another", before, tallies(h, tickets, asOf, time.UTC))
	})
}

// TestStepsHoldTheShares: the steps of the closings say the same as the shares
// resolved within the horizons.
func TestStepsHoldTheShares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := draw(t, 25, 60)
		for _, tally := range tallies(h, h.tickets(lastDay), lastDay, time.UTC) {
			for _, c := range tally.Opened {
				for i, horizon := range reports.Horizons() {
					n := 0
					for step, end := range reports.Steps() {
						if end <= horizon {
							n += c.Closing[step]
						}
					}
					if n != c.Resolved[i] {
						t.Fatalf("%s: %d closings in steps up to %s, %d resolved within it", tally.Day, n, horizon, c.Resolved[i])
					}
				}
			}
		}
	})
}
