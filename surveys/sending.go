package surveys

import (
	"context"
	"time"
)

// Sending is how the sending of mail stands, for people who look after it.
type Sending struct {
	Due          int       // mails that could leave now, up to DueAtMost
	Halt         Halt      // why none leaves; the zero Halt where they do
	LastAccepted time.Time // when a server last took an invitation, to a minute; zero where that is not known
}

const (
	// DueAtMost is how many due mails are counted.
	DueAtMost = 100

	acceptedSlot = "last mail accepted"
	noteEvery    = time.Minute // so that a mail costs no write more
)

// SendingNow looks at how it stands.
func SendingNow(ctx context.Context, st Store) (s Sending, err error) {
	now, err := st.Now(ctx)
	if err != nil {
		return s, err
	}
	due, err := st.FindDueInvitations(ctx, now, DueAtMost)
	if err != nil {
		return s, err
	}
	s.Due = len(due)
	text, err := st.GetSlot(ctx, acceptedSlot)
	if err != nil {
		return s, err
	}
	s.LastAccepted, _ = time.Parse(time.RFC3339, text) // "" before the first
	s.Halt, err = GetHalt(ctx, st)
	return s, err
}

func putAccepted(ctx context.Context, st Store, at time.Time) error {
	return st.PutSlot(ctx, acceptedSlot, at.UTC().Format(time.RFC3339))
}
