package reports

import (
	"time"

	"github.com/entendu/entendu/surveys"
)

// Tally is what the rows of one day add up to, without loss: tickets by the day
// they were opened, closings by the day they closed. Every count in it depends on
// events only, never on the passing of time, so a tally is right until one of its
// rows changes. What does not add up over days (distinct customers, curves) is
// counted from rows when an edition is made; whether enough stand behind what is
// compared inside, the crowds tell.
type Tally struct {
	Day    surveys.Day
	AsOf   time.Time // store time before its rows were read
	Counts int       // which counts it has: see tallyCounts
	Opened []OpenedCell
	Closed []ClosedCell
	Rev    int64 // as in surveys.Ticket: PutTally compares and sets it
}

// tallyCounts is the version of what a tally counts. One with a lower Counts was kept
// by an older Entendu and lacks what was added since; its day has to be counted again
// before that is read.
const tallyCounts = 2

// OpenedCell counts the tickets of one combination of dimensions that were opened
// on the day; left-out tickets are in no cell.
type OpenedCell struct {
	surveys.Dimensions
	Opened   int
	Resolved [3]int // durably, within Horizons()[i]
	Kept     int    // first reply within the promise
	Late     int    // first reply after it
	Waiting  int    // no reply yet, still active: due or not, the moment decides
	Active   int    // open, pending or reopened, with a reply or without; from tallyCounts 1 on
	Unknown  int    // handled without a known first reply, or its time cannot be
	Misdated int    // durably resolved at a time that cannot be: in no other count of resolutions
	Settled  int    // durably resolved with contacts known
	AtOnce   int    // of those: one contact, never reopened
	Reply    []int  // first replies per step of Steps
	Closing  []int  // durable closings per step of Steps

	// From tallyCounts 2 on: who asked and who handled it, of all tickets, of those that
	// Kept or Late count, of the first replies and of those that Settled counts.
	Behind, OnPromise, OnReply, OnContact Behind
	Unsure                                int         // of Unknown, those with a promise
	Due                                   []time.Time // when the promises of those still Waiting fall due, in order
}

// ClosedCell counts the closings of one combination of dimensions that happened
// on the day, by what became of their invitation and its answer.
type ClosedCell struct {
	surveys.Dimensions
	Closed       int
	Skipped      map[surveys.Skip]int
	Sent         int // accepted by a server, less what came back for good
	Answered     int
	Imported     int // of Answered: brought along
	Suspect      int // of Answered: signs of a machine
	Scores           // of all answers
	FromSuspects Scores
	Nudged       int // said that somebody suggested a score

	// From tallyCounts 2 on: who was asked and answered, who was asked and did not, and
	// who stands behind the answers to each question.
	Replied, Silent                          Side
	OnDelay, OnListening, OnOutcome, OnScore Behind
}

// Side is those who were asked and answered, or those who were asked and did not.
type Side struct {
	N      int
	Took   []int // the times to their closing, per step of Steps, where it is known
	Again  int   // had come back after an earlier closing
	Behind Behind
}

// Scores are how often each was given.
type Scores struct {
	Delay     [5]int
	Listening [5]int
	Outcome   [3]int // yes, partly, no
	Recommend [11]int
}

// Horizons are the times within which a ticket counts as resolved: 1, 7 and 30 days.
func Horizons() [3]time.Duration {
	const day = 24 * time.Hour
	return [3]time.Duration{day, 7 * day, 30 * day}
}
