package reports

import (
	"context"
	"iter"
	"time"

	"github.com/entendu/entendu/surveys"
)

// Store is what telling needs kept, under the same promises as surveys.Store.
type Store interface {
	Now(ctx context.Context) (time.Time, error)
	// GetSlot and PutSlot keep a text under a name; see surveys.Store.
	GetSlot(ctx context.Context, name string) (string, error)
	PutSlot(ctx context.Context, name, value string) error

	// The rows, walked in order; see surveys.Store.
	TicketsOpened(ctx context.Context, from, to time.Time) iter.Seq2[surveys.Ticket, error]
	InvitationsClosed(ctx context.Context, from, to time.Time) iter.Seq2[surveys.Invitation, error]
	ResponsesClosed(ctx context.Context, from, to time.Time) iter.Seq2[surveys.Response, error]
	// The same walks, for counting: of each row they give what its Counted gives.
	TicketsToCount(ctx context.Context, from, to time.Time) iter.Seq2[surveys.Ticket, error]
	InvitationsToCount(ctx context.Context, from, to time.Time) iter.Seq2[surveys.Invitation, error]
	ResponsesToCount(ctx context.Context, from, to time.Time) iter.Seq2[surveys.Response, error]

	// FindMarks gives rows whose Recount mark is set, at most limit of each kind.
	FindMarks(ctx context.Context, limit int) ([]Mark, error)
	// ClearMark empties the Recount of the row if its Rev is still m.Rev, without
	// raising it; fs.ErrExist if the row has changed meanwhile.
	ClearMark(ctx context.Context, m Mark) error

	// PutTally compares and sets Rev; a tally with Rev 0 must not exist yet.
	PutTally(ctx context.Context, t Tally) error
	GetTally(ctx context.Context, day surveys.Day) (Tally, error)
	// Tallies walks from <= Day < to in order; an empty bound does not bound.
	Tallies(ctx context.Context, from, to surveys.Day) iter.Seq2[Tally, error]
	// TallyRevs walks the same, and gives of each tally its Day and Rev alone.
	TallyRevs(ctx context.Context, from, to surveys.Day) iter.Seq2[Tally, error]

	// AddEdition keeps an edition for ever; fs.ErrExist if its id is taken.
	AddEdition(ctx context.Context, e Edition) error
	GetEdition(ctx context.Context, id string) (Edition, error)
	// LatestEdition gives the one published last; fs.ErrNotExist before the first.
	LatestEdition(ctx context.Context) (Edition, error)
	// Editions walks all, the newest first, without their bytes.
	Editions(ctx context.Context) iter.Seq2[Edition, error]

	// AddOutlook keeps an outlook for ever; fs.ErrExist if its day has one.
	AddOutlook(ctx context.Context, o Outlook) error
	Outlooks

	AddAction(ctx context.Context, a Action) error
	// PutAction compares and sets Rev.
	PutAction(ctx context.Context, a Action) error
	GetAction(ctx context.Context, id string) (Action, error)
	// Actions walks all by AddedAt and ID.
	Actions(ctx context.Context) iter.Seq2[Action, error]

	VoiceStore
}

// VoiceStore is where comments are kept, as managers read them.
type VoiceStore interface {
	// Now is the store's time.
	Now(ctx context.Context) (time.Time, error)
	AddVoice(ctx context.Context, v Voice) error
	// PutVoice compares and sets Rev; the Place stays.
	PutVoice(ctx context.Context, v Voice) error
	GetVoice(ctx context.Context, response string) (Voice, error)
	// RemoveVoice is surveys.Store's.
	RemoveVoice(ctx context.Context, response string) error
	// FindVoices gives what a query asks for, the last place first.
	FindVoices(ctx context.Context, q VoiceQuery) ([]Voice, error)

	// AddLabel keeps a label; fs.ErrExist if it is kept.
	AddLabel(ctx context.Context, l Label) error
	// RemoveLabel is for one that nothing has any more; fs.ErrNotExist if there was none.
	RemoveLabel(ctx context.Context, l Label) error
	// Labels walks all, by kind and name.
	Labels(ctx context.Context) iter.Seq2[Label, error]
}

// VoiceQuery is the comments with From <= Place < Below that have, of each group of
// terms, one; all of them where there is no group. At most Limit are given.
type VoiceQuery struct {
	Terms       [][]string
	From, Below int64
	Limit       int
}

// Outlooks is where outlooks are read.
type Outlooks interface {
	GetOutlook(ctx context.Context, day surveys.Day) (Outlook, error)
	// LatestOutlook gives that of the last day; fs.ErrNotExist before the first.
	LatestOutlook(ctx context.Context) (Outlook, error)
}

// Mark is one row that waits to be counted.
type Mark struct {
	Kind MarkKind
	ID   string            // invitation id, for invitations and responses
	Key  surveys.TicketKey // for tickets
	Rev  int64
	Days []surveys.Day
}

// MarkKind says which kind of row is marked.
type MarkKind string

// The kinds of rows that are counted.
const (
	MarkedTicket     MarkKind = "ticket"
	MarkedInvitation MarkKind = "invitation"
	MarkedResponse   MarkKind = "response"
)

// Edition is a frozen set of figures: once added, its bytes never change.
type Edition struct {
	ID          string // "2026-11-21", then "2026-11-21-2"
	PublishedAt time.Time
	CutOff      time.Time // rows learnt later are not in it
	Bytes       []byte    // the JSON of Document
	SHA256      string    // of Bytes when they were published, in hexadecimal; "" in those from before it was kept
}
