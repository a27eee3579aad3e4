package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/server/mailer"
	"github.com/entendu/entendu/surveys"
)

// links signs what package auth gives out.
type links struct{ surveys.Keys }

func (l links) Sign(purpose, id string) string { return l.Keys.Sign(surveys.Purpose(purpose), id) }

func (l links) Open(purpose, token string) (string, error) {
	return l.Keys.Open(surveys.Purpose(purpose), token)
}

// newGate makes what lets people in, and the worker that mails them their links and
// forgets sessions that are over.
func (s *service) newGate() {
	wake := newWake()
	s.gate = auth.NewGate(s.store, links{s.store.keys}, s.log, wake.up)
	porter := &auth.Porter{Gate: s.gate, Carry: s.carryEnter, Log: s.log}
	s.porter = func(ctx context.Context) error {
		return surveys.Work(ctx, s.log, "porter", time.Second, wake, porter.Pass)
	}
}

// carryEnter hands a link to sign in to a mail server.
func (s *service) carryEnter(ctx context.Context, m auth.Mail) (accepted bool, err error) {
	organisation := s.live.Settings().Organisation
	outcome, reply := s.mailer.CarryEnter(ctx, mailer.Enter{
		To: m.Person.Email, Name: m.Person.Name, Kind: string(m.Kind), Organisation: organisation, Path: m.Path, Until: m.Until,
		Language: cmp.Or(m.Person.Language, s.words.ForEverybody(organisation.Languages)[0]), ID: m.Name, Date: m.Date,
	})
	if outcome != surveys.Accepted {
		return false, errors.New(reply)
	}
	return true, nil
}

// openDoors lets the first administrator in, where nobody can sign in yet: by an
// invitation to the address that the operator gave, or else by a link that makes them.
// Either is printed, for whoever started the program.
func (s *service) openDoors(ctx context.Context, admin, base string, t *terminal) error {
	exists, err := s.gate.Exists(ctx)
	if exists || err != nil {
		return err
	}
	var pass auth.Pass
	if admin != "" {
		pass, err = s.inviteFirst(ctx, admin)
	} else {
		pass, _, err = s.gate.OpenFirst(ctx)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(t.err, "nobody can sign in yet: make the first administrator at an address that opens once, until %s: %s%s\n",
		pass.Until.Format("2006-01-02 15:04 MST"), strings.TrimSuffix(base, "/"), s.gate.Link(pass))
	return nil
}

// inviteFirst makes the administrator that the operator named; of two instances that
// start at once, one makes them and both invite.
func (s *service) inviteFirst(ctx context.Context, address string) (auth.Pass, error) {
	p := auth.Person{Email: address, Name: auth.Normal(address), Role: auth.Administrator, AllTeams: true}
	p, pass, err := s.gate.Invite(ctx, p, true)
	if errors.Is(err, fs.ErrExist) {
		return s.gate.InviteAgain(ctx, p, true)
	}
	return pass, err
}
