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

// openDoors lets the first administrator in, where none has ever come in: it mails an
// invitation to the address that the operator gave, once, and prints a link that is good
// for an hour, for whoever started the program. What is printed at a start stands in
// collected logs, so no longer one is printed.
func (s *service) openDoors(ctx context.Context, admin, base string, t *terminal) error {
	who, entered, err := s.gate.Administrator(ctx)
	switch {
	case entered:
		return nil
	case errors.Is(err, fs.ErrNotExist) && admin != "":
		who, _, err = s.gate.Invite(ctx, auth.Person{Email: admin, Name: auth.Normal(admin), Role: auth.Administrator, AllTeams: true}, true)
		if errors.Is(err, fs.ErrExist) { // another instance was faster, or they are somebody else here
			who, err = s.store.GetPerson(ctx, auth.PersonID(admin))
		}
	case errors.Is(err, fs.ErrNotExist):
		err = nil
	}
	if err != nil {
		return err
	}
	if who.Role != auth.Administrator {
		who = auth.Person{}
	}
	pass, err := s.gate.OpenDoor(ctx, who)
	if err != nil {
		return err
	}
	fmt.Fprintf(t.err, "no administrator can sign in yet: be the first at an address that opens once, until %s: %s%s\n",
		pass.Until.Format("2006-01-02 15:04 MST"), strings.TrimSuffix(base, "/"), s.gate.Link(pass))
	return nil
}
