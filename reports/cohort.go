package reports

import "time"

// Cohort is how many of the tickets opened in one month ended within a horizon.
// Its base is what was opened, so it can neither pass 1 nor look better because
// old tickets were left alone, as closings divided by openings of the same month
// can.
type Cohort struct {
	Opened   int
	Share    float64
	Interval Interval
	// Provisional is a month some tickets of which have not been followed for as
	// long as the horizon, or not from their opening on: the share is then an
	// estimate by Incidence, to be drawn otherwise.
	Provisional bool
}

// CohortWithin is a plain share with its Wilson interval once all tickets were
// followed for as long as the horizon (and, for a lasting resolution, for as long
// as a reopening counts); until then it is what the curve says. Withdrawn tickets
// stay in the base.
//
// It is not ok where no ticket was opened, or none was followed for so long.
func CohortWithin(opened []Observation, horizon time.Duration) (c Cohort, ok bool) {
	c.Opened = len(opened)
	ended := 0
	for _, o := range opened {
		if o.Ended && o.Time <= horizon {
			ended++
		}
		c.Provisional = c.Provisional || o.Entry > 0 || o.Time < horizon && !o.Ended && !o.Withdrawn
	}
	if c.Provisional {
		c.Share, c.Interval, ok = Incidence(opened).Within(horizon)
		return c, ok
	}
	c.Interval, ok = Wilson(ended, len(opened))
	c.Share = float64(ended) / float64(max(1, len(opened)))
	return c, ok
}
