package surveys

import "time"

// Proposal is what an adviser proposes to do better. It bears a name because whoever
// proposes signs it.
type Proposal struct {
	ID     string
	By     string // the id of who proposes
	Name   string // as they were called then
	Text   string
	MadeAt time.Time

	Answer     string // what was decided, in words; "" before
	AnsweredBy string // by name
	AnsweredAt time.Time
	Rev        int64
}
