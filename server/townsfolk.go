package main

import (
	"crypto/rand"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/entendu/entendu/server/lang"
	"github.com/entendu/entendu/surveys"
)

// demoEvent is the generic event, as the demo's helpdesk sends it.
type demoEvent struct {
	ID           string       `json:"id"`
	Status       string       `json:"status"`
	Subject      string       `json:"subject"`
	Team         string       `json:"team"`
	Category     string       `json:"category"`
	Product      string       `json:"product"`
	Channel      string       `json:"channel"`
	Agent        string       `json:"agent"`
	OpenedAt     time.Time    `json:"opened_at"`
	FirstReplyAt *time.Time   `json:"first_reply_at,omitempty"`
	ClosedAt     *time.Time   `json:"closed_at,omitempty"`
	UpdatedAt    time.Time    `json:"updated_at"`
	Contacts     int          `json:"contacts"`
	Customer     demoCustomer `json:"customer"`
}

type demoCustomer struct {
	Email    string `json:"email"`
	Name     string `json:"name"`
	Language string `json:"language"`
}

// handling is how a ticket went, which colours what its customer says.
type handling struct {
	category string
	reply    time.Duration
	whole    time.Duration
	contacts int
	reopened bool
}

// trade is what one category of requests is like in the made-up shop.
type trade struct {
	category, team string
	weight         float64
	replyHours     float64 // median to the first reply
	workHours      float64 // median from there to the end
}

func trades() []trade {
	return []trade{
		{"account", "advice", 0.18, 4, 10},
		{"delivery", "shipping", 0.38, 12, 44},
		{"invoice", "billing", 0.24, 15, 30},
		{"product", "advice", 0.20, 19, 60},
	}
}

// demoSettings is the made-up shop's, and the secret of its helpdesk.
func demoSettings(words *lang.Catalogue) (surveys.Settings, string) {
	s := surveys.DefaultSettings()
	secret := rand.Text()
	s.Organisation = surveys.Organisation{
		Name: words.For("fr").T("demo.organisation"), Languages: []string{"fr", "en"},
		Timezone: "Europe/Paris", HelpdeskAddress: "support@example.org",
	}
	s.Promise.Category = map[string]surveys.Span{"delivery": {N: 24, Unit: "h"}}
	s.Promise.Since = "2020-01-01"
	s.Asking.Hours, s.Mail.Connections, s.Mail.PerSecond = "", 16, 1000 // a visitor waits for the mail at any hour
	s.Sources = []surveys.Source{{Name: demoSource, Kind: "generic", Secret: secret, Freshness: surveys.Span{N: 5, Unit: "m"}}}
	for _, name := range []string{"advice", "billing", "shipping"} {
		s.Teams = append(s.Teams, surveys.Team{Name: name, Address: name + "@example.org"})
	}
	return s, secret
}

// draw makes up the tickets opened on a day, with all that will become of them.
func (y *story) draw(day surveys.Day) {
	mean := 13.0
	if weekday := day.Start(y.zone).Weekday(); weekday == time.Saturday || weekday == time.Sunday {
		mean = 4
	}
	for range y.count(mean * y.season(day)) {
		y.tickets++
		y.open(day)
	}
}

// season is the rush before the holidays and the calm of summer.
func (y *story) season(day surveys.Day) float64 {
	switch day[5:7] {
	case "11", "12":
		return 1.35
	case "08":
		return 0.75
	default:
		return 1
	}
}

// count draws around a mean (Poisson, by Knuth's product of uniforms).
func (y *story) count(mean float64) int {
	n, p := 0, y.chance.Float64()
	for limit := math.Exp(-mean); p > limit; n++ {
		p *= y.chance.Float64()
	}
	return n
}

// open makes up one ticket.
func (y *story) open(day surveys.Day) {
	kind := y.pickTrade()
	w := y.service.words.For([]string{"fr", "fr", "fr", "en"}[y.chance.IntN(4)])
	opened := day.Start(y.zone).Add(8*time.Hour + time.Duration(y.chance.IntN(11*3600))*time.Second)
	rush := y.season(day) * y.season(day)
	if day > surveys.DayOf(now().AddDate(0, -6, 0), y.zone) && kind.category == "delivery" {
		rush *= 0.6 // the shop has changed its carrier
	}
	h := handling{category: kind.category, contacts: 1 + y.count(0.5)}
	h.reply = y.lasting(kind.replyHours * rush)
	h.whole = h.reply + y.lasting(kind.workHours*rush)
	e := demoEvent{
		ID: strconv.Itoa(40000 + y.tickets), Status: "open", Team: kind.team, Category: kind.category,
		Subject: y.words(w, "demo.subjects."+kind.category), Product: []string{"shop", "gift card", "subscription"}[y.chance.IntN(3)],
		Channel: []string{"email", "email", "web", "phone", "chat"}[y.chance.IntN(5)],
		Agent:   "u-" + strconv.Itoa(1+y.chance.IntN(14)), OpenedAt: opened, UpdatedAt: opened, Contacts: h.contacts,
		Customer: y.customer(w),
	}
	y.happen(e)
	y.close(e, h)
}

// lasting draws a duration around a median in hours (log-normal).
func (y *story) lasting(median float64) time.Duration {
	return time.Duration(median * math.Exp(0.95*y.chance.NormFloat64()) * float64(time.Hour)).Round(time.Second)
}

func (y *story) pickTrade() trade {
	all, at := trades(), y.chance.Float64()
	for _, t := range all {
		if at -= t.weight; at < 0 {
			return t
		}
	}
	return all[0]
}

// customer is one of some two thousand people, so that now and then one comes back.
func (y *story) customer(w lang.Words) demoCustomer {
	first, last := y.words(w, "demo.first_names"), y.words(w, "demo.last_names")
	name := first + " " + last
	address := fmt.Sprintf("%s.%s%d@example.net", first, last, y.chance.IntN(9))
	return demoCustomer{Email: plainLetters(address), Name: name, Language: w.Tag()}
}

// plainLetters keeps made-up addresses to what every mail server takes.
func plainLetters(address string) string {
	return strings.NewReplacer("é", "e", "è", "e", "ë", "e", "ï", "i", "ç", "c", "ô", "o", " ", "-", "'", "").Replace(strings.ToLower(address))
}

// close makes up how a ticket ends: most are resolved, some are reopened and
// resolved again, a few are withdrawn or were spam.
func (y *story) close(e demoEvent, h handling) {
	replied := e.OpenedAt.Add(h.reply)
	e.FirstReplyAt = &replied
	ended := e.OpenedAt.Add(h.whole)
	switch at := y.chance.Float64(); {
	case at < 0.015:
		e.FirstReplyAt = nil
		y.happen(e.at("spam", e.OpenedAt.Add(time.Hour)))
		return
	case at < 0.035:
		y.happen(e.at("withdrawn", ended))
		return
	case at < 0.10:
		h.reopened, h.contacts = true, h.contacts+1
		y.happen(e.at("resolved", ended))
		again := ended.Add(y.lasting(30))
		e.Contacts = h.contacts
		y.happen(e.at("reopened", again))
		h.whole += again.Sub(ended) + y.lasting(30)
		ended = e.OpenedAt.Add(h.whole)
	case h.whole-h.reply > 24*time.Hour: // else the reply is told with the end
		y.happen(e.at("pending", replied))
	}
	y.handled[e.ID] = h
	y.happen(e.at("resolved", ended))
}

// at is the event of a later moment.
func (e demoEvent) at(status string, at time.Time) demoEvent {
	e.Status, e.UpdatedAt = status, at
	if status == "resolved" {
		e.ClosedAt = &at
	}
	return e
}

func (y *story) happen(e demoEvent) {
	day := surveys.DayOf(e.UpdatedAt, y.zone)
	y.events[day] = append(y.events[day], happening{at: e.UpdatedAt, event: e})
}

// quality is how well a ticket went, around 0.
func (h handling) quality() float64 {
	q := 1.4 - 0.62*math.Log1p(h.whole.Hours()/20)
	if h.reopened {
		q -= 0.9
	}
	return q - 0.25*float64(h.contacts-1)
}

// opinion is what a customer posts.
func (y *story) opinion(h handling, w lang.Words) url.Values {
	q := h.quality()
	delay := between(1, 5, 3.6+q+0.8*y.chance.NormFloat64())
	listening := between(1, 5, 4.1+0.35*q+0.8*y.chance.NormFloat64())
	form := url.Values{"delay": {strconv.Itoa(delay)}, "listening": {strconv.Itoa(listening)}, "version": {"1"}}
	if y.chance.Float64() < 0.92 {
		form.Set("resolved", []string{"no", "partly", "yes"}[between(0, 2, 1.75+0.4*q+0.5*y.chance.NormFloat64())])
	}
	if y.chance.Float64() < 0.85 {
		form.Set("recommend", strconv.Itoa(between(0, 10, 1.2*float64(delay)+0.8*float64(listening)+1.1*y.chance.NormFloat64())))
	}
	mood := "good"
	if delay+listening < 7 {
		mood = "bad"
	}
	if y.chance.Float64() < 0.35 {
		form.Set("comment", y.words(w, "demo.comments."+mood))
	}
	if mood == "bad" && y.chance.Float64() < 0.15 {
		form.Set("callback", "yes")
	}
	if y.chance.Float64() < 0.6 {
		form.Set("nudged", []string{"yes", "no"}[min(1, y.chance.IntN(25))])
	}
	return form
}

func between(low, high int, x float64) int { return max(low, min(high, int(math.Round(x)))) }

// sortedLetters gives letters in an order that does not depend on which of the
// sender's lanes was faster.
func sortedLetters(letters []surveys.Letter) []surveys.Letter {
	slices.SortFunc(letters, func(a, b surveys.Letter) int { return strings.Compare(a.Invitation.ID, b.Invitation.ID) })
	return letters
}
