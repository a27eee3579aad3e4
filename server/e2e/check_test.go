package e2e

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/entendu/entendu/server/store"
	"github.com/entendu/entendu/surveys"
)

// everything is more rows than any test makes.
const everything = 100_000

// check holds what a store has against what the mail server accepted and what the
// clients were told, and names each law that is broken. The program must have come
// to rest.
func check(ctx context.Context, st store.Store, mails []letter, d *diary) []string {
	c := &checker{ctx: ctx, store: st, mails: mails, invitations: map[string]surveys.Invitation{}}
	c.events, c.answers = d.pages()
	for _, law := range []func(){c.checkEvents, c.checkInvitations, c.checkMails, c.checkResponses} {
		law()
	}
	return append(c.broken, onTheWay(ctx, st)...)
}

type checker struct {
	carried     map[string]bool // errands by the local part of their Message-ID
	ctx         context.Context
	store       store.Store
	mails       []letter
	events      map[string]said
	answers     map[string][]given
	invitations map[string]surveys.Invitation
	broken      []string
}

func (c *checker) broke(format string, args ...any) {
	c.broken = append(c.broken, fmt.Sprintf(format, args...))
}

// failed notes what could not be looked at.
func (c *checker) failed(err error) bool {
	if err != nil {
		c.broke("the store could not be read: %v", err)
	}
	return err != nil
}

// checkEvents: what was acknowledged is there, byte for byte, and nothing else.
func (c *checker) checkEvents() {
	for id, s := range c.events {
		e, err := c.store.GetEvent(c.ctx, id)
		switch {
		case errors.Is(err, fs.ErrNotExist) && s.kept:
			c.broke("event %s was acknowledged and is lost", id)
		case errors.Is(err, fs.ErrNotExist):
		case c.failed(err):
		case string(e.Body) != s.body || e.Source != "desk" && e.Source != "service":
			c.broke("event %s is not as it was posted", id)
		}
	}
	for _, state := range []surveys.EventState{surveys.Applied, surveys.NotUnderstood} {
		found, err := c.store.FindEvents(c.ctx, state, everything)
		c.failed(err)
		for _, e := range found {
			if _, posted := c.events[e.ID]; !posted {
				c.broke("event %s was stored and never posted", e.ID)
			}
		}
	}
}

// checkInvitations: one for each closing, and no other.
func (c *checker) checkInvitations() {
	closings := map[string]bool{}
	for t, err := range c.store.TicketsOpened(c.ctx, time.Time{}, time.Time{}) {
		if c.failed(err) {
			return
		}
		for _, closing := range t.Closings {
			closings[closingOf(t.TicketKey, closing.N)] = true
		}
	}
	asked := map[string]bool{}
	for i, err := range c.store.InvitationsClosed(c.ctx, time.Time{}, time.Time{}) {
		if c.failed(err) {
			return
		}
		of := closingOf(i.Ticket, i.Closing)
		if asked[of] {
			c.broke("closing %s has two invitations", of)
		}
		if !closings[of] {
			c.broke("invitation %s is of no closing", i.ID)
		}
		asked[of], c.invitations[i.ID] = true, i
	}
	for of := range closings {
		if !asked[of] {
			c.broke("closing %s has no invitation", of)
		}
	}
}

func closingOf(t surveys.TicketKey, n int) string { return fmt.Sprintf("%s/%s/%d", t.Source, t.ID, n) }

// checkMails: at most one accepted per invitation, step and attempt of unknown
// outcome, each like the first, and none that nobody attempted.
func (c *checker) checkMails() {
	type mail struct {
		of   string
		step surveys.Step
	}
	all, ids := map[mail][]letter{}, map[string]mail{}
	errands, copies := c.errands(), map[string]int{}
	for _, l := range c.mails {
		name, _, _ := strings.Cut(strings.Trim(l.id, "<>"), "@")
		if _, carried := errands[name]; carried && l.invitation == "" {
			copies[name]++
			continue
		}
		m := mail{l.invitation, l.step()}
		all[m] = append(all[m], l)
		if _, known := c.invitations[l.invitation]; !known {
			c.broke("mail %s is of no invitation", l.id)
		}
		if other, taken := ids[l.id]; taken && other != m {
			c.broke("two mails, of invitations %s and %s, share Message-ID %s", m.of, other.of, l.id)
		}
		ids[l.id] = m
	}
	for name := range errands {
		n := copies[name]
		if n == 0 && c.carried[name] {
			c.broke("errand %s is called carried, and no server has it", name)
		}
		if n > 1+errands[name] {
			c.broke("errand %s was mailed %d times, after %d attempts of unknown outcome", name, n, errands[name])
		}
	}
	for id, i := range c.invitations {
		c.checkStep(i, surveys.FirstMail, all[mail{id, surveys.FirstMail}], i.State == surveys.Sent)
		c.checkStep(i, surveys.ReminderMail, all[mail{id, surveys.ReminderMail}], !i.Reminder.AcceptedAt.IsZero())
	}
}

// errands gives, by the local part of their Message-ID, how many attempts of each errand
// have an unknown outcome.
func (c *checker) errands() map[string]int {
	unknown, keys := map[string]int{}, surveys.NewKeys(secret)
	c.carried = map[string]bool{}
	for e, err := range c.store.Errands(c.ctx) {
		c.failed(err)
		name := string(e.Kind) + "." + keys.Sign(surveys.ToErrand, e.ID)
		unknown[name] = 0
		c.carried[name] = e.State == surveys.Delivered
		for _, a := range e.Attempts {
			if a.Outcome == surveys.Unknown {
				unknown[name]++
			}
		}
	}
	return unknown
}

// checkStep looks at the copies of one mail.
func (c *checker) checkStep(i surveys.Invitation, step surveys.Step, copies []letter, sent bool) {
	attempts, unknown := 0, i.UnknownAttempts(step)
	for _, a := range i.Attempts {
		if a.Step == step {
			attempts++
		}
	}
	if len(copies) > 1+unknown || len(copies) > attempts {
		c.broke("invitation %s was mailed %d times (step %q), after %d attempts, of which %d unknown", i.ID, len(copies), step, attempts, unknown)
	}
	if sent && len(copies) == 0 {
		c.broke("invitation %s is called sent (step %q) and no server has it", i.ID, step)
	}
	for _, l := range copies {
		if difference := unlike(copies[0], l); difference != "" {
			c.broke("the mails of invitation %s differ in their %s", i.ID, difference)
		}
	}
}

// unlike names what differs between two mails that must be one to who reads them.
func unlike(a, b letter) string {
	for _, name := range []string{"Message-Id", "Date", "To", "Subject", "From", "List-Unsubscribe"} {
		if !slices.Equal(a.header[name], b.header[name]) {
			return name
		}
	}
	if !slices.Equal(a.links, b.links) {
		return "links"
	}
	return ""
}

// checkResponses: one per closing, and in it what was thanked for, the last of
// which counts.
func (c *checker) checkResponses() {
	responses, closings := map[string]surveys.Response{}, map[string]bool{}
	for r, err := range c.store.ResponsesClosed(c.ctx, time.Time{}, time.Time{}) {
		if c.failed(err) {
			return
		}
		of := closingOf(r.Ticket, r.Closing)
		if closings[of] {
			c.broke("closing %s has two responses", of)
		}
		if _, known := c.invitations[r.Invitation]; !known {
			c.broke("the response to %s is to no invitation", r.Invitation)
		}
		closings[of], responses[r.Invitation] = true, r
	}
	for id, all := range c.answers {
		c.checkAnswers(id, all, responses[id])
	}
	for id := range responses {
		if c.answers[id] == nil {
			c.broke("the response to %s was never posted", id)
		}
	}
}

// checkAnswers compares what one customer posted, all, with what is kept of it.
func (c *checker) checkAnswers(id string, all []given, r surveys.Response) {
	kept := func(values map[string]string) bool {
		return slices.ContainsFunc(r.Answers, func(a surveys.Answer) bool { return maps.Equal(a.Values, values) })
	}
	posted := func(of []given, values map[string]string) bool {
		return slices.ContainsFunc(of, func(g given) bool { return maps.Equal(g.values, values) })
	}
	for _, g := range all {
		if g.thanked && !kept(g.values) {
			c.broke("an answer to %s was thanked for and is lost", id)
		}
	}
	for n, a := range r.Answers {
		if !posted(all, a.Values) {
			c.broke("an answer to %s is not as it was posted", id)
		}
		if n > 0 && maps.Equal(a.Values, r.Answers[n-1].Values) {
			c.broke("an answer to %s is stored twice", id)
		}
	}
	if n := lastThanked(all); n >= 0 && len(r.Answers) > 0 && !posted(all[n:], r.Last().Values) {
		c.broke("the answer to %s that counts is not the last", id)
	}
}

// onTheWay names what the program still has to do.
func onTheWay(ctx context.Context, st store.Store) (stuck []string) {
	note := func(err error, format string, args ...any) {
		if err != nil {
			format, args = "the store could not be read: %v", []any{err}
		}
		stuck = append(stuck, fmt.Sprintf(format, args...))
	}
	for _, mark := range []surveys.EventState{surveys.ToApply, surveys.ToHear} {
		events, err := st.FindEvents(ctx, mark, 1)
		if err != nil || len(events) > 0 {
			note(err, "an event is not applied: %s", mark)
		}
	}
	tickets, err := st.FindTicketsToSettle(ctx, 1)
	if err != nil || len(tickets) > 0 {
		note(err, "a ticket is not settled")
	}
	for i, err := range st.InvitationsClosed(ctx, time.Time{}, time.Time{}) {
		if err != nil || i.State == surveys.Waiting || i.State == surveys.Claimed {
			note(err, "invitation %s is %s, due %s, with %d attempts", i.ID, i.State, i.DueAt, len(i.Attempts))
		}
	}
	return stuck
}
