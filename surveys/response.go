package surveys

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// MaxAnswers is how many confirmed answers one response keeps; older ones go.
const MaxAnswers = 20

// Response is what a customer confirmed to one invitation: one per invitation,
// whatever the clicks. The last answer counts.
type Response struct {
	Invitation string
	Survey     string
	Ticket     TicketKey
	Closing    int
	ClosedAt   time.Time
	Customer   string
	Dimensions
	Agent    string   // who handled the ticket, by the helpdesk's id; for their own desk only, "" if not known
	Answers  []Answer // oldest first, never empty, at most MaxAnswers
	Imported bool     // brought along from another tool, not asked by us
	FollowUp bool     // marks that the FollowUpMaker must look at the last answer
	Recount  []Day    // as in Ticket
	// Transcribe marks that what was written in it must be brought to the comments that
	// managers read, or taken from them: package reports keeps those.
	Transcribe bool
	Rev        int64
}

// Answer is one confirmed set of values.
type Answer struct {
	At       time.Time
	Version  int    // the survey version the customer saw
	Language string // of the page
	Values   map[string]string
	Suspect  bool // signs of a machine came before it; counted, never refused

	// LearntAt is when Entendu stored an answer that another tool had taken; zero for
	// one of ours, which was stored when it was given.
	LearntAt time.Time
}

// Learnt is when Entendu came to know of the answer: editions are counted as of this.
func (a Answer) Learnt() time.Time {
	if a.LearntAt.IsZero() {
		return a.At
	}
	return a.LearntAt
}

// Last is the answer that counts.
func (r Response) Last() Answer { return r.Answers[len(r.Answers)-1] }

// AnsweredAt is when the answer that counts was given; zero for none.
func (r Response) AnsweredAt() time.Time {
	if len(r.Answers) == 0 {
		return time.Time{}
	}
	return r.Last().At
}

// Written is what was written by hand, each text a paragraph, the comment first and the
// others by the names of their fields; "" where nothing was.
func (a Answer) Written() string {
	var texts []string
	for _, field := range slices.Sorted(maps.Keys(a.Values)) { // "comment" stands before "comment_..."
		if v := a.Values[field]; v != "" && IsWords(field) {
			texts = append(texts, v)
		}
	}
	return strings.Join(texts, "\n\n")
}

// Chosen is what was chosen, without what was written.
func (a Answer) Chosen() map[string]string {
	values := maps.Clone(a.Values)
	maps.DeleteFunc(values, func(field, v string) bool { return v == "" || IsWords(field) })
	return values
}

// written says whether any answer was ever written in by hand.
func (r Response) written() bool {
	return slices.ContainsFunc(r.Answers, func(a Answer) bool { return a.Written() != "" })
}

// Score is the number given to a question; ok is false if it was left out.
func (a Answer) Score(question string) (score int, ok bool) {
	v, err := strconv.Atoi(a.Values[question])
	return v, err == nil
}
