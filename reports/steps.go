package reports

import (
	"slices"
	"time"
)

// Steps are the upper ends, included, of the steps into which durations are
// counted; what takes longer than the last one is counted in one more step. The
// horizons are among them, so that curves and shares tell the same story.
func Steps() []time.Duration {
	const hour, day = time.Hour, 24 * time.Hour
	return []time.Duration{
		15 * time.Minute, 30 * time.Minute, hour, 2 * hour, 4 * hour, 8 * hour, 12 * hour,
		day, 2 * day, 3 * day, 5 * day, 7 * day, 10 * day, 14 * day, 21 * day, 30 * day, 60 * day, 90 * day,
	}
}

// stepOf is the index of the step in which a duration is counted.
func stepOf(d time.Duration) int {
	i, _ := slices.BinarySearch(Steps(), d)
	return i
}
