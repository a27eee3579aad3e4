package reports

import (
	"context"

	"github.com/entendu/entendu/surveys"
)

// What the tests beside a real store look at from outside the package.
var (
	CountDay  = countDay
	Frozen    = frozen
	NextID    = nextID
	DueAfter  = dueAfter
	DueBefore = dueBefore
)

// Careless makes a Publisher forget a rule of the guard.
func (p *Publisher) Careless(without rule) { p.without = without }

// Rule is one that can be forgotten.
type Rule = rule

// The rules that can be forgotten.
const (
	NoSiblings    = siblings
	NoReissue     = reissue
	NoBounds      = bounds
	NoPopulations = populations
)

// Settle transcribes a response as somebody read it.
func (t *Transcriber) Settle(ctx context.Context, r surveys.Response) error { return t.settle(ctx, r) }
