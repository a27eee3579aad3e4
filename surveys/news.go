package surveys

import (
	"context"
	"errors"
	"io/fs"
	"time"
)

// News is what was decided after what customers had said, in one language.
type News struct {
	Language string
	Will     bool // false: "we will not, because"
	Theme    string
	Decision string
}

// NewsReader gives what is public of an action, in a language or else the one it is
// written in; fs.ErrNotExist once it is not public.
type NewsReader func(ctx context.Context, action, language string) (News, error)

// Herald has customers told of an action who asked for that when they answered.
type Herald struct {
	Store    Store
	Settings func() Settings
	Next     func() // wakes the Courier; nil if nobody waits
}

// newsWaits is how long news waits while a ticket of who is told is open again: after
// that it is none.
const newsWaits = 30 * 24 * time.Hour

// Tell adds the errand for who gave a response and wants to be told, once for an action
// and a person, whatever they answered to. Who was cut off from the response is not
// known any more.
func (h *Herald) Tell(ctx context.Context, action string, r Response) error {
	if !r.wantsNews() {
		return nil
	}
	i, err := h.Store.GetInvitation(ctx, r.Invitation)
	if errors.Is(err, fs.ErrNotExist) || err == nil && i.Person == "" { // brought along, or erased
		return nil
	}
	if err != nil {
		return err
	}
	now, err := h.Store.Now(ctx)
	if err != nil {
		return err
	}
	err = h.Store.AddErrand(ctx, Errand{
		ID: nameOf(string(NewsMail), action, i.Person), Kind: NewsMail, State: ToCarry, Cause: r.Invitation, About: action,
		Ticket: r.Ticket, Customer: r.Customer, Person: i.Person, Language: r.Last().Language, MadeAt: now, DueAt: now,
	})
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err == nil && h.Next != nil {
		h.Next()
	}
	return err
}

func (r Response) wantsNews() bool { return len(r.Answers) > 0 && r.Last().Values["tell"] == "yes" }

// news completes the parcel of a NewsMail: never once they stopped mail or do not want
// to be told, or the action is not public; later while it is night for them or a ticket
// of theirs is open again.
func (c *Courier) news(ctx context.Context, e Errand, p Parcel, now time.Time) (_ Parcel, leaves time.Time, err error) {
	if stopped, err := isSuppressed(ctx, c.Store, e.Person); stopped || err != nil {
		return p, leaves, err
	}
	r, err := c.Store.GetResponse(ctx, e.Cause)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !r.wantsNews() || c.News == nil {
		return p, leaves, nil
	}
	if err != nil {
		return p, leaves, err
	}
	p.News, err = c.News(ctx, e.About, p.Language)
	if errors.Is(err, fs.ErrNotExist) {
		return p, leaves, nil
	}
	if err != nil {
		return p, leaves, err
	}
	p.Language, p.StopToken = p.News.Language, c.Keys.Sign(ToStop, e.Person)
	if p.Ticket.Status.Active() {
		if now.After(e.MadeAt.Add(newsWaits)) {
			return p, leaves, nil
		}
		return p, now.Add(24 * time.Hour), nil
	}
	return p, c.Settings().MayLeave(now, p.Customer.Timezone), nil
}
