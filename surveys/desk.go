package surveys

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// Desk is an adviser's own: the answers to what they handled, one at a time, the newest
// first, without those whose customer did not want it. It counts nothing. It is the only
// one that finds answers by who handled them, and each finds their own only.
type Desk struct {
	Store    Store
	Settings func() Settings
	Next     func() // wakes the Courier; nil if nobody waits
}

// Owner is whose desk it is.
type Owner struct {
	ID     string   // of the person
	Name   string   // as they are called
	Agents []string // "source/agent", as helpdesks name them
}

// OnDesk is one answer on a desk.
type OnDesk struct {
	Response Response
	Reply    *Errand // what the owner replied; nil before
}

// CallbackAsked says whether the customer wants to be called back.
func (o OnDesk) CallbackAsked() bool { return o.Response.Last().Values["callback"] == "yes" }

// deskBatch is how many answers are looked at in one step, and deskSteps how many steps
// one look takes: enough to pass by what is not to be shown.
const deskBatch, deskSteps = 16, 20

// Find gives the newest answer that comes after the one named, or the newest of all where
// none is named; with asking, only those that ask for a call back. fs.ErrNotExist says
// that there is none.
func (d *Desk) Find(ctx context.Context, owner Owner, after string, asking bool) (OnDesk, error) {
	var before Response
	if after != "" {
		last, err := d.Store.GetResponse(ctx, after)
		if err != nil {
			return OnDesk{}, err
		}
		if !owner.handled(last) {
			return OnDesk{}, fs.ErrNotExist
		}
		before = last
	}
	var newest *Response
	for _, agent := range owner.Agents {
		r, err := d.findOf(ctx, agent, before, asking)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return OnDesk{}, fmt.Errorf("looking at a desk: %w", err)
		case newest == nil || r.AnsweredAt().After(newest.AnsweredAt()):
			newest = &r
		}
	}
	if newest == nil {
		return OnDesk{}, fs.ErrNotExist
	}
	return d.replied(ctx, *newest)
}

// findOf finds the newest of one agent.
func (d *Desk) findOf(ctx context.Context, agent string, before Response, asking bool) (Response, error) {
	source, id, _ := strings.Cut(agent, "/")
	for range deskSteps {
		found, err := d.Store.FindResponsesOf(ctx, source, id, before.AnsweredAt(), before.Invitation, deskBatch)
		if err != nil {
			return Response{}, err
		}
		for _, r := range found {
			if r.mayBeShown() && (!asking || r.Last().Values["callback"] == "yes") {
				return r, nil
			}
		}
		if len(found) < deskBatch {
			break
		}
		before = found[len(found)-1]
	}
	return Response{}, fs.ErrNotExist
}

// Open gives one answer by its invitation; fs.ErrNotExist where it is not on this desk.
func (d *Desk) Open(ctx context.Context, owner Owner, invitation string) (OnDesk, error) {
	r, err := d.Store.GetResponse(ctx, invitation)
	if err == nil && !(owner.handled(r) && r.mayBeShown()) {
		err = fs.ErrNotExist
	}
	if err != nil {
		return OnDesk{}, err
	}
	return d.replied(ctx, r)
}

// handled says whether an answer is to what the owner handled.
func (o Owner) handled(r Response) bool {
	return r.Agent != "" && slices.Contains(o.Agents, r.Ticket.Source+"/"+r.Agent)
}

// mayBeShown says whether the customer let the adviser see the answer: in their last
// word, which counts for every one before.
func (r Response) mayBeShown() bool { return r.Last().Values["private"] != "yes" }

func (d *Desk) replied(ctx context.Context, r Response) (OnDesk, error) {
	e, err := d.Store.GetErrand(ctx, replyID(r.Invitation))
	if errors.Is(err, fs.ErrNotExist) {
		return OnDesk{Response: r}, nil
	}
	return OnDesk{Response: r, Reply: &e}, err
}

// replyID is the id of the one reply to an answer: who comes first takes it.
func replyID(invitation string) string { return nameOf("reply", invitation) }

// ErrNotAsked is for a reply to who did not ask for a call back, or was replied to.
var ErrNotAsked = errors.New("no call back is asked for, or there was one")

// Reply takes an adviser's words to who asked for a call back, and returns once they are
// durable. The Courier mails them from the organisation's address; what the customer
// answers goes to the helpdesk. There is one reply to an answer: the same one sent twice
// is one. *Invalid holds what cannot be taken.
func (d *Desk) Reply(ctx context.Context, owner Owner, invitation, text string) (OnDesk, error) {
	on, err := d.Open(ctx, owner, invitation)
	if err != nil {
		return on, err
	}
	text, key := Question{Kind: Text, Required: true, Max: MaxMessage}.check([]string{text})
	t, err := d.Store.GetTicket(ctx, on.Response.Ticket)
	if err != nil {
		return on, err
	}
	who, err := follower(ctx, d.Store, t)
	switch {
	case err != nil:
		return on, err
	case !on.CallbackAsked():
		return on, ErrNotAsked
	case who.ID == "" || who.ID != on.Response.Customer || d.Settings().HelpdeskFor(t.Team) == "":
		key = "nowhere"
	}
	if key != "" {
		return on, &Invalid{Problems: []Problem{{Field: "reply", Key: key}}, Values: map[string]string{"reply": text}}
	}
	now, err := d.Store.Now(ctx)
	if err != nil {
		return on, err
	}
	return on, d.carry(ctx, Errand{
		ID: replyID(invitation), Kind: ReplyMail, State: ToCarry, Cause: owner.ID, Ticket: t.TicketKey, Customer: who.ID, Person: t.Person,
		Language: on.Response.Last().Language, Text: text, MadeAt: now, DueAt: now,
	})
}

func (d *Desk) carry(ctx context.Context, e Errand) error {
	err := d.Store.AddErrand(ctx, e)
	if errors.Is(err, fs.ErrExist) {
		there, err := d.Store.GetErrand(ctx, e.ID)
		if err == nil && there.Text != e.Text {
			err = ErrNotAsked
		}
		return err
	}
	if err == nil && d.Next != nil {
		d.Next()
	}
	return err
}

// mostProposal is how many characters a proposal has at most.
const mostProposal = 2000

// Propose keeps what an adviser proposes; *Invalid holds what cannot be taken.
func (d *Desk) Propose(ctx context.Context, owner Owner, text, once string) error {
	text, key := Question{Kind: Text, Required: true, Max: mostProposal}.check([]string{text})
	if key != "" {
		return &Invalid{Problems: []Problem{{Field: "proposal", Key: key}}, Values: map[string]string{"proposal": text}}
	}
	now, err := d.Store.Now(ctx)
	if err != nil {
		return err
	}
	p := Proposal{ID: proposalID(owner.ID, once), By: owner.ID, Name: owner.Name, Text: text, MadeAt: now}
	if err := d.Store.AddProposal(ctx, p); !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil // the same form, sent twice
}

// proposalID is one for each form that was shown.
func proposalID(by, once string) string {
	if once == "" {
		return newID()
	}
	return nameOf("proposal", by, once)
}

// AnswerProposal keeps what was decided about a proposal, for who made it to read.
// fs.ErrExist says that somebody else answered meanwhile.
func AnswerProposal(ctx context.Context, st Store, id string, rev int64, by, text string) error {
	text, key := Question{Kind: Text, Required: true, Max: mostProposal}.check([]string{text})
	if key != "" {
		return &Invalid{Problems: []Problem{{Field: "answer", Key: key}}, Values: map[string]string{"answer": text}}
	}
	p, err := st.GetProposal(ctx, id)
	if err == nil && p.Rev != rev {
		err = fs.ErrExist
	}
	if err != nil {
		return err
	}
	p.Answer, p.AnsweredBy = text, by
	if p.AnsweredAt, err = st.Now(ctx); err != nil {
		return err
	}
	return st.PutProposal(ctx, p)
}

// WeekOf is the Monday of the week in which something happened: no list tells more of
// when an answer came.
func WeekOf(t time.Time, zone *time.Location) Day {
	day := DayOf(t, zone)
	return day.Add(-(int(day.Start(zone).Weekday()) + 6) % 7)
}
