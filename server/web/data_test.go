package web

import (
	archive "archive/zip"
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/xuri/excelize/v2"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/surveys"
)

// openTaking is a house with the pages of this file, in which 40 customers of two teams
// answered, of whom six advisers took care.
func openTaking(t *testing.T) *house {
	t.Helper()
	h := openInside(t, func(c *Config) {
		st := c.Store.(reports.Store)
		taker := &reports.Taker{Store: st, Settings: c.Settings, Explorer: &reports.Explorer{Store: st, Settings: c.Settings}}
		eraser := &surveys.Eraser{Store: c.Store.(surveys.Store), Settings: c.Settings}
		c.Parts = append(c.Parts, &Data{taker}, &Persons{eraser, []byte("salt")}, Log{})
	})
	for n := range 40 {
		h.answered(n, []string{"billing", "shop"}[n%2])
	}
	h.now = h.now.Add(24 * time.Hour)
	h.must((&reports.Counter{Store: h.store, Settings: h.Settings}).Drain(t.Context()))
	return h
}

// answered keeps the answer of a customer about a ticket that one of six advisers closed.
func (h *house) answered(n int, team string) {
	h.t.Helper()
	ctx, at := h.t.Context(), h.now.Add(-time.Duration(n)*time.Hour)
	dims := surveys.Dimensions{Team: team, Category: "=delivery"}
	k := surveys.Ticket{
		TicketKey: surveys.TicketKey{Source: "desk", ID: fmt.Sprint("T", n)}, Number: fmt.Sprint("T", n), Status: surveys.Closed, Dimensions: dims,
		Agent: fmt.Sprint("agent-", n/2%6), OpenedAt: at.Add(-time.Hour), UpdatedAt: at, Customer: fmt.Sprint("customer-", n), Person: fmt.Sprint("person-", n), Subject: "Facture",
		Closings: []surveys.Closing{{N: 1, At: at, LearntAt: at}}, Transitions: []surveys.Transition{{Status: surveys.Closed, At: at, LearntAt: at}},
		Recount: []surveys.Day{surveys.DayOf(at.Add(-time.Hour), h.settings.Zone())},
	}
	h.must(h.store.AddTicket(ctx, k))
	id := surveys.InvitationID(surveys.AfterHandling, k.TicketKey, 1)
	day := []surveys.Day{surveys.DayOf(at, h.settings.Zone())}
	h.must(h.store.AddInvitation(ctx, surveys.Invitation{
		ID: id, Survey: surveys.AfterHandling, Version: 1, Ticket: k.TicketKey, Closing: 1, ClosedAt: at, MadeAt: at, Customer: k.Customer, Person: k.Person,
		Dimensions: dims, Agent: k.Agent, OpenedAt: k.OpenedAt, State: surveys.Sent, AcceptedAt: at, Recount: day,
	}))
	h.must(h.store.AddResponse(ctx, surveys.Response{
		Invitation: id, Survey: surveys.AfterHandling, Ticket: k.TicketKey, Closing: 1, ClosedAt: at, Customer: k.Customer, Dimensions: dims, Recount: day,
		Answers: []surveys.Answer{{At: at, Version: 1, Language: "fr", Values: map[string]string{"delay": "4", "listening": "5", "comment": "+33 Merci"}}},
	}))
}

func (h *house) taken(head []string, form string) ([]byte, *http.Response) {
	h.t.Helper()
	r := h.want(http.StatusOK, h.ask("POST", dataPath, form, head...))
	b, err := io.ReadAll(r.Body)
	h.must(err)
	return b, r
}

// TestTakeData: what the page says is in the file, and nothing that the law keeps out.
func TestTakeData(t *testing.T) {
	h := openTaking(t)
	head := h.as(auth.Manager)
	page := document(t, h.want(http.StatusOK, h.get(dataPath+"?lang=en&what=answers&period=28d", head...)))
	if said := page.Find("main").Text(); !strings.Contains(said, "40 rows") || !strings.Contains(said, "not for pay") {
		t.Errorf("the page: %s", said)
	}
	body, r := h.taken(head, "what=answers&period=28d&format=csv")
	if name := r.Header.Get("Content-Disposition"); !strings.Contains(name, "answers_28d_definitions-1_for-improvement-not-for-pay.csv") || r.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("named %q", name)
	}
	rows, err := csv.NewReader(bytes.NewReader(body)).ReadAll()
	if err != nil || len(rows) != 41 || rows[0][0] != "week" {
		t.Fatalf("%d rows, %v: %q", len(rows), err, rows[0])
	}
	for _, row := range rows[1:] {
		if row[1] != "billing" && row[1] != "shop" || row[2] != "'=delivery" || row[12] != "'+33 Merci" {
			t.Errorf("%q", row)
		}
	}
	for _, kept := range []string{"T7", "customer-", "agent-", "person-", "2026-03-04"} {
		if strings.Contains(string(body), kept) {
			t.Errorf("the file holds %q", kept)
		}
	}
	if body, _ := h.taken(head, "what=tickets&period=28d&team=shop&format=jsonl"); strings.Count(string(body), "\n") != 20 || strings.Contains(string(body), "billing") {
		t.Errorf("requests of one team: %.300s", body)
	}
}

// TestABookExplainsItself: its first sheet says what, when, for what, and who took it.
func TestABookExplainsItself(t *testing.T) {
	h := openTaking(t)
	body, _ := h.taken(h.as(auth.Manager), "what=figures&period=2026-03&format=xlsx")
	f, err := excelize.OpenReader(bytes.NewReader(body))
	h.must(err)
	defer f.Close()
	about, err := f.GetRows("About")
	h.must(err)
	said := fmt.Sprint(about)
	for _, want := range []string{"Maison Poulain", "Europe/Paris", "Camille manager", "1"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q does not say %q", said, want)
		}
	}
	rows, err := f.GetRows("Data")
	h.must(err)
	found := false
	for _, row := range rows {
		found = found || len(row) > 4 && row[1] == "all" && row[3] == "delay" && row[4] == "40"
	}
	if !found {
		t.Errorf("no delay of 40: %q", rows)
	}
}

// TestTakingIsNotedAndBounded: every file is in the log before it leaves; of few there is
// none, and of another team nothing.
func TestTakingIsNotedAndBounded(t *testing.T) {
	h := openTaking(t)
	mine := h.as(auth.Manager, "shop")
	body, _ := h.taken(mine, "what=answers&period=28d&format=csv")
	if text := string(body); strings.Contains(text, "billing") || strings.Count(text, "\n") != 21 {
		t.Errorf("of the shop: %.300s", text)
	}
	h.want(http.StatusOK, h.get(dataPath+"?period=28d&team=billing", mine...))
	h.settings.Comparing.Advisers = 7 // only six there are
	r := h.want(http.StatusSeeOther, h.ask("POST", dataPath, "what=answers&period=28d", mine...))
	if said := document(t, h.want(http.StatusOK, h.get(r.Header.Get("Location"), mine...))).Find(".empty").Text(); !strings.Contains(said, "7") {
		t.Errorf("of few: %q", said)
	}
	log := document(t, h.want(http.StatusOK, h.get(logPath+"?lang=en", h.as(auth.Administrator)...))).Find("tbody tr")
	if log.Length() != 1 || !strings.Contains(log.Text(), "took a file") || !strings.Contains(log.Text(), "answers.csv 28d") || !strings.Contains(log.Text(), "Camille manager") {
		t.Errorf("the log: %s", log.Text())
	}
}

// TestErasePerson: found by a form, given a file, erased; the counts stay, and neither
// address nor anything that leads to it is in a log or an address.
func TestErasePerson(t *testing.T) {
	h := openTaking(t)
	head, ctx := h.as(auth.Administrator), t.Context()
	zoe := surveys.PersonOf([]byte("salt"), "zoe@example.net")
	h.must(h.store.AddCustomer(ctx, surveys.Customer{Person: zoe, ID: "customer-3", Address: "Zoe@example.net", Name: "Zoe Roche"}))
	k, err := h.store.GetTicket(ctx, surveys.TicketKey{Source: "desk", ID: "T3"})
	h.must(err)
	k.Person = zoe
	h.must(h.store.PutTicket(ctx, k))
	i, err := h.store.GetInvitation(ctx, surveys.InvitationID(surveys.AfterHandling, k.TicketKey, 1))
	h.must(err)
	i.Person = zoe
	h.must(h.store.PutInvitation(ctx, i))
	form := url.Values{"email": {" ZOE@example.net "}}.Encode()
	page := document(t, h.want(http.StatusOK, h.ask("POST", personsPath+"?lang=en", form, head...)))
	if said := page.Find("main").Text(); !strings.Contains(said, "Zoe Roche") || page.Find("button.danger").Text() != "Erase this person and their 1 answer" {
		t.Errorf("found: %s", said)
	}
	person := page.Find("form[action*=erase] input[name=person]").AttrOr("value", "")
	r := h.want(http.StatusOK, h.ask("POST", personsPath+"/file?lang=en", "person="+person, head...))
	body, err := io.ReadAll(r.Body)
	h.must(err)
	file, err := archive.NewReader(bytes.NewReader(body), int64(len(body)))
	h.must(err)
	for _, f := range file.File {
		in, err := f.Open()
		h.must(err)
		text, err := io.ReadAll(in)
		h.must(err)
		if !strings.Contains(string(text), "Zoe@example.net") || !strings.Contains(string(text), "+33 Merci") || strings.Contains(string(text), "agent-") || strings.Contains(string(text), "⟦") {
			t.Errorf("%s: %s", f.Name, text)
		}
	}
	r = h.want(http.StatusSeeOther, h.ask("POST", personsPath+"/erase", "person="+person, head...))
	if to := r.Header.Get("Location"); to != personsPath+"?done=privacy.erased" {
		t.Errorf("sent to %q", to)
	}
	page = document(t, h.want(http.StatusOK, h.ask("POST", personsPath+"?lang=en", form, head...)))
	if said := page.Find("main").Text(); strings.Contains(said, "Zoe Roche") || page.Find("button.danger").Length() != 0 || !strings.Contains(said, "were erased") {
		t.Errorf("erased: %s", said)
	}
	answer, err := h.store.GetResponse(ctx, surveys.InvitationID(surveys.AfterHandling, k.TicketKey, 1))
	if err != nil || answer.Last().Values["comment"] != "" || answer.Last().Values["delay"] != "4" {
		t.Errorf("the answer: %+v, %v", answer, err)
	}
	log := document(t, h.want(http.StatusOK, h.get(logPath+"?lang=en", head...))).Find("tbody").Text()
	if strings.Count(log, "looked for a person") != 2 || !strings.Contains(log, "erased a person") || !strings.Contains(log, "took a person's data") {
		t.Errorf("the log: %s", log)
	}
	if all := strings.ToLower(log + h.log.String()); strings.Contains(all, "zoe@") || strings.Contains(all, "zoe%40") {
		t.Error("the address is in a log")
	}
	h.want(http.StatusUnprocessableEntity, h.ask("POST", personsPath, "email=nobody", head...))
}

// TestTheLogGoesBack part by part, each line once.
func TestTheLogGoesBack(t *testing.T) {
	h := openTaking(t)
	head := h.as(auth.Administrator)
	for n := range 120 {
		h.now = h.now.Add(time.Duration(n%2) * time.Millisecond) // two at a time
		h.must(h.Gate.Note(t.Context(), auth.Person{ID: "p", Name: "Camille"}, "voices.read", fmt.Sprint("line ", n, ".")))
	}
	seen, address := map[string]bool{}, logPath
	for parts := 1; address != ""; parts++ {
		page := document(t, h.want(http.StatusOK, h.get(address, head...)))
		page.Find("tbody tr").Each(func(_ int, row *goquery.Selection) { seen[row.Find("td").Last().Text()] = true })
		address = page.Find(".pager a").Last().AttrOr("href", "")
		if parts == 3 {
			break
		}
	}
	if len(seen) != 120 {
		t.Errorf("%d different lines in three parts", len(seen))
	}
}
