package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// The survey is filled in and sent by keyboard alone; every stop shows its focus,
// and what is missing gets it.
func testKeyboard(t *testing.T, d *demo) {
	b := d.tab(t)
	ticket := b.closeTicket("en")
	b.press(200, ".steps a.button")
	b.open(200, b.link("/a/"))
	b.tabTo("BUTTON")
	b.load(422, key(kb.Enter))
	b.focused("errors")
	b.do(key(kb.Tab), key(kb.Enter))
	b.focused("delay-1")
	b.do(key(" "), key(kb.ArrowDown), key(kb.ArrowDown))
	b.tabTo("listening-1")
	b.do(key(kb.ArrowUp)) // from the first to the last
	b.tabTo("recommend-0")
	b.do(key(" "), key(kb.ArrowRight))
	b.tabTo("comment")
	b.do(key("By keyboard."))
	b.tabTo("private-yes")
	b.do(key(" "))
	b.holds(map[string]string{"delay": "3", "listening": "5", "recommend": "1", "comment": "By keyboard.", "private": "yes"})
	b.tabTo("BUTTON")
	b.load(200, key(kb.Enter))
	b.stored(ticket, map[string]string{"delay": "3", "listening": "5", "recommend": "1", "comment": "By keyboard."})
	b.silent("the survey by keyboard")
}

// focus names what has it: its id, or its class, or its tag.
func (b *tab) focus() string {
	b.Helper()
	return look[string](b, `(e => e ? e.id || e.className || e.tagName : "")(document.activeElement)`)
}

// focused waits until something got the focus by itself.
func (b *tab) focused(want string) {
	b.Helper()
	at := ""
	if err := await(b.ctx, "the focus moves", func() bool { at = b.focus(); return at == want }); err != nil {
		b.Fatalf("the focus is on %q instead of %q", at, want)
	}
}

// tabTo presses the tabulator until something has the focus. Each stop must have a
// ring: its own, or that of the label around it.
func (b *tab) tabTo(what string) {
	b.Helper()
	for range 60 {
		b.do(key(kb.Tab))
		at := b.focus()
		if !look[bool](b, `[document.activeElement, document.activeElement.closest("label")].some(e => e && getComputedStyle(e).outlineStyle === "solid" && parseFloat(getComputedStyle(e).outlineWidth) >= 2)`) {
			b.Errorf("the focus on %q cannot be seen", at)
		}
		if at == what {
			return
		}
	}
	b.Fatalf("the tabulator does not lead to %q", what)
}

// A mail scanner with a real browser opens every link of mails, scripts and all:
// nobody has answered and nobody is unsubscribed.
func testScanner(t *testing.T, d *demo) {
	b := d.tab(t)
	for _, language := range []string{"fr", "en", "en"} {
		b.closeTicket(language)
	}
	before := []string{d.command(t, "export", "responses"), d.command(t, "suppress", "list")}
	opened := 0
	for _, l := range d.newest(t, 3) {
		for _, link := range append(l.links, l.stop) {
			b.open(200, link)
			opened++
		}
	}
	if opened < 3*15 {
		t.Errorf("only %d links were found", opened)
	}
	for n, what := range []string{"a response", "a suppression"} {
		args := [][]string{{"export", "responses"}, {"suppress", "list"}}[n]
		if d.command(t, args...) != before[n] {
			t.Errorf("opening links made %s", what)
		}
	}
	b.silent("the links of mails")
}

// newest reads the latest mails that were caught.
func (d *demo) newest(t *testing.T, n int) (letters []letter) {
	t.Helper()
	b := d.tab(t)
	b.open(200, "/demo/mailbox")
	for _, name := range look[[]string](b, `[...document.querySelectorAll(".mails li > a")].map(a => decodeURIComponent(a.pathname.split("/").pop()))`)[:n] {
		raw, err := os.ReadFile(filepath.Join(d.data, "demo", "outbox", name+".eml"))
		must(t, err)
		l, err := readLetter(raw)
		must(t, err)
		letters = append(letters, l)
	}
	return letters
}

// Whatever a customer writes comes back as they wrote it, and as text.
func testVerbatim(t *testing.T, d *demo) {
	const verbatim = "<script>alert(1)</script></textarea><img src=x onerror=alert(2)>\n" +
		"=cmd|' /C calc'!A0 {{.}} {{template \"main\"}} ${7*7} \u202egnp.exe\u202c javascript:alert(3) \"'`\n" +
		"👩‍🚒 é e\u0301 ﷽ &lt;b&gt; \\u003c"
	b := d.tab(t)
	b.closeTicket("fr")
	b.press(200, ".steps a.button")
	b.open(200, b.link("/a/")+"&delay=1")
	b.do(chromedp.Click(chromedp.CSS("label[for=listening-1]")), chromedp.SetValue(chromedp.CSS("#comment"), verbatim))
	b.press(200, send)
	shown := look[string](b, `[...document.querySelectorAll(".answers dd")].pop().textContent`)
	b.press(200, "main a.button")
	kept := look[string](b, `document.querySelector("#comment").value`)
	for where, got := range map[string]string{"thanks": shown, "form": kept} {
		if got = strings.ReplaceAll(got, "\r\n", "\n"); got != verbatim {
			t.Errorf("the %s shows %q", where, got)
		}
	}
	if made := look[int](b, `document.querySelectorAll("main img, main script").length`); made > 0 {
		t.Errorf("the comment made %d elements", made)
	}
	b.silent("the comment")
}

// The survey and the public page are light on the wire, for somebody who has never
// been here.
func testWeight(t *testing.T, d *demo) {
	b := d.tab(t)
	b.closeTicket("fr")
	b.press(200, ".steps a.button")
	survey := b.link("/a/")
	for _, page := range []struct {
		name, address string
		bytes         float64
		requests      int
	}{{"survey", survey, 30_000, 3}, {"public page", "/", 350_000, 10}} {
		b := d.tab(t)
		b.open(200, page.address)
		b.mu.Lock()
		bytes, requests := b.bytes, b.requests
		b.mu.Unlock()
		t.Logf("%s: %.0f bytes in %d requests", page.name, bytes, requests)
		if bytes > page.bytes || requests > page.requests || bytes < 1000 {
			t.Errorf("%s: at most %.0f bytes in %d requests", page.name, page.bytes, page.requests)
		}
		if page.address == "/" && look[int](b, `document.querySelectorAll("figure[data-chart] svg").length`) < 4 {
			t.Error("the charts were not drawn")
		}
	}
}
