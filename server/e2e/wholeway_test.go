package e2e

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"github.com/entendu/entendu/reports"
)

// TestWholeWay walks sixteen tickets from their helpdesk to the published figures,
// which were worked out with pen and paper.
func TestWholeWay(t *testing.T) {
	eachPlace(t, func(t *testing.T, at place) {
		s := newScene(t, at)
		s.started()
		if d, _ := s.figures(t.Context()); d.Edition != nil || len(d.Periods) > 0 {
			t.Errorf("figures before anybody published: %+v", d)
		}
		s.postTickets()
		s.answerAll()
		st := s.look()
		s.settled(st)
		s.holds(st)

		first := s.publish()
		d, _ := s.shown(first)
		march := marchOf([]int{1, 1, 2, 4, 3}, 7, []int{1, 1, 1, 4, 4}, 8)
		s.wantFigures(d, "first edition", march)
		s.wantBytes(d)
		s.wantWithheld(d)

		// Customer 9 thinks better of it. One customer changes nothing that was shown.
		s.restarted(2 * time.Minute) // publish ran a minute ahead
		must(t, s.customer.answer(t.Context(), s.letterTo("9"), answer{"delay": "4", "listening": "5", "resolved": "yes", "recommend": "9", "comment": "Canary second thoughts."}))
		s.holds(st)
		d, _ = s.shown(s.publish())
		s.wantFigures(d, "after one change", march)
		if asOf := d.Periods[0].Delay.AsOf; asOf != first {
			t.Errorf("the delay stands as of %q, not of %s", asOf, first)
		}

		// So do all the others.
		s.restarted(2 * time.Minute)
		s.answerAgain()
		s.holds(st)
		changed := marchOf([]int{0, 0, 1, 6, 4}, 10, []int{0, 1, 0, 5, 5}, 10)
		changed.Outcome = outcome{11, 5, 6, 0, 0.4545}
		changed.Recommend = recommend{11, -1, -1, 81.8} // nine promoters: a class of two is not told
		d, before := s.shown(s.publish())
		s.wantFigures(d, "after the change", changed)
		if _, errs, code := s.run(0, "recount"); code != 0 {
			t.Fatalf("recount ended with %d: %s", code, errs)
		}
		d, after := s.shown(s.publish())
		s.wantFigures(d, "after recounting", changed)
		if withoutNote(before) != withoutNote(after) {
			t.Errorf("recounting changed the figures:\n%s\n%s", before, after)
		}

		rows := s.snapshot(st)
		s.restarted(0)
		if _, again := s.figures(t.Context()); again != after {
			t.Errorf("another process shows other figures:\n%s\n%s", after, again)
		}
		if diff := cmp.Diff(rows, s.snapshot(st)); diff != "" {
			t.Errorf("starting again changed the store:\n%s", diff)
		}
		if _, page, err := s.customer.open(t.Context(), http.MethodGet, s.letterTo("9").survey(0)); err != nil || !strings.Contains(page, "Canary second thoughts.") {
			t.Errorf("the answer is not shown after starting again: %v", err)
		}
		if status, _, err := s.customer.open(t.Context(), http.MethodGet, baseURL+"/editions/"+first+".json"); err != nil || status != 200 {
			t.Errorf("the first edition: %d %v", status, err)
		}
		s.stopped()
	})
}

// postTickets posts what the helpdesk knows: tickets 1 to 12 are closed and asked
// about, 13 has no address, 14 is internal, 15 waits, and 16 is of customer 1, who
// was just asked.
func (s *scene) postTickets() {
	s.Helper()
	all := []event{}
	for n := 1; n <= 12; n++ {
		id := fmt.Sprint(n)
		all = append(all, opened(id))
		switch {
		case n <= 4: // within a day
			all = append(all, about(id, "closed").with("closed_at", "2026-03-12T20:00:00Z", "updated_at", "2026-03-12T20:00:00Z"))
		case n <= 9: // within a week; replied to after 47 hours
			all = append(all, about(id, "resolved").with("first_reply_at", "2026-03-14T07:00:00Z", "closed_at", "2026-03-16T08:00:00Z",
				"updated_at", "2026-03-16T08:00:00Z", "contacts", 1+n/9))
		default: // within a month; replied to after three days
			all = append(all, about(id, "closed").with("opened_at", "2026-03-02T08:00:00Z", "first_reply_at", "2026-03-05T08:00:00Z", "contacts", 2))
		}
	}
	invoice := func(id, status string) event {
		return about(id, status).with("category", "invoice", "opened_at", "2026-03-14T08:00:00Z", "first_reply_at", "2026-03-14T10:00:00Z",
			"closed_at", "2026-03-16T20:00:00Z", "updated_at", "2026-03-16T20:00:00Z", "contacts", 2)
	}
	all = append(all, invoice("13", "closed").with("customer", nil), invoice("14", "closed").with("tags", []string{"internal"}),
		opened("15").with("category", "invoice", "opened_at", "2026-03-17T08:00:00Z", "updated_at", "2026-03-17T08:00:00Z"))
	for _, e := range all {
		must(s, s.helpdesk.post(s.Context(), e))
	}
	s.letterTo("1")
	must(s, s.helpdesk.post(s.Context(), about("16", "closed").with("closed_at", "2026-03-12T20:00:00Z", "updated_at", "2026-03-12T20:00:00Z",
		"contacts", 2, "customer", map[string]any{"email": strings.ToUpper(mailOf("1"))})))
}

// letterTo waits for the mail to the customer of a ticket.
func (s *scene) letterTo(id string) letter {
	s.Helper()
	l, err := s.postbox.to(s.Context(), mailOf(id))
	must(s, err)
	return l
}

// answerAll lets eleven of the twelve who were asked answer, from the link in their
// mail.
func (s *scene) answerAll() {
	s.Helper()
	s.answers([]int{5, 5, 4, 4, 4, 3, 3, 2, 1, 5, 4}, []int{5, 4, 5, 4, 5, 4, 5, 4, 2, 3, 1},
		[]string{"yes", "yes", "yes", "yes", "yes", "yes", "partly", "partly", "no", "partly", "no"}, []int{9, 10, 9, 10, 9, 10, 6, 0, 3, 5, 4})
}

// answerAgain lets each of them but customer 9, who has done so, change every score.
func (s *scene) answerAgain() {
	s.Helper()
	s.answers([]int{4, 4, 5, 5, 5, 4, 4, 3, 0, 4, 5}, []int{4, 5, 4, 5, 4, 5, 4, 5, 5, 4, 2},
		[]string{"partly", "partly", "partly", "partly", "partly", "partly", "yes", "yes", "yes", "yes", "yes"}, []int{10, 9, 10, 9, 10, 9, 7, 7, 9, 10, 9})
}

func (s *scene) answers(delay, listening []int, resolved []string, recommend []int) {
	s.Helper()
	group, ctx := errgroup.WithContext(s.Context())
	for n := range delay {
		if delay[n] == 0 {
			continue
		}
		group.Go(func() error {
			l, err := s.postbox.to(ctx, mailOf(fmt.Sprint(n+1)))
			if err != nil {
				return err
			}
			a := scores(delay[n], listening[n])
			a["resolved"], a["recommend"] = resolved[n], fmt.Sprint(recommend[n])
			return s.customer.answer(ctx, l, a)
		})
	}
	must(s, group.Wait())
}

// wantBytes: an edition is served as the bytes whose hash /figures.json tells.
func (s *scene) wantBytes(d reports.Document) {
	s.Helper()
	status, text, err := s.customer.open(s.Context(), http.MethodGet, baseURL+"/editions/"+d.Edition.ID+".json")
	must(s, err)
	sum := sha256.Sum256([]byte(text))
	if got := hex.EncodeToString(sum[:]); status != http.StatusOK || got != d.Edition.SHA256 {
		s.Errorf("edition %s: %d, bytes of hash %s, /figures.json says %s", d.Edition.ID, status, got, d.Edition.SHA256)
	}
}

// wantWithheld: three tickets of two customers are no figure, and none of their
// category's name; nor are all the others, of whom they would be the difference.
func (s *scene) wantWithheld(d reports.Document) {
	s.Helper()
	var listed []string
	for _, c := range d.Categories {
		listed = append(listed, c.Category)
		if c.Periods[0].Opened != nil || c.Periods[0].Chain != nil {
			s.Errorf("%s is shown: %+v", c.Category, c.Periods[0])
		}
	}
	if diff := cmp.Diff([]string{"delivery", reports.Other}, listed); diff != "" {
		s.Errorf("categories (-want +got):\n%s", diff)
	}
	for _, cell := range []string{"categories/delivery/2026-03/opened", "categories/other/2026-03/opened"} {
		if !slices.Contains(d.Withheld, reports.Withheld{Cell: cell, Why: reports.Small}) {
			s.Errorf("nothing says that %s is withheld: %+v", cell, d.Withheld)
		}
	}
}

// withoutNote is /figures.json without which edition it is.
func withoutNote(text string) string {
	begin, end := strings.Index(text, `"edition":{`), strings.Index(text, `"periods":`)
	if begin < 0 || end < begin {
		return text
	}
	return text[:begin] + text[end:]
}
