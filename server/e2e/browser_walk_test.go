package e2e

import (
	"context"
	"encoding/csv"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"
)

func testDemoWalk(t *testing.T, d *demo)              { walk(d.tab(t)) }
func testDemoWalkWithoutScript(t *testing.T, d *demo) { walk(d.tab(t).without()) }

// walk follows one ticket from its closing to the figures, then answers again and
// again.
func walk(b *tab) {
	before, public := b.answers(), b.public()
	ticket := b.closeTicket("en")
	b.press(200, ".steps a.button")
	b.press(200, `a[href*="delay=2"]`)
	b.holds(map[string]string{"delay": "2"})
	b.do(chromedp.Click(chromedp.CSS("label[for=listening-5]")), chromedp.SendKeys(chromedp.CSS("#comment"), "Heard, at last."))
	b.press(200, send)
	b.thanked("Dissatisfied", "Very well", "Heard, at last.")
	thanks := look[string](b, "location.href")
	b.counts(before + 1)
	if b.public() != public {
		b.Error("the published page moved with an answer")
	}

	b.open(200, thanks)
	b.press(200, "main a.button")
	b.holds(map[string]string{"delay": "2", "listening": "5", "comment": "Heard, at last."})
	b.do(chromedp.Click(chromedp.CSS("label[for=delay-4]")))
	b.do(chromedp.DoubleClick(send))
	b.shows("thanks")
	b.do(chromedp.Reload())
	b.thanked("Satisfied", "Very well", "Heard, at last.")
	b.do(chromedp.NavigateBack())
	b.press(200, send)
	b.thanked("Satisfied", "Very well", "Heard, at last.")
	b.stored(ticket, map[string]string{"delay": "4", "listening": "5", "comment": "Heard, at last."})
	b.counts(before + 1)
	b.silent("the walk")
}

// Two tabs hold one survey: what was sent last counts, once.
func testTwoTabs(t *testing.T, d *demo) {
	first, second := d.tab(t), d.tab(t)
	ticket := first.closeTicket("fr")
	first.press(200, ".steps a.button")
	survey := first.link("/a/")
	for n, b := range []*tab{first, second} {
		b.open(200, survey+"&delay="+[]string{"1", "3"}[n])
		b.do(chromedp.Click(chromedp.CSS("label[for=listening-4]")))
	}
	second.press(200, send)
	first.press(200, send)
	first.stored(ticket, map[string]string{"delay": "1", "listening": "4", "comment": ""})
	second.do(chromedp.Reload())
	if a, b := first.thanks(), second.thanks(); !slices.Equal(a, b) {
		t.Errorf("one tab thanks for %q, the other for %q", a, b)
	}
}

// send is the button under the survey.
const send = chromedp.CSS("#form button")

// closeTicket closes one as a visitor does and waits for its mail, on the page that
// shows its way.
func (b *tab) closeTicket(language string) (id string) {
	b.Helper()
	b.open(200, "/demo?lang="+language)
	b.press(200, `form[action^="/demo/close"] button`)
	must(b, await(b.ctx, "the mail was caught", func() bool {
		if look[bool](b, `!!document.querySelector(".steps a.button")`) {
			return true
		}
		b.do(chromedp.Reload())
		return false
	}))
	address, err := url.Parse(look[string](b, "location.href"))
	must(b, err)
	return address.Query().Get("ticket")
}

// link is the last link on the page whose path begins like this.
func (b *tab) link(path string) string {
	b.Helper()
	return look[string](b, `[...document.links].filter(a => a.pathname.startsWith("`+path+`")).pop().href`)
}

// holds checks what the survey's form would send: these fields and no other.
func (b *tab) holds(want map[string]string) {
	b.Helper()
	got := look[map[string]string](b, `Object.fromEntries([...new FormData(document.querySelector("#form"))].filter(([name, value]) => value && name !== "version" && name !== "language"))`)
	if diff := cmp.Diff(want, got); diff != "" {
		b.Errorf("the form holds (-want +got):\n%s", diff)
	}
}

// thanked checks that the page says thank you and repeats these answers.
func (b *tab) thanked(want ...string) {
	b.Helper()
	if diff := cmp.Diff(want, b.thanks()); diff != "" {
		b.Errorf("thanked for (-want +got):\n%s", diff)
	}
}

// thanks are the answers that the page repeats.
func (b *tab) thanks() []string {
	b.Helper()
	return look[[]string](b, `[...document.querySelectorAll(".thanks .answers dd")].map(d => d.textContent)`)
}

// shows waits for a page that steps lead to sooner or later.
func (b *tab) shows(page string) {
	b.Helper()
	must(b, await(b.ctx, page+" is shown", func() bool {
		shown, err := glance[string](b, `document.readyState === "complete" ? document.body.className : ""`)
		return err == nil && shown == page
	}))
}

// answers is how many answers the next edition counts in the month so far, read from
// the table under the chart, and how many customers have changed that number since an
// edition that it still stands from.
func (b *tab) answers() int {
	b.Helper()
	b.open(200, "/demo/next?lang=en")
	return look[int](b, `(() => {
		const month = document.querySelector("#delay tbody tr")
		const waiting = [...document.querySelectorAll("#waiting tbody tr")].filter(r =>
			r.cells[0].textContent === "Satisfied with the time taken" && month.cells[0].textContent.startsWith(r.cells[1].textContent))
		return parseInt(month.cells[1].textContent) + waiting.reduce((n, r) => n + Number(r.cells[2].textContent), 0)
	})()`)
}

// counts waits until the next edition counts as many answers.
func (b *tab) counts(want int) {
	b.Helper()
	got := 0
	if err := await(b.ctx, "the next edition counts the answer", func() bool { got = b.answers(); return got >= want }); err != nil || got != want {
		b.Errorf("the next edition counts %d answers, not %d: %v", got, want, err)
	}
}

// public is the page that everybody may read.
func (b *tab) public() string {
	b.Helper()
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, b.demo.base+"/?lang=en", nil)
	must(b, err)
	response, err := http.DefaultClient.Do(request)
	must(b, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	must(b, err)
	return string(body)
}

// stored checks that the store holds one response to a ticket, with these values.
func (b *tab) stored(ticket string, want map[string]string) {
	b.Helper()
	rows, err := csv.NewReader(strings.NewReader(b.demo.command(b.T, "export", "responses"))).ReadAll()
	must(b, err)
	var found []map[string]string
	for _, row := range rows[1:] {
		if row[slices.Index(rows[0], "ticket_id")] != ticket {
			continue
		}
		values := map[string]string{}
		for name := range want {
			values[name] = row[slices.Index(rows[0], name)]
		}
		found = append(found, values)
	}
	if diff := cmp.Diff([]map[string]string{want}, found); diff != "" {
		b.Errorf("stored of request %s (-want +got):\n%s", ticket, diff)
	}
}
