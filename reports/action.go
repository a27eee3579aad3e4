package reports

import (
	"cmp"
	"slices"
	"time"

	"github.com/entendu/entendu/surveys"
)

// Action is one line of "you said, we did": what customers said, and what was
// decided, which may be not to do it.
type Action struct {
	ID        string
	Texts     []ActionText
	Will      bool // false: "we will not, because"
	DecidedOn surveys.Day
	Figures   []FigureOf // those that it should move, to be shown before and after
	Cleared   bool       // for publication
	Raised    Raised     // in which answers
	// ToldAt is when it was first published, and so who had asked to be told was; zero
	// while nobody was. Telling marks that some of them still are to be.
	ToldAt  time.Time
	Telling bool
	AddedAt time.Time
	Rev     int64 // as in surveys.Ticket: PutAction compares and sets it
}

// Raised is where customers said what an action answers: in the answers about closings
// of a category, "" for all, from a day, included, to another, not.
type Raised struct {
	Category string
	From, To surveys.Day
}

// ActionText is an action in one language.
type ActionText struct {
	Language string
	Theme    string // what customers said
	Decision string // what is or was done, or why not
}

// FigureOf names a figure as addresses do ("promise", "first-reply"), of one category
// or, where that is "", of the whole.
type FigureOf struct {
	Figure   string
	Category string
}

// Published is the action from now on for everybody to see. The first time that it is,
// those who asked to be told are told, where it says in which answers.
func (a Action) Published(now time.Time) Action {
	a.Cleared = true
	if a.ToldAt.IsZero() && a.Raised.To != "" {
		a.ToldAt, a.Telling = now, true
	}
	return a
}

// In is the text in a language, or else the first one; the zero text where there is
// none at all.
func (a Action) In(language string) ActionText {
	for _, t := range a.Texts {
		if t.Language == language {
			return t
		}
	}
	if len(a.Texts) == 0 {
		return ActionText{}
	}
	return a.Texts[0]
}

// Cleared are the actions that may be published, the newest decision first.
func Cleared(all []Action) []Action {
	public := slices.DeleteFunc(slices.Clone(all), func(a Action) bool { return !a.Cleared || len(a.Texts) == 0 })
	slices.SortStableFunc(public, func(a, b Action) int {
		return cmp.Or(cmp.Compare(b.DecidedOn, a.DecidedOn), b.AddedAt.Compare(a.AddedAt), cmp.Compare(a.ID, b.ID))
	})
	return public
}
