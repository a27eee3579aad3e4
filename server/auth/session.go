package auth

import (
	"context"
	"errors"
	"io/fs"
	"time"
)

// Session is one browser that signed in.
type Session struct {
	ID      string // hash of the secret in its cookie
	Person  string
	MadeAt  time.Time
	SeenAt  time.Time // to a few minutes
	Until   time.Time // when it is over if nobody comes
	Browser string    // what it says of itself, shortened, for the list
	Vouched bool      // the organisation's own sign-in says who it is
	Rev     int64
}

const (
	// idle is how long a session waits for its person; longest how long it may last.
	idle    = 8 * time.Hour
	longest = 7 * 24 * time.Hour
	// seenEvery is how fine SeenAt is: not every request writes.
	seenEvery = 5 * time.Minute
	// listed is how many sessions of one person are shown, and may be open.
	listed = 20
)

// begin opens a session, always with a new secret: one that a stranger planted is of no
// use to them.
func (g *Gate) begin(ctx context.Context, p Person, s Session, now time.Time) (secret string, err error) {
	secret = random(32)
	s.ID, s.Person, s.Browser = hashed(secret), p.ID, shortened(s.Browser)
	s.MadeAt, s.SeenAt, s.Until = now, now, now.Add(idle)
	if err := g.Store.AddSession(ctx, s); err != nil {
		return "", err
	}
	open, err := g.Store.FindSessions(ctx, p.ID, listed+1)
	if err == nil && len(open) > listed {
		err = over(g.Store.RemoveSession(ctx, open[listed].ID))
	}
	return secret, err
}

// shortened is a text of at most 200 bytes.
func shortened(text string) string {
	if len(text) > 200 {
		text = text[:200]
	}
	return text
}

// over takes it as done that somebody else did it.
func over(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Visitor gives who is behind a session, as they are now; ErrStranger if nobody is.
func (g *Gate) Visitor(ctx context.Context, secret string) (Person, Session, error) {
	if secret == "" {
		return Person{}, Session{}, ErrStranger
	}
	s, err := g.Store.GetSession(ctx, hashed(secret))
	if err != nil {
		return Person{}, Session{}, stranger(err)
	}
	p, err := g.Store.GetPerson(ctx, s.Person)
	if err != nil {
		return Person{}, Session{}, stranger(err)
	}
	now, err := g.Store.Now(ctx)
	switch {
	case err != nil:
		return Person{}, Session{}, err
	case !p.active(), s.MadeAt.Before(p.Since), !now.Before(s.Until), !now.Before(s.MadeAt.Add(longest)):
		return Person{}, Session{}, ErrStranger
	}
	if now.Sub(s.SeenAt) >= seenEvery {
		s.SeenAt, s.Until = now, now.Add(idle)
		if err := g.Store.PutSession(ctx, s); err != nil && !errors.Is(err, fs.ErrExist) && !errors.Is(err, fs.ErrNotExist) {
			return Person{}, Session{}, err
		}
	}
	return p, s, nil
}

func stranger(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return ErrStranger
	}
	return err
}

// Sessions lists where a person is signed in, the newest first.
func (g *Gate) Sessions(ctx context.Context, p Person) ([]Session, error) {
	return g.Store.FindSessions(ctx, p.ID, listed)
}

// End ends one session of a person; fs.ErrNotExist if it is not theirs.
func (g *Gate) End(ctx context.Context, p Person, id string) error {
	s, err := g.Store.GetSession(ctx, id)
	if err == nil && s.Person != p.ID {
		err = fs.ErrNotExist
	}
	if err != nil {
		return err
	}
	return over(g.Store.RemoveSession(ctx, id))
}

// EndOthers ends every session of a person but this one.
func (g *Gate) EndOthers(ctx context.Context, p Person, this Session) error {
	return g.endAll(ctx, p.ID, this.ID)
}

// Ready says whether somebody may go on from having signed in: a password alone is not
// enough, whatever else the person could have come in by.
func (s Session) Ready(p Person) bool { return s.Vouched || p.Secret != "" }

// endAll removes every session of a person but one, and every link that was sent to
// them. Where all must end, Person.Since has ended them already, with the same write
// that was the reason; this only tidies up.
func (g *Gate) endAll(ctx context.Context, person, but string) error {
	for {
		open, err := g.Store.FindSessions(ctx, person, listed)
		if err != nil {
			return err
		}
		ended := 0
		for _, s := range open {
			if s.ID == but {
				continue
			}
			if err := over(g.Store.RemoveSession(ctx, s.ID)); err != nil {
				return err
			}
			ended++
		}
		if ended == 0 {
			return g.endPasses(ctx, person)
		}
	}
}

func (g *Gate) endPasses(ctx context.Context, person string) error {
	for {
		open, err := g.Store.FindPasses(ctx, person, listed)
		if err != nil || len(open) == 0 {
			return err
		}
		for _, p := range open {
			if err := over(g.Store.RemovePass(ctx, p.ID)); err != nil {
				return err
			}
		}
	}
}
