package auth

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"
)

// Porter mails the links of passes, and removes those that are over and sessions that
// are. It may be killed
// between any two lines: each attempt is in the store before it begins.
type Porter struct {
	Gate  *Gate
	Carry func(ctx context.Context, m Mail) (accepted bool, err error) // hands one mail to a server
	Log   *slog.Logger

	swept time.Time // when sessions that are over were last removed
}

// Mail is a link that goes to a person.
type Mail struct {
	Person Person
	Kind   PassKind
	Path   string
	Until  time.Time
	Name   string    // local part of the Message-ID; the same on each attempt
	Date   time.Time // the same on each attempt
}

const (
	mailsAtOnce = 20
	retryMail   = 2 * time.Minute // then doubled
	mostTries   = 6
)

// Pass looks once at what is due; more says that there may be others.
func (r *Porter) Pass(ctx context.Context) (more bool, err error) {
	now, err := r.Gate.Store.Now(ctx)
	if err != nil {
		return false, err
	}
	due, err := r.Gate.Store.FindDuePasses(ctx, now, mailsAtOnce)
	if err != nil {
		return false, err
	}
	for _, p := range due {
		if e := r.take(ctx, p, now); e != nil && !errors.Is(e, fs.ErrExist) {
			err = errors.Join(err, fmt.Errorf("pass %s: %w", p.ID, e))
		}
	}
	more = len(due) == mailsAtOnce
	if err == nil && now.Sub(r.swept) >= sweepEvery {
		r.swept = now
		err = r.Gate.sweep(ctx, now)
	}
	return more && err == nil, err
}

func (r *Porter) take(ctx context.Context, p Pass, now time.Time) error {
	if !now.Before(p.Until) {
		return over(r.Gate.Store.RemovePass(ctx, p.ID))
	}
	if !p.Mail || p.Tries >= mostTries {
		p.Mail, p.DueAt = false, p.Until
		return r.Gate.Store.PutPass(ctx, p)
	}
	to, err := r.Gate.Store.GetPerson(ctx, p.Person)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if !to.active() || p.Kind == Renewal && to.Password == "" && to.Subject != "" {
		// Nobody, or somebody who has no password to renew. The pass stays for as long as one that was
		// mailed: whether it answers another ask would tell who exists.
		p.Mail, p.DueAt = false, p.Until
		return r.Gate.Store.PutPass(ctx, p)
	}
	p.DueAt = now.Add(retryMail << p.Tries)
	p.Tries++
	if err := r.Gate.Store.PutPass(ctx, p); err != nil {
		return err
	}
	p.Rev++
	accepted, err := r.Carry(ctx, Mail{
		Person: to, Kind: p.Kind, Path: r.Gate.Link(p), Until: p.Until, Name: "enter." + p.ID, Date: p.MadeAt.Truncate(time.Second),
	})
	if !accepted {
		r.Log.Warn("a link to sign in was not accepted by the mail server; it will be tried again", "pass", p.ID, "error", err)
		return nil
	}
	p.Mail, p.DueAt = false, p.Until
	return over(r.Gate.Store.PutPass(context.WithoutCancel(ctx), p))
}
