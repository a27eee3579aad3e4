package charts

import "github.com/entendu/entendu/reports"

// Present is an outlook in words.
type Present struct {
	Finding string // how many requests are open, or why that is not told
	Bands   []AgeBand
	Said    []string // of first replies, of the promise, of past estimates
}

// AgeBand is how many requests have been open for so long.
type AgeBand struct {
	Age, Count string
	Width      int // of its bar, in per cent of the longest
}

// Today tells an outlook. on is its day in words where it is not today's, else "".
func Today(t reports.Today, on string, w Words) Present {
	p := pen{Words: w}
	present := Present{Finding: p.open(t.Waiting, on), Said: []string{p.replied(t.FirstReply)}}
	if kept := t.PromiseKept; kept == nil || kept.N+kept.Unknown > 0 {
		present.Said = append(present.Said, p.dueKept(kept))
	}
	if t.Waiting != nil && t.Waiting.N > 0 {
		present.Bands = p.bands(t.Waiting.Bands)
	}
	if t.Estimates != nil {
		present.Said = append(present.Said, p.estimatesHeld(*t.Estimates))
	}
	return present
}

func (p pen) open(waiting *reports.Waiting, on string) string {
	switch {
	case waiting == nil && on == "":
		return p.T("today.few_open")
	case waiting == nil:
		return p.T("today.few_were_open", "Day", on)
	case waiting.N == 0 && on == "":
		return p.T("today.none_open")
	case waiting.N == 0:
		return p.T("today.none_were_open", "Day", on)
	case on == "":
		return p.T("today.open", "Count", waiting.N)
	default:
		return p.T("today.were_open", "Count", waiting.N, "Day", on)
	}
}

func (p pen) bands(all []reports.Band) (told []AgeBand) {
	longest := 1
	for _, b := range all {
		longest = max(longest, b.N)
	}
	for _, b := range all {
		told = append(told, AgeBand{Age: p.age(b), Count: p.Number(b.N), Width: 100 * b.N / longest})
	}
	return told
}

// age writes how long requests have been open: "1 day to 3 days".
func (p pen) age(b reports.Band) string {
	switch {
	case b.FromDays == 0 && b.ToDays == 0:
		return p.T("today.any_age")
	case b.FromDays == 0 && b.ToDays%7 == 0:
		return p.T("today.under_weeks", "Count", b.ToDays/7)
	case b.FromDays == 0:
		return p.T("today.under_days", "Count", b.ToDays)
	case b.ToDays == 0:
		return p.T("today.over", "From", p.whole(b.FromDays))
	default:
		return p.T("today.between", "From", p.whole(b.FromDays), "To", p.whole(b.ToDays))
	}
}

// whole writes a number of days in weeks where it is some.
func (p pen) whole(days int) string {
	if days%7 == 0 {
		return p.T("today.weeks", "Count", days/7)
	}
	return p.T("today.days", "Count", days)
}

func (p pen) replied(d *reports.Delay) string {
	half := p.quantile(d, func(d reports.Delay) *reports.Point { return d.P50 })
	most := p.quantile(d, func(d reports.Delay) *reports.Point { return d.P90 })
	switch {
	case half.drawn() && most.drawn():
		return p.T("today.replied", "Half", half.text, "Most", most.text, "Count", d.N)
	case half.drawn():
		return p.T("today.half_replied", "Half", half.text, "Count", d.N)
	case d != nil && d.P50 != nil:
		return p.T("today.few_replied", "Count", d.N)
	case d != nil && d.Measured == nil:
		return p.T("today.none_came")
	default:
		return p.T("today.replied_gap", "Why", half.text)
	}
}

func (p pen) dueKept(s *reports.Share) string {
	r := p.share(s, "charts.of_requests")
	if !r.drawn() {
		return p.T("today.kept_gap", "Why", r.text)
	}
	return p.T("today.kept", "Count", s.N, "Share", r.text)
}

func (p pen) estimatesHeld(s reports.Share) string {
	r := p.share(&s, "charts.of_requests")
	if !r.drawn() {
		return p.T("today.held_gap", "Why", r.text)
	}
	return p.T("today.held", "Count", s.N, "Share", r.text)
}
