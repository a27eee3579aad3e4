package auth

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Provider is the organisation's own sign-in (OpenID Connect Core 1.0, authorization
// code with PKCE, RFC 7636). Whoever it vouches for must be a person here already, by
// the address that it says is theirs and verified; from then on by what it calls them
// (issuer and subject), whatever becomes of the address.
type Provider struct {
	Issuer, Client, Secret string
	Back                   string // where it sends browsers back to
	HTTP                   *http.Client

	mu    sync.Mutex
	found *oidc.Provider // nil until the issuer was reached
}

// Start is what a browser keeps while its person is away at the provider.
type Start struct {
	State, Nonce, Verifier string
	Next                   string
	Until                  time.Time
}

// awayFor is for how long a person may be away.
const awayFor = 10 * time.Minute

// reached finds out where the provider's addresses are, once it answers.
func (v *Provider) reached(ctx context.Context) (*oidc.Provider, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.found != nil {
		return v.found, nil
	}
	// The provider keeps the context for fetching keys later: it must not end.
	ctx = oidc.ClientContext(context.WithoutCancel(ctx), v.HTTP)
	found, err := oidc.NewProvider(ctx, v.Issuer)
	if err != nil {
		return nil, fmt.Errorf("reaching the organisation's sign-in: %w", err)
	}
	v.found = found
	return found, nil
}

func (v *Provider) config(found *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{
		ClientID: v.Client, ClientSecret: v.Secret, Endpoint: found.Endpoint(), RedirectURL: v.Back,
		Scopes: []string{oidc.ScopeOpenID, "email", "profile"},
	}
}

// Begin gives the address to send a browser to, and what it keeps until it is back.
func (v *Provider) Begin(ctx context.Context, next string, now time.Time) (address string, s Start, err error) {
	found, err := v.reached(ctx)
	if err != nil {
		return "", Start{}, err
	}
	s = Start{State: random(16), Nonce: random(16), Verifier: oauth2.GenerateVerifier(), Next: next, Until: now.Add(awayFor)}
	return v.config(found).AuthCodeURL(s.State, oidc.Nonce(s.Nonce), oauth2.S256ChallengeOption(s.Verifier)), s, nil
}

// claims are what is read of an identity.
type claims struct {
	Email    string `json:"email"`
	Verified any    `json:"email_verified"` // some write "true"
}

func (c claims) verified() bool {
	return c.Verified == true || fmt.Sprint(c.Verified) == "true"
}

// identity asks the provider whom a code stands for.
func (v *Provider) identity(ctx context.Context, s Start, code string) (*oidc.IDToken, claims, error) {
	found, err := v.reached(ctx)
	if err != nil {
		return nil, claims{}, err
	}
	ctx = oidc.ClientContext(ctx, v.HTTP)
	token, err := v.config(found).Exchange(ctx, code, oauth2.VerifierOption(s.Verifier))
	if err != nil {
		return nil, claims{}, refusal(err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := found.Verifier(&oidc.Config{ClientID: v.Client}).Verify(ctx, raw)
	if err != nil || id.Nonce != s.Nonce {
		return nil, claims{}, refusal(err)
	}
	var c claims
	if err := id.Claims(&c); err != nil {
		return nil, claims{}, refusal(err)
	}
	return id, c, nil
}

// Arrive opens a session for who comes back from the provider. state is what came back;
// it must be the one that this browser was sent away with.
func (g *Gate) Arrive(ctx context.Context, v *Provider, s Start, state, code, browser string) (Person, string, error) {
	now, err := g.Store.Now(ctx)
	if err != nil {
		return Person{}, "", err
	}
	if s.State == "" || state != s.State || !now.Before(s.Until) {
		return Person{}, "", ErrNoMatch
	}
	id, c, err := v.identity(ctx, s, code)
	if err != nil {
		g.Log.Warn("the organisation's sign-in vouched for nobody", "error", shortened(err.Error()))
		return Person{}, "", err
	}
	p, err := g.vouched(ctx, id.Issuer+" "+id.Subject, c)
	if err != nil {
		return Person{}, "", err
	}
	secret, err := g.begin(ctx, p, Session{Browser: browser, Vouched: true}, now)
	return p, secret, err
}

// vouched finds the person whom an identity stands for. The first time it is found by a
// verified address, and bound to the identity from then on.
func (g *Gate) vouched(ctx context.Context, subject string, c claims) (Person, error) {
	for p, err := range g.Store.People(ctx) {
		if err != nil {
			return Person{}, err
		}
		if p.Subject == subject {
			return active(p)
		}
	}
	if !c.verified() || c.Email == "" {
		return Person{}, ErrNoMatch
	}
	p, err := g.Store.GetPerson(ctx, PersonID(c.Email))
	if errors.Is(err, fs.ErrNotExist) {
		return Person{}, ErrNoMatch
	}
	if err != nil {
		return Person{}, err
	}
	if p.Subject != "" { // somebody else at the provider: an address that was given away
		return Person{}, ErrNoMatch
	}
	if p, err = active(p); err != nil {
		return p, err
	}
	p.Subject = subject
	if err := g.Store.PutPerson(ctx, p); err != nil {
		return p, err
	}
	p.Rev++
	return p, nil
}

func active(p Person) (Person, error) {
	if !p.active() {
		return Person{}, ErrNoMatch
	}
	return p, nil
}

// refusal is ErrNoMatch with what the provider said; of its answer to a code only the
// name of the error, since the rest may quote what it was sent (RFC 6749, 5.2).
func refusal(err error) error {
	var answered *oauth2.RetrieveError
	if errors.As(err, &answered) {
		return fmt.Errorf("%w: the provider answered %d %q", ErrNoMatch, answered.Response.StatusCode, answered.ErrorCode)
	}
	return fmt.Errorf("%w: %v", ErrNoMatch, err)
}
