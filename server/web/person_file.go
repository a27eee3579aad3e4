package web

import (
	archive "archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/entendu/entendu/surveys"
)

// give hands over all that is held of a person, as one file that holds it twice: to be
// read by people, and by machines (GDPR articles 15 and 20). It says nothing of who
// handled the requests: that is another person's.
func (h personHandlers) give(c Ctx) error {
	person, err := h.person(c)
	if err != nil {
		return err
	}
	held, err := h.Eraser.Hold(c.Request().Context(), person)
	if err != nil {
		return lost(err)
	}
	if held.Nothing() {
		return back(c, personsPath, "")
	}
	if err := h.trace(c, "person.given", person); err != nil {
		return err
	}
	p := h.insidePage(c, "privacy")
	file, err := personFile(personData(held), p.personText(held, h.Settings().Zone()))
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", `attachment; filename="personal-data.zip"`)
	return send(c, 200, "application/zip", file)
}

func personFile(data personJSON, text string) ([]byte, error) {
	var out bytes.Buffer
	z := archive.NewWriter(&out)
	machine, err := json.MarshalIndent(data, "", "  ")
	if err != nil {
		return nil, err
	}
	for _, f := range []struct {
		name string
		what []byte
	}{{"personal-data.txt", []byte(text)}, {"personal-data.json", machine}} {
		w, err := z.Create(f.name)
		if err == nil {
			_, err = w.Write(f.what)
		}
		if err != nil {
			return nil, err
		}
	}
	err = z.Close()
	return out.Bytes(), err
}

// personJSON is what a machine reads.
type personJSON struct {
	Email       string           `json:"email,omitempty"`
	Name        string           `json:"name,omitempty"`
	Language    string           `json:"language,omitempty"`
	Timezone    string           `json:"timezone,omitempty"`
	SeenAt      *time.Time       `json:"seen_at,omitempty"`
	NoMail      *noMailJSON      `json:"no_mail,omitempty"`
	Tickets     []ticketJSON     `json:"tickets"`
	Invitations []invitationJSON `json:"invitations"`
	Answers     []answerJSON     `json:"answers"`
	Notes       []noteJSON       `json:"notes"`
	Messages    []messageJSON    `json:"messages"`
}

type noMailJSON struct {
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
}

type ticketJSON struct {
	Source       string       `json:"source"`
	ID           string       `json:"id"`
	Number       string       `json:"number"`
	Subject      string       `json:"subject,omitempty"`
	Status       string       `json:"status"`
	Team         string       `json:"team,omitempty"`
	Category     string       `json:"category,omitempty"`
	Product      string       `json:"product,omitempty"`
	Channel      string       `json:"channel,omitempty"`
	Language     string       `json:"language,omitempty"`
	Tags         []string     `json:"tags,omitempty"`
	OpenedAt     *time.Time   `json:"opened_at,omitempty"`
	FirstReplyAt *time.Time   `json:"first_reply_at,omitempty"`
	ClosedAt     []*time.Time `json:"closed_at,omitempty"`
}

type invitationJSON struct {
	Ticket     string     `json:"ticket"`
	MadeAt     *time.Time `json:"made_at,omitempty"`
	State      string     `json:"state"`
	Skipped    string     `json:"skipped,omitempty"`
	AcceptedAt *time.Time `json:"accepted_at,omitempty"`
	RemindedAt *time.Time `json:"reminded_at,omitempty"`
}

type answerJSON struct {
	Ticket   string            `json:"ticket"`
	At       time.Time         `json:"at"`
	Language string            `json:"language,omitempty"`
	Values   map[string]string `json:"values"`
}

type noteJSON struct {
	Ticket string `json:"ticket"`
	Note   string `json:"note"`
}

type messageJSON struct {
	At   time.Time `json:"at"`
	Kind string    `json:"kind"`
	Text string    `json:"text,omitempty"`
}

// when is a time, or nil where it is not known.
func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func personData(h surveys.Held) personJSON {
	c := h.Customer
	p := personJSON{
		Email: c.Address, Name: c.Name, Language: c.Language, Timezone: c.Timezone, SeenAt: when(c.SeenAt),
		Tickets: []ticketJSON{}, Invitations: []invitationJSON{}, Answers: []answerJSON{}, Notes: []noteJSON{}, Messages: []messageJSON{},
	}
	if h.Suppression.Person != "" {
		p.NoMail = &noMailJSON{h.Suppression.Reason, h.Suppression.At}
	}
	for _, t := range h.Tickets {
		one := ticketJSON{
			t.Source, t.ID, t.Number, t.Subject, string(t.Status), t.Team, t.Category, t.Product, t.Channel, t.Language, t.Tags,
			when(t.OpenedAt), when(t.FirstReplyAt), nil,
		}
		for _, closing := range t.Closings {
			one.ClosedAt = append(one.ClosedAt, when(closing.At))
		}
		p.Tickets = append(p.Tickets, one)
	}
	for _, i := range h.Invitations {
		p.Invitations = append(p.Invitations, invitationJSON{i.Ticket.ID, when(i.MadeAt), string(i.State), string(i.Code), when(i.AcceptedAt), when(i.Reminder.AcceptedAt)})
	}
	for _, r := range h.Responses {
		for _, a := range r.Answers {
			p.Answers = append(p.Answers, answerJSON{r.Ticket.ID, a.At, a.Language, a.Values})
		}
	}
	for _, f := range h.FollowUps {
		p.Notes = append(p.Notes, noteJSON{f.Ticket.ID, f.Note})
	}
	for _, e := range h.Errands {
		p.Messages = append(p.Messages, messageJSON{e.MadeAt, string(e.Kind), e.Text})
	}
	return p
}

// personText is the same for people, in the language of the page.
func (p page) personText(h surveys.Held, zone *time.Location) string {
	var b strings.Builder
	line := func(text string) { fmt.Fprintln(&b, text) }
	line(p.T("privacy.file.title", "Organisation", p.Organisation))
	if h.Customer.Person != "" {
		line("\n" + p.T("privacy.file.person", "Name", h.Customer.Name, "Email", h.Customer.Address))
	}
	if h.Suppression.Person != "" {
		line(p.T("privacy.stopped." + h.Suppression.Reason))
	}
	for _, t := range h.Tickets {
		line("\n" + p.T("privacy.file.ticket", "Number", t.Number, "When", p.DateTime(t.OpenedAt, zone)))
		if t.Subject != "" {
			line(t.Subject)
		}
	}
	for _, r := range h.Responses {
		for _, a := range r.Answers {
			line("\n" + p.T("privacy.file.answer", "Number", r.Ticket.ID, "When", p.DateTime(a.At, zone)))
			for _, question := range slices.Sorted(maps.Keys(a.Values)) {
				line("  " + question + ": " + a.Values[question])
			}
		}
	}
	for _, f := range h.FollowUps {
		if f.Note != "" {
			line("\n" + p.T("privacy.file.note", "Number", f.Ticket.ID, "Note", f.Note))
		}
	}
	for _, e := range h.Errands {
		line("\n" + p.T("privacy.file.message", "When", p.DateTime(e.MadeAt, zone), "Text", e.Text))
	}
	line("\n" + p.T("privacy.file.more"))
	return b.String()
}
