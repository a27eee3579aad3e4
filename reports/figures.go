package reports

import (
	"math"

	"github.com/entendu/entendu/surveys"
)

// The figures by their keys in a Document, which are also the last part of the
// path of one that is withheld.
const (
	keyOpened       = "opened"
	keyResolved     = "resolved_within"
	keyPromise      = "promise_kept"
	keyFirstContact = "first_contact"
	keyFirstReply   = "first_reply"
	keyResolution   = "resolution"
	keyChain        = "chain"
	keyRate         = "response_rate"
	keyDelay        = "delay"
	keyListening    = "listening"
	keyOutcome      = "outcome"
	keyRecommend    = "recommend"

	// orUnknown after a figure stands for its base and those left out of it
	// because their helpdesk does not tell.
	orUnknown = " or unknown"
)

// questions says which question each figure of answers is made of.
func questions() map[string]string {
	return map[string]string{keyDelay: "delay", keyListening: "listening", keyOutcome: "resolved", keyRecommend: "recommend"}
}

// The bounds said instead of a share where all answers, or none, are in it: that
// much must stay open, or everybody's answer would be known.
const (
	nearlyAll  = 0.95
	nearlyNone = 0.05
)

// tooUnknown is the part that may be unknown in a figure that is still said.
const tooUnknown = 0.1

// stage is how far down the chain a closing came.
type stage int

const (
	notEligible stage = iota
	notAsked          // eligible, and left alone
	asked
)

// stageOf reads the stage from the skip code; whoever was not skipped was, or will
// be, asked. Failed and erased ones were: nothing was delivered, that is all.
func stageOf(code surveys.Skip) stage {
	switch code {
	case surveys.NoAddress, surveys.Staff, surveys.Suppressed, surveys.Tag, surveys.SourceOff, surveys.TooOld:
		return notEligible
	case surveys.Rest, surveys.Sample, surveys.WasReopened, surveys.Expired:
		return notAsked
	default:
		return asked
	}
}

// chainOf is what became of the closings, each stage less the skips before it.
func chainOf(c ClosedCell) Chain {
	out := Chain{Closed: c.Closed, Eligible: c.Closed, Delivered: c.Sent, Answered: c.Answered - c.Imported, Skipped: map[string]int{}}
	left := 0
	for code, n := range c.Skipped {
		out.Skipped[string(code)] = n
		switch stageOf(code) {
		case notEligible:
			out.Eligible -= n
		case notAsked:
			left += n
		}
	}
	out.Invited = out.Eligible - left
	return out
}

// shareOf is x of n.
func shareOf(x, n int) *Share {
	s := &Share{N: n, X: &x}
	if i, ok := Wilson(x, n); ok {
		s.Share, s.Low, s.High = share(float64(x)/float64(n)), share(i.Low), share(i.High)
	}
	return s
}

// notMeasured says n and unknown only.
func notMeasured(n, unknown int) bool { return float64(unknown) > tooUnknown*float64(n+unknown) }

// shareKnown is x of the n that are known.
func shareKnown(x, n, unknown int) *Share {
	if notMeasured(n, unknown) {
		return &Share{N: n, Unknown: unknown, Measured: new(bool)}
	}
	s := shareOf(x, n)
	s.Unknown = unknown
	return s
}

// delayOf is the time within which half, and nine in ten, came to an end; who withdrew
// before stays among all, and never does.
func delayOf(waits []Observation, unknown int) *Delay {
	d := &Delay{N: len(waits), Unknown: unknown}
	if notMeasured(len(waits), unknown) {
		d.Measured = new(bool)
		return d
	}
	if len(waits) > 0 {
		curve := Incidence(waits)
		d.P50, d.P90 = pointOf(curve.Quantile(0.5)), pointOf(curve.Quantile(0.9))
	}
	return d
}

func pointOf(q Quantile) *Point {
	if !q.Reached {
		return &Point{}
	}
	at, low := seconds(q.At), seconds(q.Low)
	p := &Point{Reached: true, Seconds: &at, Low: &low}
	if q.HighReached {
		high := seconds(q.High)
		p.High = &high
	}
	return p
}

// levelsOf is a question from 1 to 5; the share is that of 4 and 5.
func levelsOf(counts [5]int) *Levels {
	x, n := counts[3]+counts[4], sum(counts[:])
	l := &Levels{N: n}
	if l.AtLeast, l.AtMost = bound(x, n); l.AtLeast != nil || l.AtMost != nil {
		return l
	}
	s := shareOf(x, n)
	l.Levels, l.X, l.Share, l.Low, l.High = counts[:], s.X, s.Share, s.Low, s.High
	return l
}

// outcomeOf is yes, partly and no; the share is that of yes.
func outcomeOf(counts [3]int) *Outcome {
	x, n := counts[0], sum(counts[:])
	o := &Outcome{N: n}
	if o.AtLeast, o.AtMost = bound(x, n); o.AtLeast != nil || o.AtMost != nil {
		return o
	}
	s := shareOf(x, n)
	o.Yes, o.Partly, o.No, o.Share, o.Low, o.High = &counts[0], &counts[1], &counts[2], s.Share, s.Low, s.High
	return o
}

// bound is what is said where all or none of some answers are x.
func bound(x, n int) (atLeast, atMost *float64) {
	switch {
	case n == 0:
		return nil, nil
	case x == n:
		return share(nearlyAll), nil
	case x == 0:
		return nil, share(nearlyNone)
	default:
		return nil, nil
	}
}

// fewestInClass is how many answers each class of the recommendation score must
// hold, if any, for the three counts to be said beside the score.
const fewestInClass = 5

// recommendOf is 0 to 6 detractors, 7 and 8 passives, 9 and 10 promoters.
func recommendOf(counts [11]int) *Recommend {
	detractors, passives, promoters := sum(counts[:7]), sum(counts[7:9]), sum(counts[9:])
	r := &Recommend{N: sum(counts[:])}
	if r.AtLeast, r.AtMost = boundScore(promoters, passives, detractors); r.AtLeast != nil || r.AtMost != nil {
		return r
	}
	points, i, ok := Score(promoters, passives, detractors)
	if ok {
		r.Score, r.Low, r.High = rounded(points, 10), rounded(i.Low, 10), rounded(i.High, 10)
	}
	few := func(n int) bool { return 0 < n && n < fewestInClass }
	if !few(promoters) && !few(passives) && !few(detractors) {
		r.Promoters, r.Passives, r.Detractors = &promoters, &passives, &detractors
	}
	return r
}

// boundScore is what is said of the score where all answers are of one class: that
// nearlyAll are, and that the others may be anything.
func boundScore(promoters, passives, detractors int) (atLeast, atMost *float64) {
	open := 100 * (1 - nearlyAll)
	switch n := promoters + passives + detractors; {
	case n == 0:
		return nil, nil
	case promoters == n:
		return rounded(100-2*open, 10), nil
	case detractors == n:
		return nil, rounded(2*open-100, 10)
	case passives == n:
		return rounded(-open, 10), rounded(open, 10)
	default:
		return nil, nil
	}
}

func sum(counts []int) (n int) {
	for _, c := range counts {
		n += c
	}
	return n
}

// share is a share as it is published: to four decimals.
func share(v float64) *float64 { return rounded(v, 1e4) }

// rounded rounds to a part of one; it never gives a negative zero.
func rounded(v, parts float64) *float64 {
	v = math.Round(v*parts)/parts + 0
	return &v
}
