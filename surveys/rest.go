package surveys

import (
	"context"
	"errors"
	"io/fs"
	"time"
)

// Reservation is a person's rest: from the mail held by one invitation until a
// time, no other invitation may be sent to that person. It is void once its holder
// has ended unsent.
type Reservation struct {
	Person string // key
	Holder string // invitation id
	Until  time.Time
	Rev    int64
}

// reserve holds the person's rest for an invitation. It says false while another
// one holds it. Who loses a race for it looks again at who won. A rest that ends later
// than any that begins now was made under a longer setting, or by a clock that ran
// ahead: it begins now.
func (s *Sender) reserve(ctx context.Context, i Invitation, now time.Time) (bool, error) {
	rest := s.Settings().Asking.Rest
	if rest.Off() {
		return true, nil
	}
	for {
		held, err := s.Store.GetReservation(ctx, i.Person)
		isNew := errors.Is(err, fs.ErrNotExist)
		if err != nil && !isNew {
			return false, err
		}
		holds, err := s.holds(ctx, held, i.ID, now)
		until := rest.After(now)
		switch {
		case err != nil, holds && !held.Until.After(until):
			return false, err
		case !holds:
			held.Person, held.Holder = i.Person, i.ID
		}
		held.Until = until
		write := s.Store.PutReservation
		if isNew {
			write = s.Store.AddReservation
		}
		if err = write(ctx, held); !errors.Is(err, fs.ErrExist) {
			return err == nil && !holds, err
		}
	}
}

// holds says whether a reservation keeps an invitation from being sent. Judging it
// by what became of its holder, there is nothing to release that a process might
// die before releasing.
func (s *Sender) holds(ctx context.Context, r Reservation, invitation string, now time.Time) (bool, error) {
	if r.Holder == invitation || !r.Until.After(now) {
		return false, nil
	}
	holder, err := s.Store.GetInvitation(ctx, r.Holder)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	return !holder.unsent(), err
}

// unsent says that the invitation has ended and that no server can have accepted it.
func (i Invitation) unsent() bool { return i.State == Skipped && i.UnknownAttempts(FirstMail) == 0 }
