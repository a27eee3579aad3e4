package e2e

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/entendu/entendu/reports"
)

// expected are the figures of March 2026 as a person works them out.
type expected struct {
	Opened                int
	Day, Week, Month      proportion
	Promise, FirstContact proportion
	ReplyN                int
	Reply50, Reply90      int64
	Chain                 reports.Chain
	Rate                  proportion
	Delay, Listening      []int
	DelayX, ListeningX    proportion
	Outcome               outcome
	Recommend             recommend
}

type proportion struct {
	X, N  int
	Share float64
}

type outcome struct {
	N, Yes, Partly, No int
	Share              float64
}

type recommend struct {
	N, Promoters, Detractors int // -1: not told
	Score                    float64
}

// marchOf is March with these answers to delay and listening: how many gave each
// level, and how many gave 4 or 5.
func marchOf(delay []int, satisfied int, listening []int, heard int) expected {
	shares := map[int]float64{7: 0.6364, 8: 0.7273, 10: 0.9091} // of 11
	return expected{
		Opened: 16,
		Day:    proportion{5, 16, 0.3125},  // 1-4 and 16
		Week:   proportion{12, 16, 0.75},   // and 5-9, 13, 14
		Month:  proportion{15, 16, 0.9375}, // all but 15
		// Due are all but 15, which was opened yesterday; late are 10-12.
		Promise:      proportion{12, 15, 0.8},
		FirstContact: proportion{8, 15, 0.5333}, // 1-8
		// Replies after 1 h (5), 2 h (2), 47 h (5) and 72 h (3); 15 has waited 28 h. At
		// 2 h 9/16 still wait, at 47 h 9/16 × 3/8, at 72 h nobody.
		ReplyN: 16, Reply50: 47 * 3600, Reply90: 72 * 3600,
		Chain: reports.Chain{Closed: 15, Eligible: 13, Invited: 12, Delivered: 12, Answered: 11,
			Skipped: map[string]int{"no_address": 1, "tag": 1, "rest": 1}},
		Rate:  proportion{11, 12, 0.9167},
		Delay: delay, DelayX: proportion{satisfied, 11, shares[satisfied]},
		Listening: listening, ListeningX: proportion{heard, 11, shares[heard]},
		Outcome:   outcome{11, 6, 3, 2, 0.5455},
		Recommend: recommend{11, 6, 5, 9.1},
	}
}

// wantFigures compares an edition with what was expected.
func (s *scene) wantFigures(d reports.Document, when string, want expected) {
	s.Helper()
	if len(d.Periods) != 1 || d.Periods[0].Period != "2026-03" || d.Periods[0].State != reports.SoFar {
		s.Fatalf("%s: not March alone: %+v", when, d.Periods)
	}
	if diff := cmp.Diff(want, told(s, d.Periods[0])); diff != "" {
		s.Errorf("%s: by hand -, published +\n%s", when, diff)
	}
}

// told reads the published figures into what was expected of them.
func told(t testing.TB, p reports.Period) expected {
	t.Helper()
	share := func(s *reports.Share) proportion {
		if s == nil || s.X == nil {
			return proportion{}
		}
		return proportion{*s.X, s.N, *s.Share}
	}
	if p.Opened == nil || p.FirstReply == nil || p.Chain == nil || p.Delay == nil || p.Listening == nil || p.Outcome == nil || p.Recommend == nil {
		t.Fatalf("figures are withheld: %+v", p)
	}
	l, o, r := p.Listening, p.Outcome, p.Recommend
	return expected{
		Opened: p.Opened.N, Day: share(p.ResolvedWithin.Day), Week: share(p.ResolvedWithin.Week), Month: share(p.ResolvedWithin.Month),
		Promise: share(p.PromiseKept), FirstContact: share(p.FirstContact),
		ReplyN: p.FirstReply.N, Reply50: *p.FirstReply.P50.Seconds, Reply90: *p.FirstReply.P90.Seconds,
		Chain: *p.Chain, Rate: share(p.ResponseRate),
		Delay: p.Delay.Levels, DelayX: proportion{*p.Delay.X, p.Delay.N, *p.Delay.Share},
		Listening: l.Levels, ListeningX: proportion{*l.X, l.N, *l.Share},
		Outcome:   outcome{o.N, *o.Yes, *o.Partly, *o.No, *o.Share},
		Recommend: recommend{r.N, value(r.Promoters), value(r.Detractors), *r.Score},
	}
}

func value(n *int) int {
	if n == nil {
		return -1
	}
	return *n
}
