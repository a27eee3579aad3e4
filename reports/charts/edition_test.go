package charts_test

import (
	"math/rand/v2"
	"time"

	"github.com/entendu/entendu/reports"
)

// edition makes up eighteen months of a house that gets better slowly, with one of
// everything that is not a plain number: withheld, not measured, a bound, not
// reached, provisional and so far.
func edition() reports.Document {
	cut := time.Date(2026, 11, 21, 5, 0, 0, 0, time.UTC)
	d := reports.Document{
		Organisation: "Maison Poulain", Definitions: reports.Definitions, Minimum: 11, Timezone: "Europe/Paris",
		Edition: &reports.EditionNote{ID: "2026-11-21", PublishedAt: cut, CutOff: cut},
		Teams:   []reports.TeamFigures{}, Withheld: []reports.Withheld{},
	}
	draw := rand.New(rand.NewPCG(7, 11))
	d.Periods = months(draw, 820)
	d.Periods[1].PromiseKept = &reports.Share{N: 640, Unknown: 180, Measured: new(bool)}
	d.Periods[2].Delay, d.Periods[2].Listening, d.Periods[2].Recommend = nil, nil, nil
	d.Periods[5].Listening = &reports.Levels{N: 24, AtLeast: ref(0.95)}
	d.Periods[17].FirstReply.P90 = &reports.Point{}
	d.Periods[4].Outcome, d.Periods[5].FirstContact = nil, &reports.Share{N: 31, AtLeast: ref(0.95)}
	d.Periods[17].Resolution = &reports.Delay{N: d.Periods[17].Opened.N, P50: &reports.Point{}, P90: &reports.Point{}}
	for _, name := range []string{"delivery", "billing", "returns", "Advice"} {
		c := reports.CategoryFigures{Category: name, Periods: months(draw, 160)}
		if name == "returns" {
			c.Periods[16].Delay, c.Periods[16].Listening = nil, nil
			d.Withheld = append(d.Withheld, reports.Withheld{Cell: "categories/returns/2026-10/delay", Why: "small"},
				reports.Withheld{Cell: "categories/returns/2026-10/listening", Why: "small"})
		}
		d.Categories = append(d.Categories, c)
	}
	d.Withheld = append(d.Withheld, reports.Withheld{Cell: "periods/2025-08/delay", Why: "small"},
		reports.Withheld{Cell: "periods/2025-08/listening", Why: "small"}, reports.Withheld{Cell: "periods/2025-08/recommend", Why: "small"})
	return d
}

// months makes June 2025 to November 2026, with about size requests each.
func months(draw *rand.Rand, size int) []reports.Period {
	var all []reports.Period
	for i := range 18 {
		better := float64(i) / 17
		n := size + draw.IntN(size/4) - size/8
		state := reports.Final
		switch i {
		case 16:
			state = reports.Provisional
		case 17:
			state, n = reports.SoFar, n*2/3
		}
		all = append(all, month(time.Date(2025, 6+time.Month(i), 1, 0, 0, 0, 0, time.UTC).Format("2006-01"), state, n, better, draw))
	}
	return all
}

func month(name, state string, n int, better float64, draw *rand.Rand) reports.Period {
	some := func(of int, share float64) int {
		x := 0
		for range of {
			if draw.Float64() < share {
				x++
			}
		}
		return x
	}
	in1 := some(n, 0.36+0.14*better)
	in7 := in1 + some(n-in1, 0.45+0.12*better)
	in30 := in7 + some(n-in7, 0.78)
	asked := n * 7 / 10
	answered := some(asked, 0.31)
	half := int64(3600 * (7 - 4*better + draw.Float64()))
	settled := half * 9
	return reports.Period{
		Period: name, State: state, Opened: &reports.Count{N: n},
		ResolvedWithin: reports.Resolved{Day: share(in1, n), Week: share(in7, n), Month: share(in30, n)},
		PromiseKept:    share(some(n-20, 0.83+0.1*better), n-20),
		FirstReply: &reports.Delay{N: n, Unknown: 4,
			P50: &reports.Point{Seconds: ref(half), Low: ref(half - 1200), High: ref(half + 1500), Reached: true},
			P90: &reports.Point{Seconds: ref(9 * half), Low: ref(8 * half), Reached: true}},
		FirstContact: share(in7*6/10, in7),
		Resolution: &reports.Delay{N: n,
			P50: &reports.Point{Seconds: ref(settled), Low: ref(settled * 9 / 10), High: ref(settled * 11 / 10), Reached: true},
			P90: &reports.Point{Seconds: ref(settled * 6), Low: ref(settled * 5), High: ref(settled * 7), Reached: true}},
		Outcome: outcome(answered),
		Chain: &reports.Chain{Closed: n - 12, Eligible: n - 60, Invited: asked, Delivered: asked - 9, Answered: answered,
			Skipped: map[string]int{"no_address": 31, "staff": 9, "tag": 8, "rest": n - 60 - asked - 3, "reopened": 3, "failed": 9}},
		ResponseRate: share(answered, asked),
		Delay:        levels(answered, []float64{0.09 - 0.03*better, 0.14 - 0.05*better, 0.15, 0.36 + 0.03*better}, draw),
		Listening:    levels(answered, []float64{0.05, 0.08, 0.13, 0.38}, draw),
		Recommend:    recommend(answered, 0.44+0.1*better, 0.24-0.06*better, some),
	}
}

func share(x, n int) *reports.Share {
	i, _ := reports.Wilson(x, n)
	return &reports.Share{N: n, X: &x, Share: ref(float64(x) / float64(n)), Low: &i.Low, High: &i.High}
}

// levels draws n answers: each weight is the chance of a level, the rest is 5.
func levels(n int, weights []float64, draw *rand.Rand) *reports.Levels {
	counts := make([]int, 5)
	for range n {
		u, k := draw.Float64(), 0
		for k < 4 && u >= weights[k] {
			u -= weights[k]
			k++
		}
		counts[k]++
	}
	s := share(counts[3]+counts[4], n)
	return &reports.Levels{N: n, Levels: counts, X: s.X, Share: s.Share, Low: s.Low, High: s.High}
}

// outcome shares n answers out: three in four yes, one in ten no.
func outcome(n int) *reports.Outcome {
	yes, no := n*3/4, n/10
	s := share(yes, n)
	return &reports.Outcome{N: n, Yes: &yes, Partly: ref(n - yes - no), No: &no, Share: s.Share, Low: s.Low, High: s.High}
}

func recommend(n int, promoting, detracting float64, some func(int, float64) int) *reports.Recommend {
	p := some(n, promoting)
	d := some(n-p, detracting/(1-promoting))
	r := &reports.Recommend{N: n, Promoters: ref(p), Passives: ref(n - p - d), Detractors: ref(d)}
	points, i, _ := reports.Score(p, n-p-d, d)
	r.Score, r.Low, r.High = &points, &i.Low, &i.High
	return r
}

func ref[T any](v T) *T { return &v }
