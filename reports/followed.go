package reports

import "time"

// followed is what does not add up over days, or depends on the moment: it is
// counted from rows as of the cut-off.
type followed struct {
	behind      map[string]people // customers by figure: the keys of figures.go
	kept, due   int               // promises due by the cut-off, and those kept
	unsure      int               // due, and the reply is unknown
	unknown     int               // handled, and the reply is unknown
	timed       int               // replies, counted
	replies     []Observation
	resolutions []Observation
}

// stand puts the customer of a row behind a figure.
func (f *followed) stand(customer, figure string) { f.standTimes(customer, 1, figure) }

func (f *followed) standTimes(customer string, rows int, figure string) {
	if f.behind == nil {
		f.behind = map[string]people{}
	}
	if f.behind[figure] == nil {
		f.behind[figure] = people{}
	}
	f.behind[figure][customer] += rows
}

// followRequest follows one ticket up to the cut-off.
func (f *followed) followRequest(r request, cutOff time.Time) {
	age := max(0, cutOff.Sub(r.opened))
	f.stand(r.customer, keyOpened)
	f.followResolution(r, age)
	f.followReply(r, age)
	f.followPromise(r, age)
}

func (f *followed) followResolution(r request, age time.Duration) {
	f.stand(r.customer, keyResolution+orUnknown)
	if _, known := r.atOnce(); known {
		f.stand(r.customer, keyFirstContact)
	}
	if !r.settledMisdated {
		f.stand(r.customer, keyResolution)
		f.resolutions = append(f.resolutions, r.observed(r.settled, age))
	}
}

func (f *followed) followReply(r request, age time.Duration) {
	f.stand(r.customer, keyFirstReply+orUnknown)
	if r.unknown() {
		f.unknown++
		return
	}
	f.stand(r.customer, keyFirstReply)
	f.timed++
	f.replies = append(f.replies, r.observed(r.replied, age))
}

func (f *followed) followPromise(r request, age time.Duration) {
	switch r.promised(age) {
	case notDue:
		return
	case inDoubt:
		f.unsure++
	case inTime:
		f.kept++
		fallthrough
	default:
		f.due++
		f.stand(r.customer, keyPromise)
	}
	f.stand(r.customer, keyPromise+orUnknown)
}

// followEnding puts the customer of one closing behind its figures.
func (f *followed) followEnding(e ending) {
	if e.counted {
		f.stand(e.customer, keyChain)
		if stageOf(e.skip) == asked {
			f.stand(e.customer, keyRate)
		}
	}
	if !e.answered {
		return
	}
	for figure, question := range questions() {
		if e.answer.Values[question] != "" {
			f.stand(e.customer, figure)
		}
	}
}
