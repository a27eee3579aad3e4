package auth

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"slices"
	"time"
)

// Gate lets people in and out. It is safe for concurrent use, and several instances may
// share one store.
type Gate struct {
	Store Store
	Links Links
	Log   *slog.Logger
	Wake  func() // tells the Porter that a mail is to be sent; nil where there is none

	hashers  hashers
	throttle *Throttle
}

// Links makes and opens the signed part of a link to a Pass, and the sign by which a
// browser is known again. Both need the operator's secret.
type Links interface {
	Sign(purpose, id string) (token string)
	Open(purpose, token string) (id string, err error)
}

// The purposes of what a Gate signs.
const (
	toEnter = "enter" // a Pass
	toKnow  = "know"  // a browser that was signed in to an account
)

// NewGate makes a Gate.
func NewGate(store Store, links Links, log *slog.Logger, wake func()) *Gate {
	if wake == nil {
		wake = func() {}
	}
	return &Gate{Store: store, Links: links, Log: log, Wake: wake, hashers: newHashers(), throttle: NewThrottle()}
}

// Attempt is what somebody typed to sign in, and where from.
type Attempt struct {
	Email, Password, Code string
	Network               string // what one client can be taken for
	Known                 string // the sign that Known gave this browser, if any
	Browser               string
}

// SignIn opens a session. It fails with ErrNoMatch, after the same work, whatever does
// not fit, and with ErrTooOften before any work. A person who has not yet set up codes
// comes in without one, and gets no further than setting them up (Person.Ready).
func (g *Gate) SignIn(ctx context.Context, a Attempt) (Person, string, error) {
	now, err := g.Store.Now(ctx)
	if err != nil {
		return Person{}, "", err
	}
	id := PersonID(a.Email)
	held := bounds(id, a.Network, g.knows(a.Known, id))
	back, ok := g.throttle.Take(now, held...)
	if !ok {
		g.Log.Warn("a sign-in was not looked at: too many have failed", "person", id)
		return Person{}, "", ErrTooOften
	}
	p, err := g.Store.GetPerson(ctx, id)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Person{}, "", err
	}
	fits := g.hashers.is(a.Password, p.Password)
	after, right := p.spent(a.Code, now)
	if !fits || !right || !p.active() {
		g.Log.Warn("a sign-in failed", "person", id)
		return Person{}, "", ErrNoMatch
	}
	if p.Secret != "" { // a code that opened once is put away before it opens
		if err := g.Store.PutPerson(ctx, after); err != nil {
			return Person{}, "", noMatch(err)
		}
		after.Rev++
	}
	back()
	g.throttle.forget(held[0].Key) // strangers' failures at the account stay counted
	secret, err := g.begin(ctx, after, Session{Browser: a.Browser}, now)
	return after, secret, err
}

// noMatch: who lost the race for a code has used one that is spent.
func noMatch(err error) error {
	if errors.Is(err, fs.ErrExist) {
		return ErrNoMatch
	}
	return err
}

// Known is the sign that a browser keeps once somebody signed in to an account with it.
func (g *Gate) Known(p Person) string { return g.Links.Sign(toKnow, p.ID) }

// knows gives a key for the browser, or "" for one that was never signed in to the account.
func (g *Gate) knows(sign, person string) string {
	if id, err := g.Links.Open(toKnow, sign); sign != "" && err == nil && id == person {
		return "known"
	}
	return ""
}

// SignOut ends the session at once, on every instance.
func (g *Gate) SignOut(ctx context.Context, s Session) error {
	return over(g.Store.RemoveSession(ctx, s.ID))
}

// Confirm sets up codes for who just read them from their device: code must be the
// present one of secret, and who has codes already gives one of these too. It gives the
// spare codes, which nobody can see again.
func (g *Gate) Confirm(ctx context.Context, p Person, secret, code, present string) (shown []string, err error) {
	now, err := g.Store.Now(ctx)
	if err != nil {
		return nil, err
	}
	back, ok := g.throttle.Take(now, bounds(p.ID, "", "codes")...)
	if !ok {
		return nil, ErrTooOften
	}
	p, ok = p.spent(present, now)
	n, fits := step(secret, code, 0, now)
	if !ok || !fits {
		return nil, ErrNoMatch
	}
	back()
	p.Secret, p.Step = secret, n
	shown, p.Spares = newSpares()
	return shown, g.Store.PutPerson(ctx, p)
}

// ForgetCodes is for who has lost their device: they come in with the password alone,
// once, and set up another. Their sessions end.
func (g *Gate) ForgetCodes(ctx context.Context, p Person) error {
	now, err := g.Store.Now(ctx)
	if err != nil {
		return err
	}
	p.Secret, p.Step, p.Spares, p.Since = "", 0, nil, now
	if err := g.Store.PutPerson(ctx, p); err != nil {
		return err
	}
	return g.endAll(ctx, p.ID, "")
}

// Begin opens a session for somebody whose right to it was seen otherwise, as where
// everything is made up.
func (g *Gate) Begin(ctx context.Context, p Person, browser string) (secret string, err error) {
	if !p.active() {
		return "", ErrNoMatch
	}
	now, err := g.Store.Now(ctx)
	if err != nil {
		return "", err
	}
	return g.begin(ctx, p, Session{Browser: browser}, now)
}

// Administrator gives somebody who may let others in: one who has come in before, if
// there is such, else one who was invited, else fs.ErrNotExist.
func (g *Gate) Administrator(ctx context.Context) (found Person, entered bool, err error) {
	for p, err := range g.Store.People(ctx) {
		switch {
		case err != nil:
			return Person{}, false, err
		case p.Role != Administrator || !p.active():
		case p.entered():
			return p, true, nil
		default:
			found = p
		}
	}
	if found.ID == "" {
		err = fs.ErrNotExist
	}
	return found, false, err
}

// Change replaces what a person is. Where it takes something away, their sessions end,
// so that no page that stands open goes on. There stays one administrator.
func (g *Gate) Change(ctx context.Context, before, after Person) error {
	if before.Role == Administrator && before.active() && (after.Role != Administrator || after.Disabled) {
		if err := g.another(ctx, before.ID); err != nil {
			return err
		}
	}
	now, err := g.Store.Now(ctx)
	if err != nil {
		return err
	}
	less := takesAway(before, after)
	if less {
		after.Since = now
	}
	if err := g.Store.PutPerson(ctx, after); err != nil || !less {
		return err
	}
	return g.endAll(ctx, after.ID, "")
}

// takesAway says whether a person may do or see something else than before.
func takesAway(before, after Person) bool {
	return after.Disabled || after.Role != before.Role || after.AllTeams != before.AllTeams || !slices.Equal(after.Teams, before.Teams) || !slices.Equal(after.Agents, before.Agents)
}

// another makes sure of an administrator beside one, who has come in before.
func (g *Gate) another(ctx context.Context, id string) error {
	for p, err := range g.Store.People(ctx) {
		if err != nil {
			return err
		}
		if p.ID != id && p.active() && p.entered() && p.Role == Administrator {
			return nil
		}
	}
	return ErrLastAdministrator
}

// sweep removes sessions that are over, some at a time.
func (g *Gate) sweep(ctx context.Context, now time.Time) error {
	old, err := g.Store.FindOldSessions(ctx, now, sweptAtOnce)
	for _, s := range old {
		err = errors.Join(err, over(g.Store.RemoveSession(ctx, s.ID)))
	}
	return err
}

const (
	sweptAtOnce = 100
	sweepEvery  = 10 * time.Minute
)
