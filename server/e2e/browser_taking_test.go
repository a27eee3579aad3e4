package e2e

import (
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// What a manager takes is as many rows as the button says, and names nobody: the form is
// posted as the page would post it, and the answer read as a file.
func testTakeData(t *testing.T, d *demo) {
	b := d.tab(t)
	b.enterAs("manager")
	b.open(200, "/manage/data?what=answers&period=90d&lang=en")
	said := look[string](b, `document.querySelector("main form[method=post] button").textContent`)
	file := look[[]string](b, `(async () => {
		const form = document.querySelector("main form[method=post]")
		const r = await fetch(form.action, {method: "POST", body: new URLSearchParams(new FormData(form))})
		return [String(r.status), r.headers.get("Content-Disposition"), await r.text()]
	})()`)
	rows, err := csv.NewReader(strings.NewReader(file[2])).ReadAll() // comments have lines of their own
	must(t, err)
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, said)
	if file[0] != "200" || !strings.Contains(file[1], "attachment") || len(rows) < 20 {
		t.Fatalf("%s %s: %d rows", file[0], file[1], len(rows))
	}
	if digits != strconv.Itoa(len(rows)-1) {
		t.Errorf("the button says %q, and the file has %d rows", said, len(rows)-1)
	}
	for _, column := range rows[0] {
		if slices.Contains([]string{"ticket", "ticket_id", "number", "agent", "customer", "answered_at", "closed_at"}, column) {
			t.Errorf("the file has a column %s", column)
		}
	}
	b.enterAs("administrator")
	b.open(200, "/manage/log?lang=en")
	if log := look[string](b, `document.querySelector("main").innerText`); !strings.Contains(log, "Camille Morel") {
		t.Errorf("the log does not say who took a file: %.300q", log)
	}
	b.silent("taking data")
}

// Somebody who answered is found by address, given what is kept, and erased: afterwards
// nothing is found.
func testErase(t *testing.T, d *demo) {
	b := d.tab(t)
	ticket := b.closeTicket("en")
	b.press(200, ".steps a.button")
	b.press(200, `a[href*="delay=4"]`)
	b.do(chromedp.Click(chromedp.CSS("label[for=listening-5]")), chromedp.SendKeys(chromedp.CSS("#comment"), "Erase me."))
	b.press(200, send)
	b.enterAs("administrator")
	find := func() string {
		b.open(200, "/manage/privacy?lang=en")
		b.fill(map[string]string{"email": "lina." + ticket + "@example.net"})
		b.press(200, `form[action^="/manage/privacy?"] button`)
		return look[string](b, `document.querySelector("main").innerText`)
	}
	if said := find(); !strings.Contains(said, "Erase this person") {
		t.Fatalf("found: %q", said)
	}
	if at := look[string](b, "location.href"); strings.Contains(at, "example.net") {
		t.Errorf("the address bar holds the address: %s", at)
	}
	b.press(200, `form[action*="/erase"] button`)
	if said := find(); strings.Contains(said, "Erase this person") || strings.Contains(said, "Erase me.") {
		t.Errorf("after erasing: %q", said)
	}
	b.silent("erasing")
}
