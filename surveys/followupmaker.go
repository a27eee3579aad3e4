package surveys

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"reflect"
	"time"
)

// FollowUpMaker makes follow-ups of answers and has their teams told. What it has to do
// is marked on the rows, by the answer on the response and by itself on the follow-up,
// and a mark goes only once its work is stored: it may be killed between any two lines,
// and several may work on one store.
type FollowUpMaker struct {
	Store    Store
	Settings func() Settings
	Log      *slog.Logger
	Wake     <-chan struct{}
	Next     func() // wakes the Courier; nil if nobody waits
}

const followUpBatch = 100

// Run makes follow-ups until ctx ends.
func (m *FollowUpMaker) Run(ctx context.Context) error {
	return Work(ctx, m.Log, "follow-ups", 2*time.Second, m.Wake, m.Pass)
}

// Pass takes a batch of marks of each kind; more says that others wait.
func (m *FollowUpMaker) Pass(ctx context.Context) (more bool, err error) {
	now, err := m.Store.Now(ctx)
	if err != nil {
		return false, err
	}
	marked, err := m.Store.FindResponsesToFollowUp(ctx, followUpBatch)
	if err != nil {
		return false, err
	}
	err = inParallel(ctx, each(marked), func(ctx context.Context, r Response) error {
		if err := m.follow(ctx, r, now); err != nil && !errors.Is(err, fs.ErrExist) { // else the mark stands
			return fmt.Errorf("following up the answer to %s: %w", r.Invitation, err)
		}
		return nil
	})
	toTell, tellErr := m.Store.FindFollowUpsToTell(ctx, now, followUpBatch)
	if tellErr == nil {
		tellErr = m.tellAll(ctx, toTell, now)
	}
	return len(marked) == followUpBatch || len(toTell) == followUpBatch, errors.Join(err, tellErr)
}

// follow brings the follow-up to where the response is, then takes the mark from it.
func (m *FollowUpMaker) follow(ctx context.Context, r Response, now time.Time) error {
	if err := m.bring(ctx, r, now); err != nil {
		return err
	}
	r.FollowUp = false
	return m.Store.PutResponse(ctx, r)
}

func (m *FollowUpMaker) bring(ctx context.Context, r Response, now time.Time) error {
	i, err := m.Store.GetInvitation(ctx, r.Invitation)
	if err != nil {
		return err
	}
	erased := i.Person == ""
	if !erased {
		if erased, err = isErased(ctx, m.Store, i.Person); err != nil {
			return err
		}
	}
	before, err := m.Store.GetFollowUp(ctx, r.Invitation)
	switch {
	case errors.Is(err, fs.ErrNotExist) && (erased || len(r.Last().reasons()) == 0):
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return m.Store.AddFollowUp(ctx, m.Settings().newFollowUp(r, now))
	case err != nil:
		return err
	}
	f := before.after(r.Last(), m.Settings(), now)
	if erased {
		f = before.wordless()
	}
	if reflect.DeepEqual(f, before) {
		return nil
	}
	return m.Store.PutFollowUp(ctx, f)
}

// tellAll has each team told once of what came up in one quarter of an hour. The errand
// is named after those, so that doing it twice makes none twice.
func (m *FollowUpMaker) tellAll(ctx context.Context, all []FollowUp, now time.Time) error {
	var errs []error
	for _, f := range all {
		err := m.tell(ctx, f, now)
		if err == nil {
			f.TellAt = time.Time{}
			err = m.Store.PutFollowUp(ctx, f)
		}
		if err != nil && !errors.Is(err, fs.ErrExist) { // else the mark stands
			errs = append(errs, fmt.Errorf("telling a team of follow-up %s: %w", f.ID, err))
		}
	}
	if len(all) > 0 && m.Next != nil {
		m.Next()
	}
	return errors.Join(errs...)
}

// tell adds the errand to a follow-up's team, where there is an address it could go to;
// else the page alone shows it.
func (m *FollowUpMaker) tell(ctx context.Context, f FollowUp, now time.Time) error {
	if m.Settings().HelpdeskFor(f.Team) == "" {
		return nil
	}
	err := m.Store.AddErrand(ctx, Errand{
		ID: nameOf(string(TeamMail), f.Team, f.TellAt.UTC().Format(time.RFC3339)), Kind: TeamMail, State: ToCarry, About: f.Team, MadeAt: now, DueAt: now,
	})
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

// nameOf makes an id of what there is to be only once.
func nameOf(parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:16])
}
