// Package auth is people who sign in: who they are, what they may do, their sessions,
// and the trace of what they saw and took. It knows no page and no mail: package web
// asks a Gate, and main gives the Gate a store, a way to sign links and a post.
//
// # What a person may do
//
// A Role gives Rights (may.go is the whole table). A manager may be of some teams
// only; then every page and file is cut to those, by Person.Sees.
//
// # How a person comes in
//
// By password and a code of six digits (RFC 6238), or by the organisation's own
// sign-in (OpenID Connect). Nobody has a password before they chose one themselves
// behind a Pass: a link that is good once, for a while. There is no default password
// and no page on which a stranger could make the first account.
//
// # What is kept
//
// Passwords as argon2id, sessions as the hash of their secret, passes as ids whose links
// need the operator's secret: the store alone opens nothing. A session and its person
// are read at every request, so what is ended or taken away is so at once, on every
// instance. Counts of failures are held in memory (throttle.go).
package auth

import (
	"context"
	"errors"
	"iter"
	"time"
)

// What a Gate refuses. The words for it tell a stranger nothing about who exists.
var (
	// ErrNoMatch is for an address, password and code that do not belong together,
	// whichever of them is wrong or unknown.
	ErrNoMatch = errors.New("address, password and code do not fit together")
	// ErrTooOften is for attempts that were not looked at any more.
	ErrTooOften = errors.New("too many attempts to sign in")
	// ErrSpent is for a link that was used, replaced or is over.
	ErrSpent = errors.New("the link is over")
	// ErrStranger is for a session that is none, or is over.
	ErrStranger = errors.New("nobody is signed in")
	// ErrLastAdministrator is for what would leave nobody who could let people in.
	ErrLastAdministrator = errors.New("there must be one administrator")
)

// Store is what signing in needs kept; its promises are those of package server/store.
// A record with a Rev is written by Add with Rev 1, whatever it says, and by Put only if
// the stored Rev is the one given; Put stores Rev+1.
type Store interface {
	// Now is the store's time, by which sessions and passes end.
	Now(ctx context.Context) (time.Time, error)

	AddPerson(ctx context.Context, p Person) error
	GetPerson(ctx context.Context, id string) (Person, error)
	PutPerson(ctx context.Context, p Person) error
	// People walks all, by AddedAt and id.
	People(ctx context.Context) iter.Seq2[Person, error]

	AddSession(ctx context.Context, s Session) error
	GetSession(ctx context.Context, id string) (Session, error)
	PutSession(ctx context.Context, s Session) error
	// RemoveSession ends one; fs.ErrNotExist if it was over.
	RemoveSession(ctx context.Context, id string) error
	// FindSessions gives those of a person, the newest first.
	FindSessions(ctx context.Context, person string, limit int) ([]Session, error)
	// FindOldSessions gives those with Until <= now, the oldest first.
	FindOldSessions(ctx context.Context, now time.Time, limit int) ([]Session, error)

	AddPass(ctx context.Context, p Pass) error
	GetPass(ctx context.Context, id string) (Pass, error)
	PutPass(ctx context.Context, p Pass) error
	// RemovePass spends one: of two at once, the second is told fs.ErrNotExist.
	RemovePass(ctx context.Context, id string) error
	// FindPasses gives those of a person, the newest first.
	FindPasses(ctx context.Context, person string, limit int) ([]Pass, error)
	// FindDuePasses gives those with DueAt <= now, the longest due first.
	FindDuePasses(ctx context.Context, now time.Time, limit int) ([]Pass, error)

	// AddTrace keeps a trace for good; fs.ErrExist if its id is taken.
	AddTrace(ctx context.Context, t Trace) error
	// FindTraces gives those before a place, the newest first, by At and id; before the
	// zero Trace stands the newest.
	FindTraces(ctx context.Context, before Trace, limit int) ([]Trace, error)
}
