package e2e

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"

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
		s.wantFigures(d, "first edition", marchOf([]int{1, 1, 2, 4, 3}, 7, []int{1, 1, 1, 4, 4}, 8))
		s.wantBytes(d)
		s.wantWithheld(d)

		// Customer 9 thinks better of it.
		must(t, s.customer.answer(t.Context(), s.letterTo("9"), answer{"delay": "4", "listening": "5", "resolved": "yes", "recommend": "9", "comment": "Canary second thoughts."}))
		s.holds(st)
		changed := marchOf([]int{0, 1, 2, 5, 3}, 8, []int{1, 0, 1, 4, 5}, 9)
		changed.Outcome = outcome{11, 7, 3, 1, 0.6364}
		changed.Recommend = recommend{11, -1, -1, 27.3} // 7 and 4: a class of four is not told
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
		if status, page, err := s.customer.open(t.Context(), http.MethodGet, s.letterTo("9").survey(0)); err != nil || status != 200 || strings.Contains(page, "<form") && !strings.Contains(page, "change") {
			t.Errorf("the answer is not shown after starting again: %d %v", status, err)
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
	delay := []int{5, 5, 4, 4, 4, 3, 3, 2, 1, 5, 4}
	listening := []int{5, 4, 5, 4, 5, 4, 5, 4, 2, 3, 1}
	resolved := []string{"yes", "yes", "yes", "yes", "yes", "yes", "partly", "partly", "no", "partly", "no"}
	recommend := []int{9, 10, 9, 10, 9, 10, 6, 0, 3, 5, 4}
	group, ctx := errgroup.WithContext(s.Context())
	for n := range delay {
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

// expected are the figures of March 2026 as a person works them out.
type expected struct {
	Opened                int
	Day, Week, Month      proportion
	Promise, FirstContact proportion
	ReplyN                int
	Reply50, Reply90      int64
	Chain                 reports.Chain
	Rate                  proportion
	Delay, Listening      []int
	DelayX, ListeningX    proportion
	Outcome               outcome
	Recommend             recommend
}

type proportion struct {
	X, N  int
	Share float64
}

type outcome struct {
	N, Yes, Partly, No int
	Share              float64
}

type recommend struct {
	N, Promoters, Detractors int // -1: not told
	Score                    float64
}

// marchOf is March with these answers to delay and listening: how many gave each
// level, and how many gave 4 or 5.
func marchOf(delay []int, satisfied int, listening []int, heard int) expected {
	shares := map[int]float64{7: 0.6364, 8: 0.7273, 9: 0.8182} // of 11
	return expected{
		Opened: 16,
		Day:    proportion{5, 16, 0.3125},  // 1-4 and 16
		Week:   proportion{12, 16, 0.75},   // and 5-9, 13, 14
		Month:  proportion{15, 16, 0.9375}, // all but 15
		// Due are all but 15, which was opened yesterday; late are 10-12.
		Promise:      proportion{12, 15, 0.8},
		FirstContact: proportion{8, 15, 0.5333}, // 1-8
		// Replies after 1 h (5), 2 h (2), 47 h (5) and 72 h (3); 15 has waited 28 h. At
		// 2 h 9/16 still wait, at 47 h 9/16 × 3/8, at 72 h nobody.
		ReplyN: 16, Reply50: 47 * 3600, Reply90: 72 * 3600,
		Chain: reports.Chain{Closed: 15, Eligible: 13, Invited: 12, Delivered: 12, Answered: 11,
			Skipped: map[string]int{"no_address": 1, "tag": 1, "rest": 1}},
		Rate:  proportion{11, 12, 0.9167},
		Delay: delay, DelayX: proportion{satisfied, 11, shares[satisfied]},
		Listening: listening, ListeningX: proportion{heard, 11, shares[heard]},
		Outcome:   outcome{11, 6, 3, 2, 0.5455},
		Recommend: recommend{11, 6, 5, 9.1},
	}
}

// wantFigures compares an edition with what was expected.
func (s *scene) wantFigures(d reports.Document, when string, want expected) {
	s.Helper()
	if len(d.Periods) != 1 || d.Periods[0].Period != "2026-03" || d.Periods[0].State != reports.SoFar {
		s.Fatalf("%s: not March alone: %+v", when, d.Periods)
	}
	if diff := cmp.Diff(want, told(s, d.Periods[0])); diff != "" {
		s.Errorf("%s: by hand -, published +\n%s", when, diff)
	}
}

// told reads the published figures into what was expected of them.
func told(t testing.TB, p reports.Period) expected {
	t.Helper()
	share := func(s *reports.Share) proportion {
		if s == nil || s.X == nil {
			return proportion{}
		}
		return proportion{*s.X, s.N, *s.Share}
	}
	if p.Opened == nil || p.FirstReply == nil || p.Chain == nil || p.Delay == nil || p.Listening == nil || p.Outcome == nil || p.Recommend == nil {
		t.Fatalf("figures are withheld: %+v", p)
	}
	l, o, r := p.Listening, p.Outcome, p.Recommend
	return expected{
		Opened: p.Opened.N, Day: share(p.ResolvedWithin.Day), Week: share(p.ResolvedWithin.Week), Month: share(p.ResolvedWithin.Month),
		Promise: share(p.PromiseKept), FirstContact: share(p.FirstContact),
		ReplyN: p.FirstReply.N, Reply50: *p.FirstReply.P50.Seconds, Reply90: *p.FirstReply.P90.Seconds,
		Chain: *p.Chain, Rate: share(p.ResponseRate),
		Delay: p.Delay.Levels, DelayX: proportion{*p.Delay.X, p.Delay.N, *p.Delay.Share},
		Listening: l.Levels, ListeningX: proportion{*l.X, l.N, *l.Share},
		Outcome:   outcome{o.N, *o.Yes, *o.Partly, *o.No, *o.Share},
		Recommend: recommend{r.N, value(r.Promoters), value(r.Detractors), *r.Score},
	}
}

func value(n *int) int {
	if n == nil {
		return -1
	}
	return *n
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

// wantWithheld: three tickets of two customers are no figure.
func (s *scene) wantWithheld(d reports.Document) {
	s.Helper()
	for _, c := range d.Categories {
		if c.Category == "invoice" && (c.Periods[0].Opened != nil || c.Periods[0].Chain != nil) {
			s.Errorf("a category of three tickets is shown: %+v", c.Periods[0])
		}
	}
	for _, w := range d.Withheld {
		if w.Cell == "categories/invoice/2026-03/opened" && w.Why == "small" {
			return
		}
	}
	s.Errorf("nothing says that the small category is withheld: %+v", d.Withheld)
}

// withoutNote is /figures.json without which edition it is.
func withoutNote(text string) string {
	begin, end := strings.Index(text, `"edition":{`), strings.Index(text, `"periods":`)
	if begin < 0 || end < begin {
		return text
	}
	return text[:begin] + text[end:]
}
