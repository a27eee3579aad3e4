package web

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"slices"
	"time"

	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/server/mailer"
	"github.com/entendu/entendu/surveys"
)

// Demo is the Part that only the demonstration has: it lets a visitor close one
// ticket, follow it from step to step, and open the mail that was caught.
type Demo struct {
	Store  DemoStore
	Outbox string // folder
	// Close makes a customer's ticket and closes it, through the helpdesk's address.
	Close func(ctx context.Context, language string) (surveys.TicketKey, error)
	// Enter opens a session for the made-up person of a role; fs.ErrNotExist if there is none.
	Enter func(ctx context.Context, role auth.Role) (p auth.Person, secret string, err error)
}

// DemoStore is where the steps of a ticket are read.
type DemoStore interface {
	GetTicket(ctx context.Context, key surveys.TicketKey) (surveys.Ticket, error)
	GetInvitation(ctx context.Context, id string) (surveys.Invitation, error)
	GetResponse(ctx context.Context, invitation string) (surveys.Response, error)
}

// mailWait is how long closing a ticket waits for its mail, so that the visitor
// finds it at once; the way goes on without.
const mailWait = 4 * time.Second

func (d *Demo) routes(s *Server) []route {
	h := demoHandlers{Demo: d, Server: s}
	return []route{
		{http.MethodGet, "/demo", h.showDemo, asPage, auth.Everyone},
		{http.MethodPost, "/demo/close", h.closeTicket, asPage, auth.Everyone},
		{http.MethodPost, "/demo/enter", h.enter, asPage, auth.Everyone},
		{http.MethodGet, "/demo/gallery", h.showGallery, asPage, auth.Everyone},
		{http.MethodGet, "/demo/mailbox", h.showMailbox, asPage, auth.Everyone},
		{http.MethodGet, "/demo/mailbox/:id", h.showMail, asPage, auth.Everyone},
	}
}

type demoHandlers struct {
	*Demo
	*Server
}

// demoPage is the walk through one ticket; Ticket is nil before one was closed.
type demoPage struct {
	page
	Ticket     *surveys.Ticket
	Invitation *surveys.Invitation
	Response   *surveys.Response
	Mail       string // path of the caught mail
	Follow     string // path of the ticket's own page
	Zone       *time.Location
	Offered    []choice
}

// When writes a moment of the walk.
func (p *demoPage) When(t time.Time) string { return p.DateTime(t, p.Zone) }

// Closed is when the ticket was closed.
func (p *demoPage) Closed() time.Time { return p.Ticket.Closings[len(p.Ticket.Closings)-1].At }

func (h demoHandlers) showDemo(c Ctx) error {
	p := &demoPage{page: h.publicPage(c), Zone: h.Settings().Zone()}
	p.Title = p.T("demo.title")
	for _, tag := range h.Settings().Organisation.Languages {
		p.Offered = append(p.Offered, choice{Tag: tag, Name: h.Words.For(tag).Name(), Chosen: tag == p.Tag()})
	}
	if id := c.QueryParam("ticket"); id != "" {
		if err := h.follow(c.Request().Context(), p, id); err != nil {
			return err
		}
	}
	return h.show(c, "demo", p)
}

// follow reads how far a ticket has come.
func (h demoHandlers) follow(ctx context.Context, p *demoPage, id string) error {
	t, err := h.Demo.Store.GetTicket(ctx, surveys.TicketKey{Source: "desk", ID: id})
	if err != nil {
		return err
	}
	if len(t.Closings) == 0 {
		return fs.ErrNotExist
	}
	p.Ticket = &t
	p.Follow = "/t/" + h.Answers.Keys.ToTicket(t.TicketKey, t.Customer)
	i, err := h.Demo.Store.GetInvitation(ctx, surveys.InvitationID(surveys.AfterHandling, t.TicketKey, len(t.Closings)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	p.Invitation = &i
	p.Mail = h.mailOf("inv." + h.Answers.Keys.Sign(surveys.ToName, i.ID))
	r, err := h.Demo.Store.GetResponse(ctx, i.ID)
	if err == nil {
		p.Response = &r
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// mailOf finds the caught mail that bears an invitation's name; "" if there is none.
func (h demoHandlers) mailOf(name string) string {
	caught, err := mailer.ReadOutbox(h.Outbox)
	i := slices.IndexFunc(caught, func(m mailer.Caught) bool { return m.Headers.Get("X-Entendu-Invitation") == name })
	if err != nil || i < 0 {
		return ""
	}
	return "/demo/mailbox/" + caught[i].MessageID
}

func (h demoHandlers) closeTicket(c Ctx) error {
	ctx := c.Request().Context()
	language := h.Settings().LanguageFor(c.FormValue("language"))
	key, err := h.Close(ctx, language)
	if err != nil {
		return err
	}
	h.awaitMail(ctx, key)
	return c.Redirect(http.StatusSeeOther, "/demo?ticket="+key.ID+"&lang="+h.choose(c, h.publicLanguages()))
}

// enter lets a visitor in as one of the made-up people.
func (h demoHandlers) enter(c Ctx) error {
	p, secret, err := h.Enter(c.Request().Context(), auth.Role(c.FormValue("as")))
	if err != nil {
		return lost(err)
	}
	c.SetCookie(h.made(h.cookieName(), secret, 0))
	to := h.home(p)
	if c.FormValue("next") == "gallery" {
		to = "/demo/gallery"
	}
	return c.Redirect(http.StatusSeeOther, to+"?lang="+h.choose(c, h.publicLanguages()))
}

// awaitMail gives the workers a moment to bring the ticket to its mail.
func (h demoHandlers) awaitMail(ctx context.Context, key surveys.TicketKey) {
	ctx, cancel := context.WithTimeout(ctx, mailWait)
	defer cancel()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for {
		i, err := h.Demo.Store.GetInvitation(ctx, surveys.InvitationID(surveys.AfterHandling, key, 1))
		if err == nil && (i.State == surveys.Sent || i.State == surveys.Skipped) {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
	}
}

// mailboxPage lists the newest caught mails.
type mailboxPage struct {
	page
	Mails []mailer.Caught
	Zone  *time.Location
}

// When writes the date of a mail.
func (p *mailboxPage) When(t time.Time) string { return p.DateTime(t, p.Zone) }

// mailboxSize is how many mails the mailbox shows.
const mailboxSize = 30

func (h demoHandlers) showMailbox(c Ctx) error {
	caught, err := mailer.ReadOutbox(h.Outbox)
	if err != nil {
		return err
	}
	p := &mailboxPage{page: h.publicPage(c), Mails: caught[:min(len(caught), mailboxSize)], Zone: h.Settings().Zone()}
	p.Title = p.T("demo.mailbox.title")
	return h.show(c, "mailbox", p)
}

// mailPolicy lets a mail look as its inline styles say; it runs nothing and loads
// nothing.
const mailPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// showMail shows one mail as its reader would have it: the HTML part alone, or the
// text part with ?as=text.
func (h demoHandlers) showMail(c Ctx) error {
	caught, err := mailer.ReadOutbox(h.Outbox)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(caught, func(m mailer.Caught) bool { return m.MessageID == c.Param("id") })
	if i < 0 {
		return fs.ErrNotExist
	}
	if c.QueryParam("as") == "text" {
		return c.String(http.StatusOK, caught[i].Text)
	}
	c.Response().Header().Set("Content-Security-Policy", mailPolicy)
	return c.HTML(http.StatusOK, caught[i].HTML)
}
