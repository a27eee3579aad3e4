package surveys

import (
	"slices"
	"time"
)

// Course is how a ticket went, as its customer may read it: nothing in it is about
// the people who worked on it.
type Course struct {
	Steps   []CourseStep // by time
	Promise PromiseState
	Due     time.Time // when the promise falls due; zero where there is none
	Replied bool      // a first reply is known
}

// CourseStep is one thing that happened, and when.
type CourseStep struct {
	Kind StepKind
	At   time.Time
}

// StepKind is what happened.
type StepKind string

// The kinds of a step.
const (
	StepOpened    StepKind = "opened"
	StepReplied   StepKind = "replied"
	StepClosed    StepKind = "closed"
	StepReopened  StepKind = "reopened"
	StepWithdrawn StepKind = "withdrawn"
)

// PromiseState is what became of the promise to a ticket.
type PromiseState string

// The states of a promise. What a helpdesk does not tell is never called missed.
const (
	NoPromise      PromiseState = ""
	PromiseRuns    PromiseState = "runs"
	PromiseKept    PromiseState = "kept"
	PromiseMissed  PromiseState = "missed"
	PromiseUnknown PromiseState = "unknown"
)

// CourseAt is the ticket's course as it stands at a time. A time that cannot be is not
// shown: it would be believed.
func (t Ticket) CourseAt(now time.Time) Course {
	c := Course{Replied: !t.repliedAt().IsZero()}
	add := func(kind StepKind, at time.Time) {
		if !at.IsZero() {
			c.Steps = append(c.Steps, CourseStep{kind, at})
		}
	}
	add(StepOpened, t.OpenedAt)
	add(StepReplied, t.repliedAt())
	for _, closing := range t.Closings {
		add(StepClosed, closing.At)
		add(StepReopened, closing.EndedAt)
	}
	if t.Status == Withdrawn {
		add(StepWithdrawn, t.since())
	}
	slices.SortStableFunc(c.Steps, func(a, b CourseStep) int { return a.At.Compare(b.At) })
	if t.Promise > 0 && !t.OpenedAt.IsZero() {
		c.Due = t.OpenedAt.Add(t.Promise)
		c.Promise = t.promiseAt(now, c.Due)
	}
	return c
}

// promiseAt judges one promise by the rule of the published figures: a ticket that was
// handled, or given up by its customer, without a first reply that we know of says
// nothing.
func (t Ticket) promiseAt(now, due time.Time) PromiseState {
	replied := t.repliedAt()
	switch {
	case !replied.IsZero() && replied.After(due):
		return PromiseMissed
	case !replied.IsZero():
		return PromiseKept
	case !t.FirstReplyAt.IsZero(), len(t.Closings) > 0, !t.Status.Active():
		return PromiseUnknown
	case !now.Before(due):
		return PromiseMissed
	}
	return PromiseRuns
}

// repliedAt is when the first reply was given, where that can be believed.
func (t Ticket) repliedAt() time.Time {
	if Misdated(t.FirstReplyAt, t.OpenedAt, t.UpdatedAt) {
		return time.Time{}
	}
	return t.FirstReplyAt
}
