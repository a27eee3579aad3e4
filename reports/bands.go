package reports

import (
	"maps"
	"time"
)

// bandEnds are the ages in days at which one band of waiting requests ends and the
// next begins: under a day, 1-3 days, 3-7 days, 1-4 weeks, longer.
func bandEnds() []int { return []int{1, 3, 7, 28} }

// band is an age band in the making.
type band struct {
	from, to  int // days; to 0 has no end
	n         int
	customers people
}

// emptyBands gives every band with nobody in it.
func emptyBands() []band {
	all := []band{{customers: people{}}}
	for i, end := range bandEnds() {
		all[i].to = end
		all = append(all, band{from: end, customers: people{}})
	}
	return all
}

// addWaiting puts a request of that age into its band.
func addWaiting(bands []band, age time.Duration, customer string) {
	i := 0
	for i < len(bands)-1 && age >= time.Duration(bands[i].to)*24*time.Hour {
		i++
	}
	bands[i].n++
	bands[i].customers[customer]++
}

// shown says whether a band may be told: nobody is in it, or enough customers are.
func (b band) shown(minimum int) bool { return b.n == 0 || len(b.customers) >= minimum }

// and is one band of two neighbours.
func (b band) and(next band) band {
	both := band{from: b.from, to: next.to, n: b.n + next.n, customers: maps.Clone(b.customers)}
	maps.Copy(both.customers, next.customers)
	return both
}

// merged joins each band that must not be shown with the next one, and the last with
// the one before, until all may be. To hide one instead would be in vain: it is what
// the others leave of the whole. It is not ok where all together are too few.
func merged(bands []band, minimum int) (all []band, ok bool) {
	for _, b := range bands {
		if last := len(all) - 1; last >= 0 && !all[last].shown(minimum) {
			all[last] = all[last].and(b)
		} else {
			all = append(all, b)
		}
	}
	for len(all) > 1 && !all[len(all)-1].shown(minimum) {
		last := len(all) - 1
		all[last-1] = all[last-1].and(all[last])
		all = all[:last]
	}
	return all, all[0].shown(minimum)
}

// waitingOf tells the bands, or nil where too few wait.
func waitingOf(bands []band, minimum int) *Waiting {
	all, ok := merged(bands, minimum)
	if !ok {
		return nil
	}
	w, n := &Waiting{}, 0
	for _, b := range all {
		n += b.n
		w.Bands = append(w.Bands, Band{FromDays: b.from, ToDays: b.to, N: fives(b.n)})
	}
	w.N = fives(n)
	return w
}
