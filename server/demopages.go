package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/server/web"
	"github.com/entendu/entendu/surveys"
)

// withDemoPages adds the pages on which a visitor plays the helpdesk. base is the
// address under which the demo reaches itself.
func withDemoPages(o *options, clock *demoClock, base string) func(*service, *web.Config) {
	return func(s *service, c *web.Config) {
		c.Banner = "demo.banner"
		s.public.Next, s.public.Preview = s.publisher.Next, "/demo/next"
		c.Parts = append(c.Parts, &web.Demo{
			Store: s.store, Outbox: o.inData("outbox"),
			Close: func(ctx context.Context, language string) (surveys.TicketKey, error) {
				return s.closeTicket(ctx, clock.Now(), base, language)
			},
			Enter: s.enterDemo,
		})
	}
}

// enterDemo lets a visitor in as a made-up person, who is made when first needed. They
// have codes that nobody is asked for: setting up a device is not what a visitor came for.
func (s *service) enterDemo(ctx context.Context, role auth.Role) (auth.Person, string, error) {
	p := auth.Person{Email: string(role) + "@example.org", Name: s.words.For(s.live.Settings().Organisation.Languages[0]).T("demo.person." + string(role)), Role: role, Secret: rand.Text()}
	switch role {
	case auth.Administrator:
	case auth.Manager:
		p.AllTeams = true
	case auth.Adviser:
		p.Agents = []string{demoSource + "/u-1"}
	default:
		return p, "", fs.ErrNotExist
	}
	made, _, err := s.gate.Invite(ctx, p, false)
	if errors.Is(err, fs.ErrExist) {
		made, err = s.store.GetPerson(ctx, made.ID)
	}
	if err != nil {
		return p, "", err
	}
	secret, err := s.gate.Begin(ctx, made, "")
	return made, secret, err
}

// closeTicket tells the program, as a helpdesk would, of a request opened two days
// ago and settled now, by a customer who was never asked before.
func (s *service) closeTicket(ctx context.Context, at time.Time, base, language string) (surveys.TicketKey, error) {
	replied, opened := at.Add(-40*time.Hour), at.Add(-49*time.Hour)
	number, err := rand.Int(rand.Reader, big.NewInt(900_000))
	if err != nil {
		return surveys.TicketKey{}, err
	}
	unique := strconv.FormatInt(100_000+number.Int64(), 10)
	e := demoEvent{
		ID: unique, Status: "closed", Team: "billing", Category: "invoice", Product: "shop", Channel: "email", Agent: "u-1",
		Subject:  strings.Split(s.words.For(s.words.ForEverybody([]string{language})[0]).T("demo.subjects.invoice"), "|")[0],
		OpenedAt: opened, FirstReplyAt: &replied, ClosedAt: &at, UpdatedAt: at, Contacts: 1,
		Customer: demoCustomer{Email: "lina." + unique + "@example.net", Name: "Lina Roche", Language: language},
	}
	body, err := json.Marshal(e)
	if err != nil {
		return surveys.TicketKey{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/hooks/"+demoSource, bytes.NewReader(body))
	if err != nil {
		return surveys.TicketKey{}, err
	}
	source, _ := s.live.Settings().Source(demoSource)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+source.Secret)
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return surveys.TicketKey{}, err
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		return surveys.TicketKey{}, fmt.Errorf("the helpdesk's event was answered %s", answer.Status)
	}
	return surveys.TicketKey{Source: demoSource, ID: e.ID}, nil
}
