package web

import (
	"crypto/rand"
	"math"
	"strings"
	"time"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
)

// ticketPage is one request as its customer follows it.
type ticketPage struct {
	page
	Heading  string
	Subject  string
	Known    bool // the request was read; it was not where the store failed
	Now      string
	Steps    []ticketStep
	Promise  []string
	Expect   []string // nil once there was a reply, or nothing is expected
	Form     bool     // a message can be sent
	Closed   bool
	Message  string
	Once     string // tells a message sent twice from two messages
	Most     int    // characters of a message
	Problems []fieldProblem
	Sent     bool
	Who      []string
}

// ticketStep is one thing that happened.
type ticketStep struct{ What, When string }

// Problem is what is wrong with a field, "" for nothing.
func (p *ticketPage) Problem(field string) string { return problemOf(p.Problems, field) }

// ticket makes the page of a ticket; of the zero Followed it is the form alone.
func (h ticketHandlers) ticket(c Ctx, f surveys.Followed) *ticketPage {
	p := &ticketPage{
		page: h.page(c, f.Ticket.Language, f.Customer.Language), Known: f.Ticket.ID != "", Subject: f.Ticket.Subject,
		Form: f.Helpdesk != "", Closed: f.Ticket.Status.Handled(), Once: rand.Text(), Most: surveys.MaxMessage,
	}
	p.Heading = p.T("ticket.untitled")
	if f.Ticket.Number != "" {
		p.Heading = p.T("ticket.title", "Number", f.Ticket.Number)
	}
	p.Title = p.Heading
	if !p.Known {
		return p
	}
	settings := h.Settings()
	course := f.Ticket.CourseAt(f.Now)
	p.Now = p.stands(f.Ticket.Status)
	p.Steps = p.steps(course, settings.Zone())
	p.Promise = p.promise(f.Ticket, course, settings.Zone())
	if f.Ticket.Status.Active() && f.Ticket.FirstReplyAt.IsZero() {
		p.Expect = p.expect(h.expected(c, f.Ticket.Category), f)
	}
	p.Who = p.whoReadsTicket(settings, p.Form)
	return p
}

// stands says where the request stands, in a sentence.
func (p page) stands(s surveys.Status) string {
	switch {
	case s.Active():
		return p.T("ticket.now.open")
	case s.Handled():
		return p.T("ticket.now.closed")
	case s == surveys.Withdrawn:
		return p.T("ticket.now.withdrawn")
	}
	return p.T("ticket.now.unknown")
}

func (p page) steps(course surveys.Course, zone *time.Location) (all []ticketStep) {
	for _, step := range course.Steps {
		all = append(all, ticketStep{p.T("ticket.step." + string(step.Kind)), p.DateTime(step.At, zone)})
	}
	return all
}

// promise says what was promised when the request was opened, and what became of it.
func (p page) promise(t surveys.Ticket, course surveys.Course, zone *time.Location) []string {
	state := string(course.Promise)
	switch {
	case course.Promise == surveys.NoPromise:
		return []string{p.T("ticket.promise.none")}
	case course.Promise == surveys.PromiseMissed && !course.Replied:
		state = "late"
	}
	made := p.T("ticket.promise.made", "Span", p.Duration(t.Promise), "Date", p.DateTime(course.Due, zone))
	return []string{made, p.T("ticket.promise." + state)}
}

// expected asks for what is to be expected; nil where nothing can be said.
func (h ticketHandlers) expected(c Ctx, category string) *Expectation {
	if h.Expected == nil {
		return nil
	}
	if e, ok := h.Expected(c.Request().Context(), category); ok && e.P50 != nil && e.P90 != nil {
		return &e
	}
	return nil
}

// expect says how long requests like this one wait, from how many that is known, how
// long this one has waited, and how good such estimates were. No time is cut short.
func (p page) expect(e *Expectation, f surveys.Followed) (said []string) {
	if e == nil {
		said = []string{p.T("ticket.expect.unknown")}
	} else {
		said = []string{p.waits(e), p.countedFrom(e)}
	}
	if opened := f.Ticket.OpenedAt; !opened.IsZero() {
		said = append(said, p.T("ticket.expect.waited", "Age", p.Duration(f.Now.Sub(opened))))
	}
	if e != nil {
		said = append(said, p.held(e.Held))
	}
	return said
}

func (p page) waits(e *Expectation) string {
	half, halfReached := waitOf(e.P50)
	nine, nineReached := waitOf(e.P90)
	switch {
	case nineReached:
		return p.T("ticket.expect.both", "Half", p.Duration(half), "Nine", p.Duration(nine))
	case halfReached:
		return p.T("ticket.expect.half", "Half", p.Duration(half))
	}
	return p.T("ticket.expect.neither")
}

// waitOf is the time of a point that was reached.
func waitOf(point *reports.Point) (wait time.Duration, reached bool) {
	if !point.Reached || point.Seconds == nil {
		return 0, false
	}
	return time.Duration(*point.Seconds) * time.Second, true
}

func (p page) countedFrom(e *Expectation) string {
	key := "ticket.expect.all"
	if e.Own {
		key = "ticket.expect.own"
	}
	return p.T(key, "N", p.Number(e.N), "Days", p.Number(e.Days))
}

// held says how good past estimates were.
func (p page) held(s *reports.Share) string {
	if s == nil || s.Share == nil || math.IsNaN(*s.Share) {
		return p.T("ticket.expect.unheld")
	}
	return p.T("ticket.expect.held", "Percent", p.Percent(*s.Share, 0))
}

// whoReadsTicket says who reads what, and why.
func (p page) whoReadsTicket(s surveys.Settings, messages bool) []string {
	said := []string{p.T("ticket.who.page")}
	if messages {
		said = append(said, p.T("ticket.who.message", "Organisation", p.Organisation))
	}
	if who := controller(s); who != p.Organisation {
		said = append(said, p.T("answer.controller", "Controller", who))
	}
	return said
}

// acknowledgementPage is the help for whoever sets up a helpdesk.
type acknowledgementPage struct {
	page
	Lines []acknowledgement
}

// acknowledgement is the line for one helpdesk's automatic confirmation.
type acknowledgement struct{ Helpdesk, Line, Where string }

// showAcknowledgement shows, per helpdesk, the line that its confirmations need. The
// placeholders are the vendors' own words for a ticket's number.
func (h ticketHandlers) showAcknowledgement(c Ctx) error {
	p := &acknowledgementPage{page: h.publicPage(c)}
	p.Title = p.T("help.acknowledgement")
	for _, helpdesk := range []struct{ name, key, number string }{
		{"Zendesk", "zendesk", "{{ticket.id}}"}, {"Freshdesk", "freshdesk", "{{ticket.id}}"},
		{"Zammad", "zammad", "#{ticket.number}"}, {"Chatwoot", "chatwoot", "{{conversation.display_id}}"},
		{p.T("help.acknowledgement.other"), "generic", "NUMBER"},
	} {
		p.Lines = append(p.Lines, acknowledgement{
			helpdesk.name, strings.TrimSuffix(h.URL, "/") + "/t?number=" + helpdesk.number, p.T("help.acknowledgement." + helpdesk.key),
		})
	}
	return h.show(c, "acknowledgement", p)
}
