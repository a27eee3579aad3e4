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

// mayRest says whether the person's rest, as it was when it was looked at, lets an
// invitation be sent. A rest that ends later than any that begins now was made under a
// longer setting, or by a clock that ran ahead: it begins now.
func (s *Sender) mayRest(ctx context.Context, i Invitation, held *Reservation, now time.Time) (bool, error) {
	rest := s.Settings().Asking.Rest
	if rest.Off() {
		return true, nil
	}
	for {
		holds, err := s.holds(ctx, *held, i.ID, now)
		if err != nil || !holds || !held.Until.After(rest.After(now)) {
			return err == nil && !holds, err
		}
		held.Until = rest.After(now)
		if err := s.Store.PutReservation(ctx, *held); !errors.Is(err, fs.ErrExist) {
			return false, err
		}
		if *held, err = s.Store.GetReservation(ctx, i.Person); err != nil {
			return false, err
		}
	}
}

// reserve holds the person's rest for an invitation, as it was when it was looked at.
// It says false while another one holds it: who loses a race for it looks again at
// who won.
func (s *Sender) reserve(ctx context.Context, i Invitation, held Reservation, now time.Time) (bool, error) {
	rest := s.Settings().Asking.Rest
	if rest.Off() {
		return true, nil
	}
	for {
		held.Person, held.Holder, held.Until = i.Person, i.ID, rest.After(now)
		write := s.Store.PutReservation
		if held.Rev == 0 {
			write = s.Store.AddReservation
		}
		err := write(ctx, held)
		if !errors.Is(err, fs.ErrExist) {
			return err == nil, err
		}
		if held, err = s.Store.GetReservation(ctx, i.Person); err != nil {
			return false, err
		}
		if free, err := s.mayRest(ctx, i, &held, now); err != nil || !free {
			return false, err
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
