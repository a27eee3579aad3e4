package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/surveys"
)

// openSpace is a house whose managers look at figures: of two teams, of which the second
// became worse, and of a third with one adviser.
func openSpace(t testing.TB) *house {
	t.Helper()
	h := openInside(t, func(c *Config) {
		st := c.Store.(interface {
			surveys.Store
			reports.Store
		})
		c.Parts = append(c.Parts, &Space{
			Explorer: &reports.Explorer{Store: st, Settings: c.Settings},
			Home: HomeSources{
				Sending: func(ctx context.Context) (surveys.Sending, error) { return surveys.SendingNow(ctx, st) },
				Edition: st.LatestEdition, NextAt: func(now time.Time) time.Time { return now.Add(20 * time.Hour) },
				FollowUps: (&surveys.FollowUps{Store: st, Settings: c.Settings}).Waiting,
			},
		})
	})
	h.now = time.Date(2026, 3, 20, 9, 30, 0, 0, time.UTC)
	return h
}

// fill opens, answers and counts requests of some weeks.
func (h *house) fill() {
	h.t.Helper()
	for n := range 360 {
		team, category := []string{"billing", "shipping"}[n%2], []string{"invoice", "delivery"}[n%2]
		back := 27 - n/2%54 // days: half in the last 28, half in those before
		opened := h.now.Add(-time.Duration(28-back) * 24 * time.Hour)
		delay := 4
		if recent := opened.After(h.now.Add(-27 * 24 * time.Hour)); team == "shipping" && recent && n%3 > 0 || n%10 < 2 {
			delay = 2
		}
		h.request(n, surveys.Dimensions{Team: team, Category: category, Channel: "email"}, "u-"+strconv.Itoa(n%7), opened, delay)
	}
	for n := 1000; n < 1040; n++ {
		h.request(n, surveys.Dimensions{Team: "alone", Category: "other things", Channel: "email"}, "u-9", h.now.Add(-48*time.Hour), 3)
	}
	counter := &reports.Counter{Store: h.store, Settings: func() surveys.Settings { return h.settings }, Log: slog.New(slog.DiscardHandler)}
	h.must(counter.Drain(context.Background()))
}

// request stores one, closed within the day, and what its customer answered.
func (h *house) request(n int, dims surveys.Dimensions, agent string, opened time.Time, delay int) {
	h.t.Helper()
	ctx, id := context.Background(), fmt.Sprint("request-", n)
	closed := opened.Add(10 * time.Hour)
	customer := surveys.Customer{ID: "customer " + strconv.Itoa(n), Person: "person " + strconv.Itoa(n)}
	t, _ := surveys.Ticket{TicketKey: surveys.TicketKey{Source: "desk", ID: id}}.Apply(surveys.Notice{
		ID: id, Status: surveys.Closed, Dimensions: dims, Agent: agent, OpenedAt: opened, FirstReplyAt: opened.Add(time.Duration(1+n%9) * time.Hour), ClosedAt: closed, UpdatedAt: closed, Contacts: 1,
	}, customer, closed, h.settings)
	h.must(h.store.AddTicket(ctx, t))
	day := []surveys.Day{surveys.DayOf(closed, h.settings.Zone())}
	i := surveys.Invitation{
		ID: id, Survey: surveys.AfterHandling, Version: 1, Ticket: t.TicketKey, Closing: 1, ClosedAt: closed, MadeAt: closed, OpenedAt: opened, Agent: agent,
		Customer: customer.ID, Person: customer.Person, Dimensions: dims, State: surveys.Sent, AcceptedAt: closed, Recount: day,
	}
	h.must(h.store.AddInvitation(ctx, i))
	if n%4 == 3 {
		return
	}
	h.must(h.store.AddResponse(ctx, surveys.Response{Invitation: id, Survey: i.Survey, Ticket: t.TicketKey, Closing: 1, ClosedAt: closed, Customer: customer.ID, Dimensions: dims, Recount: day,
		Answers: []surveys.Answer{{At: closed.Add(time.Hour), Version: 1, Language: "fr", Values: map[string]string{"delay": strconv.Itoa(delay), "listening": strconv.Itoa(4 - n%9/7), "recommend": strconv.Itoa(n % 11), "resolved": []string{"yes", "no", "yes"}[n%3]}}}}))
}

func TestExploreShowsFigures(t *testing.T) {
	h := openSpace(t)
	h.fill()
	head := h.as(auth.Manager)
	page := document(t, h.want(http.StatusOK, h.get(explorePath+"?lang=en&compare=before&by=category", head...)))
	for id, want := range map[string]string{
		"#delay": "answers", "#promise": "first replies due", "#resolved": "requests", "#listening": "No clear change", "#recommend": "answers", "#response-rate": "people asked",
		"#parts": "delivery", "#funnel": "delivery", "#silent": "no clear difference",
	} {
		if said := page.Find(id).Text(); !strings.Contains(said, want) {
			t.Errorf("%s does not say %q: %s", id, want, said)
		}
	}
	if lower := page.Find("#delay .figures").Text(); !strings.Contains(lower, "Lower than before") {
		t.Errorf("delay: %s", lower)
	}
	var names []string
	page.Find("#parts tbody th").Each(func(_ int, s *goquery.Selection) { names = append(names, s.Text()) })
	if want := []string{"delivery", "invoice", "other things"}; !slices.Equal(names, want) {
		t.Errorf("parts %v, want %v", names, want)
	}
	if few := page.Find("#parts tbody tr:nth-child(3) td.too-few").Length(); few != 5 {
		t.Errorf("of one adviser %d of 5 figures are withheld", few)
	}
}

// TestExploreIsInTheAddress: every chip leads to the page without it, what is not
// understood is left out and said, and a file is named by what it holds.
func TestExploreIsInTheAddress(t *testing.T) {
	h := openSpace(t)
	h.fill()
	head := h.as(auth.Manager)
	page := document(t, h.want(http.StatusOK, h.get(explorePath+"?lang=en&period=2026-q1&team=billing&category=nothing&compare=sideways&by=team", head...)))
	var chips []string
	page.Find(".chips a").Each(func(_ int, s *goquery.Selection) { chips = append(chips, s.AttrOr("href", "")) })
	if want := []string{explorePath + "?by=team&figure=delay&period=2026-q1"}; !slices.Equal(chips, want) {
		t.Errorf("chips lead to %v, want %v", chips, want)
	}
	if said := page.Find(".notice").Text(); !strings.Contains(said, "“nothing” is not known") || !strings.Contains(said, "“sideways”") {
		t.Errorf("of what was not understood is said: %q", said)
	}
	r := h.want(http.StatusOK, h.get(explorePath+".csv?period=2026-q1&team=billing&by=category", head...))
	if name := r.Header.Get("Content-Disposition"); name != `attachment; filename="figures-2026-q1-team-billing.csv"` {
		t.Errorf("named %q", name)
	}
	if lines := text(t, r); !strings.Contains(lines, "\n2026-Q1,category,invoice,delay,") || strings.Contains(lines, "u-1") {
		t.Errorf("lines: %s", lines)
	}
	traces, err := h.store.FindTraces(t.Context(), auth.Trace{}, 10)
	h.must(err)
	if !slices.ContainsFunc(traces, func(n auth.Trace) bool { return n.Act == "data.taken" && n.About == "figures-2026-q1-team-billing.csv" }) {
		t.Errorf("that the file was taken is not noted: %v", traces)
	}
}

// TestExploreIsEmptyInThreeWays: nothing yet, nothing for a filter, too few.
func TestExploreIsEmptyInThreeWays(t *testing.T) {
	h := openSpace(t)
	head := h.as(auth.Administrator)
	said := func(query string) string {
		return document(t, h.want(http.StatusOK, h.get(explorePath+"?lang=en"+query, head...))).Find("main > .empty").Text()
	}
	if got := said(""); !strings.Contains(got, "Connect a helpdesk") {
		t.Errorf("before anything: %q", got)
	}
	h.fill()
	if got := said("&team=billing&category=delivery"); !strings.Contains(got, "none for this filter") || !strings.Contains(got, "Clear") {
		t.Errorf("nothing for a filter: %q", got)
	}
	if got := said("&team=alone"); !strings.Contains(got, "at least 11 customers and 5 different advisers") {
		t.Errorf("one adviser: %q", got)
	}
	if got := said("&team=billing"); got != "" {
		t.Errorf("with figures: %q", got)
	}
}

// TestManagersSeeTheirTeams: nothing of another team is shown, named or given.
func TestManagersSeeTheirTeams(t *testing.T) {
	h := openSpace(t)
	h.fill()
	head := h.as(auth.Manager, "billing")
	for _, address := range []string{"/manage?lang=en", explorePath + "?lang=en&by=team&compare=before", explorePath + "?lang=en&team=shipping&by=category", explorePath + ".csv?by=team"} {
		r := h.want(http.StatusOK, h.get(address, head...))
		said := ""
		if strings.Contains(address, ".csv") {
			said = text(t, r)
		} else {
			said = document(t, r).Find("main").Text() // links keep what the address asked for
		}
		said = strings.ReplaceAll(said, "“shipping” is not known here", "")
		for _, other := range []string{"shipping", "delivery", "alone,"} {
			if strings.Contains(said, other) {
				t.Errorf("%s tells a manager of billing of %s", address, other)
			}
		}
	}
}

func TestHomeSaysWhatChanged(t *testing.T) {
	h := openSpace(t)
	h.fill()
	waits := surveys.Ticket{TicketKey: surveys.TicketKey{Source: "desk", ID: "waits"}, Status: surveys.Open, Dimensions: surveys.Dimensions{Category: "invoice"}, OpenedAt: h.now.Add(-72 * time.Hour), Promise: 48 * time.Hour, Recount: []surveys.Day{"2026-03-17"}}
	h.must(h.store.AddTicket(t.Context(), waits))
	h.must((&reports.Counter{Store: h.store, Settings: func() surveys.Settings { return h.settings }, Log: slog.New(slog.DiscardHandler)}).Drain(t.Context()))
	page := document(t, h.want(http.StatusOK, h.get("/manage?lang=en", h.as(auth.Manager)...)))
	for where, want := range map[string]string{
		"#changes": "Satisfied with the time taken: lower in the category delivery,", "#danger": "fewer than 5", "#sending": "0 mails wait", "#edition": "No edition", "#waiting": "0 customers wait",
	} {
		if said := page.Find(where).Text(); !strings.Contains(said, want) {
			t.Errorf("%s does not say %q: %s", where, want, said)
		}
	}
	if said := page.Find("#changes").Text(); !strings.Contains(said, "how they were listened to: no clear change") || strings.Contains(said, "higher") {
		t.Errorf("changes: %s", said)
	}
}
