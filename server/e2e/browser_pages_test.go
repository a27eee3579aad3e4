package e2e

import (
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/entendu/entendu/surveys"
)

// Every page, in every state, can be read and used by everybody: axe-core finds
// nothing, nothing is wider than the screen, nothing is too small to be touched.
func testAccessibility(t *testing.T, d *demo) {
	script, err := os.ReadFile("testdata/axe/axe.min.js")
	must(t, err)
	for _, as := range []struct {
		width            int64
		scheme, language string
	}{{320, "light", "fr"}, {1280, "dark", "en"}} {
		t.Run(fmt.Sprint(as.width, as.scheme, as.language), func(t *testing.T) {
			b := d.tab(t)
			b.dress(as.width, as.scheme)
			g := guide{b, as.language, string(script)}
			g.showPages()
			g.showSurvey()
			g.showEnds()
			g.showSpace()
		})
	}
}

// What the guide looks for is found when it is there.
func testPlantedFaults(t *testing.T, d *demo) {
	script, err := os.ReadFile("testdata/axe/axe.min.js")
	must(t, err)
	b := d.tab(t)
	b.dress(320, "light")
	b.open(200, "/privacy?lang=en")
	wanted := map[string]string{
		"px wider":          `document.querySelector("h1").style.width = "400px"`,
		"too small":         `Object.assign(document.querySelector(".languages a").style, {minHeight: 0, height: "20px"})`,
		"color-contrast":    `document.querySelector("main p").style.color = "#bbb"`,
		"image-alt":         `document.querySelector("main").append(document.createElement("img"))`,
		"console error":     `console.error("planted")`,
		"Security Policy":   `document.querySelector("h2").setAttribute("style", "color: #000")`,
		"dialog: planted":   `setTimeout(() => alert("planted"))`,
		"exception: Uncaug": `setTimeout(() => planted)`,
	}
	for _, plant := range wanted {
		look[bool](b, plant+";true")
	}
	found := strings.Join(guide{b, "en", string(script)}.faults(), "\n")
	for want := range wanted {
		if !strings.Contains(found, want) {
			t.Errorf("%q is not found in %q", want, found)
		}
	}
}

// guide shows every page to axe.
type guide struct {
	*tab
	language, axe string
}

// showPages shows what anybody may open.
func (g guide) showPages() {
	for _, path := range []string{
		"/", "/demo", "/demo/mailbox", "/demo/next", "/privacy", "/accessibility", "/method", "/editions/", "/poster", "/embed/first-reply",
		"/t", "/t?asked=1", "/help/acknowledgement",
	} {
		g.show(200, path)
	}
	g.show(404, "/nothing-here")
}

// showSurvey shows the way of one ticket.
func (g guide) showSurvey() {
	g.closeTicket(g.language)
	g.examine("demo with a ticket")
	g.showTicket(g.link("/t/"))
	g.press(200, ".steps a.button")
	g.examine("mail", "landmark-one-main", "region") // the landmarks are those of the mail programme around it
	survey, stop := g.link("/a/"), g.link("/u/")
	g.show(200, survey)
	g.press(422, send)
	g.examine("survey with errors")
	g.show(200, survey+"&delay=4")
	g.do(chromedp.Click(chromedp.CSS("label[for=listening-3]")), chromedp.Click(chromedp.CSS("label[for=recommend-10]")))
	g.press(200, send)
	g.examine("thanks")
	g.press(200, "main a.button")
	g.examine("change")
	g.show(200, stop)
	for _, state := range []string{"stopped", "begun again"} {
		g.press(200, "main button")
		g.examine(state)
	}
}

// showTicket shows a ticket's page, a message without words, and one that is sent, then
// the form that mails the link, filled in wrongly.
func (g guide) showTicket(ticket string) {
	demo := look[string](g.tab, "location.href")
	g.open(200, ticket)
	g.examine("ticket")
	g.press(422, send)
	g.examine("ticket with errors")
	g.do(chromedp.SendKeys(chromedp.CSS("#message"), "La facture a deux pages."))
	g.press(200, send)
	g.examine("message sent")
	g.open(200, "/t?number=1&lang="+g.language)
	g.press(422, send)
	g.examine("link asked for with errors")
	g.open(200, demo)
}

// showEnds shows links that lead nowhere, or no longer anywhere.
func (g guide) showEnds() {
	keys := surveys.NewKeys(secret)
	id := surveys.InvitationID(surveys.AfterHandling, surveys.TicketKey{Source: "desk", ID: "never"}, 1)
	g.show(404, "/a/"+keys.Sign(surveys.ToAnswer, id))
	g.show(404, "/a/forged")
	g.show(404, "/u/forged")
	g.show(404, "/t/forged")
	g.show(410, "/t/"+keys.ToTicket(surveys.TicketKey{Source: "desk", ID: g.anyTicket()}, "nobody"))
	g.show(410, "/a/"+keys.Sign(surveys.ToAnswer, g.oldest()))
}

// anyTicket is the id of one that there is.
func (g guide) anyTicket() string {
	rows, err := csv.NewReader(strings.NewReader(g.demo.command(g.T, "export", "responses"))).ReadAll()
	must(g, err)
	return rows[1][slices.Index(rows[0], "ticket_id")]
}

// oldest is the invitation whose answer is the oldest.
func (g guide) oldest() string {
	rows, err := csv.NewReader(strings.NewReader(g.demo.command(g.T, "export", "responses"))).ReadAll()
	must(g, err)
	column := func(name string) string { return rows[1][slices.Index(rows[0], name)] }
	closing, err := strconv.Atoi(column("closing"))
	must(g, err)
	return surveys.InvitationID(column("survey"), surveys.TicketKey{Source: column("source"), ID: column("ticket_id")}, closing)
}

// show opens a page in the guide's language and examines it.
func (g guide) show(status int64, address string) {
	g.Helper()
	sign := "?"
	if strings.Contains(address, "?") {
		sign = "&"
	}
	g.open(status, address+sign+"lang="+g.language)
	g.examine(address)
}

// small lists what is smaller than 24 px (WCAG 2.2, 2.5.8); a radio is as large as
// its label, and links within a sentence are left to axe.
const small = `[...document.querySelectorAll("a[href], button, input:not([type=hidden]), textarea, summary")]
	.map(e => e.closest("label") || e)
	.filter(e => getComputedStyle(e).display !== "inline" && e.getClientRects().length)
	.filter(e => { const r = e.getBoundingClientRect(); return r.width < 24 || r.height < 24 })
	.map(e => e.outerHTML.slice(0, 120))`

// violations runs axe with all its rules and the one for targets, but for some.
const violations = `axe.run(document, {
	rules: Object.fromEntries([["target-size", {enabled: true}], ...[%s].map(rule => [rule, {enabled: false}])]), resultTypes: ["violations"]})
	.then(r => r.violations.map(v => v.id + ": " + v.nodes.map(n => n.target + " " + n.failureSummary).join("; ")))`

// examine looks at the page that is open; what axe says by the rules named is left
// aside.
func (g guide) examine(name string, but ...string) {
	g.Helper()
	if lang := look[string](g.tab, "document.documentElement.lang"); lang != g.language {
		g.Errorf("%s: the page says that it speaks %q", name, lang)
	}
	for _, fault := range g.faults(but...) {
		g.Errorf("%s: %s", name, fault)
	}
}

// faults is what is wrong with the page, and with what it said while it loaded.
func (g guide) faults(but ...string) (all []string) {
	g.Helper()
	all = g.unsaid()
	if over := look[int](g.tab, "document.documentElement.scrollWidth - innerWidth"); over > 0 {
		all = append(all, fmt.Sprintf("%d px wider than the screen", over))
	}
	for _, found := range look[[]string](g.tab, small) {
		all = append(all, "too small to be touched: "+found)
	}
	look[bool](g.tab, g.axe+";true")
	for _, found := range look[[]string](g.tab, fmt.Sprintf(violations, quoted(but))) {
		all = append(all, "axe: "+found)
	}
	return append(all, g.unsaid()...)
}

func quoted(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return `"` + strings.Join(words, `", "`) + `"`
}
