package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Who has no mouse reads the charts month by month: small ones say each in the line
// below, large ones beside the point.
func testChartsByKeyboard(t *testing.T, d *demo) {
	b := d.tab(t)
	b.dress(1280, "light")
	b.open(200, "/?lang=en")
	line := `document.querySelector(".panels [data-said]").textContent`
	first := look[string](b, line)
	b.do(chromedp.Focus(chromedp.CSS(".panels svg")), key(kb.End), key(kb.ArrowLeft), key(kb.ArrowLeft))
	if said := look[string](b, line); said == first || !regexp.MustCompile(`^\w+ \d{4}: `).MatchString(said) {
		t.Errorf("two months before the last, the line says %q", said)
	}
	b.do(key(kb.Escape))
	if said := look[string](b, line); said != first {
		t.Errorf("the line stays at %q", said)
	}
	tip := `[...document.querySelectorAll("#resolved .chart-box text")].some(e => /of \d+ requests/.test(e.textContent))`
	b.do(chromedp.Focus(chromedp.CSS("#resolved .chart-box")), key(kb.Home))
	if !look[bool](b, `new Promise(done => { const look = n => `+tip+` || !n ? done(`+tip+`) : setTimeout(look, 50, n - 1); look(100) })`) {
		t.Error("the chart does not say the first month's value, interval and n")
	}
	b.silent("charts by keyboard")
}

// A figure can be shown in a page of another site; the page of figures cannot.
func testFrames(t *testing.T, d *demo) {
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Another site</title><img src="%s/badge/promise.svg?lang=en" alt=""><iframe src="%[1]s%s"></iframe>`, d.base, r.URL.Path)
	}))
	defer other.Close()
	b := d.tab(t)
	b.load(200, chromedp.Navigate(other.URL+"/embed/promise"))
	b.silent("a figure in a frame")
	if look[int](b, `document.querySelector("img").naturalWidth`) < 200 {
		t.Error("the badge is not shown on another site")
	}
	b.load(200, chromedp.Navigate(other.URL+"/"))
	if said := strings.Join(b.unsaid(), "\n"); !strings.Contains(said, "frame-ancestors") {
		t.Errorf("the page of figures may be framed by anybody: %q", said)
	}
}

// The poster is one sheet.
func testPoster(t *testing.T, d *demo) {
	b := d.tab(t)
	for _, tag := range []string{"en", "fr"} {
		b.open(200, "/poster?lang="+tag)
		yes := true
		pdf, err := chromedp.Call(b.ctx, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: &yes})
		must(t, err)
		if n := len(regexp.MustCompile(`/Type /Page\b`).FindAll(pdf.Data, -1)); n != 1 {
			t.Errorf("%s: %d sheets", tag, n)
		}
		if size := regexp.MustCompile(`/MediaBox \[0 0 594\.\d+ 841\.\d+\]`); !size.Match(pdf.Data) {
			t.Errorf("%s: not A4", tag)
		}
	}
}
