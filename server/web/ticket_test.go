package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
)

// expecting is an Expectation of half within 3 hours and nine in ten within nine.
func expecting(nine time.Duration, reached bool) *Expectation {
	half, point, share := int64(3*3600), int64(nine.Seconds()), 0.87
	e := &Expectation{Own: true, Held: &reports.Share{N: 240, Share: &share}}
	e.Days, e.N, e.P50, e.P90 = 28, 180, &reports.Point{Seconds: &half, Reached: true}, &reports.Point{}
	if reached {
		e.P90 = &reports.Point{Seconds: &point, Reached: true}
	}
	return e
}

// visitTicket asks for every page about tickets.
func (h *house) visitTicket(in string, see func(string, *http.Response)) {
	see("ask", h.get("/t"+in+"&number=48300"))
	see("ask-problem", h.ask("POST", "/t"+in, "number=&email=lina"))
	see("asked", h.get("/t"+in+"&asked=1"))
	h.expected = expecting(50*time.Hour, true)
	see("ticket", h.at("/t/"+h.ticket+in))
	h.expected = nil
	see("ticket-closed", h.at("/t/"+h.keys.ToTicket(h.invitation.Ticket, "c-1")+in))
	see("ticket-problem", h.ask("POST", "/t/"+h.ticket+in, "once=A&message=+"))
	see("ticket-sent", h.get("/t/"+h.ticket+in+"&sent=1"))
}

// at is get; the page that it gives holds a mark that is drawn.
func (h *house) at(target string) *http.Response {
	h.t.Helper()
	return h.want(http.StatusOK, h.get(target))
}

func (h *house) errands() (all []surveys.Errand) {
	for e, err := range h.store.Errands(context.Background()) {
		h.must(err)
		all = append(all, e)
	}
	return all
}

// Whoever asks gets the same answer, to the letter, whether number and address belong
// together or not, and the same is done meanwhile.
func TestAskTellsNothing(t *testing.T) {
	h := open(t)
	var answers []string
	for _, form := range []string{
		"number=48300&email=lina@example.net", "number=48300&email=paul@example.net", "number=1&email=lina@example.net",
		"number=48213&email=LINA@example.net",
	} {
		r := h.want(http.StatusSeeOther, h.ask("POST", "/t?lang=en", form))
		page := h.want(http.StatusOK, h.get(r.Header.Get("Location")))
		r.Header.Del("Date")
		answers = append(answers, fmt.Sprint(r.Header, text(t, r), text(t, page)))
	}
	if n := len(slices.Compact(answers)); n != 1 {
		t.Errorf("%d different answers", n)
	}
	if n := len(h.errands()); n != 4 {
		t.Errorf("%d rows for four asks", n)
	}
}

func TestAskGivesBackWhatWasTyped(t *testing.T) {
	h := open(t)
	d := document(t, h.want(http.StatusUnprocessableEntity, h.ask("POST", "/t?lang=en", `number="><b>&email=lina`)))
	if d.Find("#number").AttrOr("value", "") != `"><b>` || d.Find("#email").AttrOr("value", "") != "lina" || d.Find(".errors a[href='#email']").Length() != 1 {
		t.Errorf("the form: %s", d.Find("form").Text())
	}
	if got := document(t, h.get("/t?number=12%2F7")).Find("#number").AttrOr("value", ""); got != "12/7" {
		t.Errorf("prefilled with %q", got)
	}
	r := h.ask("POST", "/t", "number=1&email=lina@example.net", "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example")
	h.want(http.StatusForbidden, r)
	h.fails()
	d = document(t, h.want(http.StatusServiceUnavailable, h.ask("POST", "/t?lang=en", "number=7&email=lina@example.net")))
	if d.Find("#email").AttrOr("value", "") != "lina@example.net" || !strings.Contains(d.Find(".errors").Text(), "Nothing you wrote is lost") {
		t.Errorf("while the store fails: %s", d.Find("main").Text())
	}
}

// One connection cannot fill the store; who has a link is never kept out by it.
func TestAsksAreLimited(t *testing.T) {
	h := open(t)
	for range 30 {
		h.want(http.StatusSeeOther, h.ask("POST", "/t", "number=1&email=lina@example.net"))
	}
	r := h.want(http.StatusTooManyRequests, h.ask("POST", "/t", "number=1&email=lina@example.net"))
	if r.Header.Get("Retry-After") == "" || document(t, r).Find("#email").AttrOr("value", "") != "lina@example.net" {
		t.Error("the answer says neither when nor what was typed")
	}
	h.want(http.StatusOK, h.get("/t/"+h.ticket))
	h.want(http.StatusSeeOther, h.ask("POST", "/t/"+h.ticket, "message=Bonjour"))
}

func TestTicketPage(t *testing.T) {
	h := open(t)
	h.expected = expecting(50*time.Hour, true)
	r := h.want(http.StatusOK, h.get("/t/"+h.ticket+"?lang=en"))
	if r.Header.Get("Cache-Control") != "no-store" || r.Header.Get("X-Robots-Tag") != "noindex" {
		t.Errorf("headers: %v", r.Header)
	}
	said := document(t, r).Find("main").Text()
	for _, want := range []string{
		"Your request 48300", "Facture <en> double", "Tuesday 3 March 2026 at 08:30", "Your request arrived",
		"promised within 2\u00a0d: by Thursday 5 March 2026 at 08:30", "There is still time",
		"within 3\u00a0h, nine in ten within 2\u00a0d 2\u00a0h", "about 180 requests", "last 28 days", "has waited 1\u00a0d 2\u00a0h", "87%",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("the page lacks %q:\n%s", want, said)
		}
	}
	if len(h.errands()) != 0 {
		t.Error("looking stored something")
	}
	closed := document(t, h.get("/t/"+h.keys.ToTicket(h.invitation.Ticket, "c-1")+"?lang=en")).Find("main").Text()
	for _, want := range []string{"It is closed", "A first reply was given", "It was opened again", "That promise was kept", "may open it again"} {
		if !strings.Contains(closed, want) {
			t.Errorf("the closed request's page lacks %q:\n%s", want, closed)
		}
	}
	if strings.Contains(closed, "Half of requests") || strings.Contains(closed, "We cannot say") {
		t.Error("a request that was answered is told how long it may wait")
	}
}

// What few stand behind, or too few have ended, is not said; no time is cut short.
func TestWhatToExpect(t *testing.T) {
	h := open(t)
	long := expecting(2000*time.Hour, true)
	neither, unmeasured := expecting(0, false), expecting(0, false)
	neither.P50, unmeasured.P50 = &reports.Point{}, nil
	bare := expecting(0, false)
	bare.Own, bare.Held = false, nil
	for want, e := range map[string]*Expectation{
		"We cannot say: too few":                nil,
		"We cannot say: too few recent":         unmeasured,
		"nine in ten within 83\u00a0d 8\u00a0h": long,
		"Fewer than half of requests":           neither,
		"Fewer than nine in ten":                bare,
		"requests of every kind":                bare,
		"past estimates were cannot be said":    bare,
	} {
		h.expected = e
		if said := document(t, h.get("/t/"+h.ticket+"?lang=en")).Find("main").Text(); !strings.Contains(said, want) {
			t.Errorf("the page lacks %q:\n%s", want, said)
		}
	}
}

func TestMessage(t *testing.T) {
	h := open(t)
	once := document(t, h.get("/t/"+h.ticket)).Find("[name=once]").AttrOr("value", "")
	form := url.Values{"once": {once}, "message": {"Bonjour <b>"}}.Encode()
	for range 2 { // the button pressed twice
		r := h.want(http.StatusSeeOther, h.ask("POST", "/t/"+h.ticket+"?lang=en", form))
		to := r.Header.Get("Location")
		if !strings.Contains(document(t, h.get(to)).Find("#sent").Text(), "on its way") {
			t.Error("nothing says that the message is kept")
		}
	}
	if all := h.errands(); len(all) != 1 || all[0].Text != "Bonjour <b>" || all[0].Kind != surveys.MessageMail {
		t.Fatalf("kept: %+v", all)
	}
	d := document(t, h.want(http.StatusUnprocessableEntity, h.ask("POST", "/t/"+h.ticket+"?lang=en", "message="+strings.Repeat("x", 2001))))
	if len(d.Find("textarea").Text()) != 2001 || d.Find(".errors a[href='#message']").Length() != 1 {
		t.Error("what is too long does not come back")
	}
	for i := range 9 {
		h.want(http.StatusSeeOther, h.ask("POST", "/t/"+h.ticket, fmt.Sprintf("message=%d", i)))
	}
	d = document(t, h.want(http.StatusTooManyRequests, h.ask("POST", "/t/"+h.ticket+"?lang=en", "message=Onze")))
	if d.Find("textarea").Text() != "Onze" || !strings.Contains(d.Find(".errors").Text(), "tomorrow") {
		t.Errorf("the eleventh: %s", d.Find("main").Text())
	}
	h.settings.Organisation.HelpdeskAddress = ""
	if document(t, h.get("/t/"+h.ticket)).Find("form").Length() != 0 {
		t.Error("a message can be written that goes nowhere")
	}
	h.settings.Organisation.HelpdeskAddress = "support@example.org"
	h.now = h.now.AddDate(0, 0, 1)
	h.fails()
	d = document(t, h.want(http.StatusServiceUnavailable, h.ask("POST", "/t/"+h.ticket+"?lang=en", "message=Perdu")))
	if d.Find("textarea").Text() != "Perdu" {
		t.Error("what could not be kept does not come back")
	}
}

func TestTicketsThatCannotBeFollowed(t *testing.T) {
	h := open(t)
	h.want(http.StatusNotFound, h.get("/t/"+h.ticket[1:]))
	h.want(http.StatusNotFound, h.get("/t/"+h.token))
	h.want(http.StatusNotFound, h.ask("POST", "/t/"+h.stop, "message=Bonjour"))
	h.must(h.store.RemoveCustomer(context.Background(), h.invitation.Person))
	d := document(t, h.want(http.StatusGone, h.get("/t/"+h.ticket+"?lang=en")))
	if !strings.Contains(d.Find("h1").Text(), "cannot be followed") || strings.Contains(d.Text(), "48300") {
		t.Errorf("once erased: %s", d.Find("main").Text())
	}
	h.want(http.StatusGone, h.ask("POST", "/t/"+h.ticket, "message=Bonjour"))
}

// Each line, as a helpdesk fills it in, leads to the form with that number.
func TestAcknowledgement(t *testing.T) {
	h := open(t)
	lines := document(t, h.get("/help/acknowledgement?lang=en")).Find(".line").Map(func(_ int, s *goquery.Selection) string { return s.Text() })
	if len(lines) != 5 || lines[0] != "https://avis.example.org/t?number={{ticket.id}}" || lines[2] != "https://avis.example.org/t?number=#{ticket.number}" {
		t.Errorf("lines: %q", lines)
	}
}
