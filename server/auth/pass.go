package auth

import (
	"context"
	"errors"
	"io/fs"
	"time"
)

// Pass is what stands behind a link that is good once: to choose a password. The row is
// no secret; its link needs the operator's secret.
type Pass struct {
	ID     string
	Kind   PassKind
	Person string // "" for the first administrator, who tells who they are
	MadeAt time.Time
	Until  time.Time // when it opens nothing any more
	DueAt  time.Time // when to look at it next: to mail it, or to remove it
	Mail   bool      // it is to be mailed, and no server has accepted it yet
	Tries  int
	Rev    int64
}

// PassKind is what a pass is for.
type PassKind string

// The kinds.
const (
	First      PassKind = "first"      // to make the first administrator, where nobody exists
	Invitation PassKind = "invitation" // for who was made a person by somebody else
	Renewal    PassKind = "renewal"    // for who cannot sign in
)

// lasts is for how long a pass is good. A renewal is asked for at the time it is used;
// what is printed at a start stands in collected logs.
func (k PassKind) lasts() time.Duration {
	if k == Invitation {
		return 7 * 24 * time.Hour
	}
	return time.Hour
}

// oneRenewal is how long a renewal that was mailed answers further asks: whoever asks in
// another's name fills no mailbox, and takes nothing away.
const oneRenewal = 10 * time.Minute

// open makes a pass. A person's earlier ones of that kind stay good.
func (g *Gate) open(ctx context.Context, kind PassKind, person string, mail bool) (Pass, error) {
	now, err := g.Store.Now(ctx)
	if err != nil {
		return Pass{}, err
	}
	p := Pass{ID: random(16), Kind: kind, Person: person, MadeAt: now, Until: now.Add(kind.lasts()), Mail: mail}
	if p.DueAt = p.Until; mail {
		p.DueAt = now
	}
	if err := g.Store.AddPass(ctx, p); err != nil {
		return Pass{}, err
	}
	if p.Rev = 1; mail {
		g.Wake()
	}
	return p, nil
}

// Link is the path that a pass opens.
func (g *Gate) Link(p Pass) string { return "/login/" + g.Links.Sign(toEnter, p.ID) }

// OpenDoor makes a pass that is good for an hour: for an administrator who was invited
// and has not come in, or, of nobody, for the first there will be. The latter opens
// nothing once there is one.
func (g *Gate) OpenDoor(ctx context.Context, p Person) (Pass, error) {
	if p.ID == "" {
		return g.open(ctx, First, "", false)
	}
	return g.open(ctx, Renewal, p.ID, false)
}

// Invite makes a person and the pass by which they choose a password, which is mailed to
// them if mail says so. Somebody who exists is fs.ErrExist.
func (g *Gate) Invite(ctx context.Context, p Person, mail bool) (Person, Pass, error) {
	now, err := g.Store.Now(ctx)
	if err != nil {
		return p, Pass{}, err
	}
	p.Email = Normal(p.Email)
	p.ID, p.AddedAt = PersonID(p.Email), now
	if err := g.Store.AddPerson(ctx, p); err != nil {
		return p, Pass{}, err
	}
	p.Rev = 1
	pass, err := g.open(ctx, Invitation, p.ID, mail)
	return p, pass, err
}

// InviteAgain makes another invitation for somebody.
func (g *Gate) InviteAgain(ctx context.Context, p Person, mail bool) (Pass, error) {
	return g.open(ctx, Invitation, p.ID, mail)
}

// Renew mails a link to who cannot sign in, if there is such a person. It does the same
// for any address, known or not: whether somebody is behind it is found out later, by
// the Porter. It fails with ErrTooOften for who asks for many.
func (g *Gate) Renew(ctx context.Context, email, network string) error {
	now, err := g.Store.Now(ctx)
	if err != nil {
		return err
	}
	if _, ok := g.throttle.Take(now, Bound{"renewals of " + network, fromNetwork, 10 * time.Second}); !ok {
		return ErrTooOften
	}
	id := PersonID(email)
	open, err := g.Store.FindPasses(ctx, id, listed)
	if err != nil {
		return err
	}
	for _, pass := range open {
		if pass.Kind == Renewal && now.Before(pass.MadeAt.Add(oneRenewal)) {
			return nil
		}
	}
	_, err = g.open(ctx, Renewal, id, true)
	return err
}

// Holder gives a pass that is still good, and whose it is; ErrSpent if it is not.
// Looking spends nothing: mail scanners open every link.
func (g *Gate) Holder(ctx context.Context, token string) (Pass, Person, error) {
	id, err := g.Links.Open(toEnter, token)
	if err != nil {
		return Pass{}, Person{}, err
	}
	pass, err := g.Store.GetPass(ctx, id)
	if err != nil {
		return Pass{}, Person{}, spent(err)
	}
	now, err := g.Store.Now(ctx)
	switch {
	case err != nil:
		return pass, Person{}, err
	case !now.Before(pass.Until):
		return pass, Person{}, ErrSpent
	case pass.Kind == First:
		_, _, err := g.Administrator(ctx)
		if err == nil {
			return pass, Person{}, ErrSpent
		}
		return pass, Person{}, over(err)
	}
	p, err := g.Store.GetPerson(ctx, pass.Person)
	if err == nil && (!p.active() || pass.MadeAt.Before(p.Since)) {
		err = ErrSpent
	}
	return pass, p, spent(err)
}

func spent(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return ErrSpent
	}
	return err
}

// Chosen is what somebody behind a pass typed.
type Chosen struct {
	Password, Code string
	Person         Person // for a First pass: address, name and language of who they are
	Browser        string
}

// Enter spends a pass: the person has chosen a password, and is signed in. Every session
// that was open ends, and every other link: whoever had to choose anew may have lost
// one. Codes stay as they are, and are asked for. Of two at once, one is told ErrSpent.
func (g *Gate) Enter(ctx context.Context, token string, c Chosen) (Person, string, error) {
	pass, p, err := g.Holder(ctx, token)
	if err != nil {
		return p, "", err
	}
	now, err := g.Store.Now(ctx)
	if err != nil {
		return p, "", err
	}
	if _, ok := g.throttle.Take(now, bounds("pass "+pass.ID, "", "pass")...); !ok {
		return p, "", ErrTooOften
	}
	p, ok := p.spent(c.Code, now)
	if !ok {
		return p, "", ErrNoMatch
	}
	if p, err = g.choose(ctx, pass, p, c, now); err != nil {
		return p, "", err
	}
	if err := g.endAll(ctx, p.ID, ""); err != nil {
		return p, "", err
	}
	secret, err := g.begin(ctx, p, Session{Browser: c.Browser}, now)
	return p, secret, err
}

// choose stores the password. The first administrator has no record that could be
// compared, so there the pass is what only one can take.
func (g *Gate) choose(ctx context.Context, pass Pass, p Person, c Chosen, now time.Time) (Person, error) {
	hash := g.hashers.hash(c.Password)
	if pass.Kind != First {
		p.Password, p.Since = hash, now
		err := g.Store.PutPerson(ctx, p)
		if errors.Is(err, fs.ErrExist) {
			err = ErrSpent
		}
		p.Rev++
		return p, err
	}
	if err := g.Store.RemovePass(ctx, pass.ID); err != nil {
		return p, spent(err)
	}
	p = Person{
		ID: PersonID(c.Person.Email), Email: Normal(c.Person.Email), Name: c.Person.Name, Language: c.Person.Language,
		Role: Administrator, AddedAt: now, Password: hash, Rev: 1,
	}
	return p, g.Store.AddPerson(ctx, p)
}
