package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// A customer who asks to be called back is found by a manager, opened, taken, and closed
// with a gesture.
func testFollowUp(t *testing.T, d *demo) {
	b := d.tab(t)
	b.closeTicket("en")
	b.press(200, ".steps a.button")
	b.press(200, `a[href*="delay=1"]`)
	b.do(chromedp.Click(chromedp.CSS("label[for=listening-2]")), chromedp.Click(chromedp.CSS("label[for=callback-yes]")),
		chromedp.SendKeys(chromedp.CSS("#comment"), "Nobody called me."))
	b.press(200, send)
	b.enterAs("manager")
	must(t, await(b.ctx, "the follow-up is made", func() bool {
		b.open(200, "/manage/followups?lang=en&team=billing")
		return strings.Contains(look[string](b, `document.querySelector("main").innerText`), "Asked to be called back")
	}))
	if said := look[string](b, `document.querySelector("main").innerText`); strings.Contains(said, "Nobody called me") || strings.Contains(said, "@example.net") {
		t.Errorf("the list says %q", said)
	}
	b.open(200, look[string](b, `[...document.querySelectorAll(".lines a")].filter(a => a.textContent.includes("called back")).pop().href`))
	if said := look[string](b, `document.querySelector("main").innerText`); !strings.Contains(said, "Nobody called me.") || !strings.Contains(said, "lina.") {
		t.Errorf("opened, it says %q", said)
	}
	b.do(chromedp.Click(chromedp.CSS("#outcome-gesture")), chromedp.SetValue(chromedp.CSS("#gesture"), "voucher"),
		chromedp.SendKeys(chromedp.CSS("#amount"), "15"), chromedp.SendKeys(chromedp.CSS("#note"), "Called; she is glad."))
	b.press(200, `form[action$="/close"] .press:last-child button`)
	if said := look[string](b, `document.querySelector("main").innerText`); !strings.Contains(said, "Goodwill given, on") {
		t.Errorf("closed, it says %q", said)
	}
	b.silent("following up")
}

// What a manager decides stands on the public page once it is published, and no longer
// than that.
func testPublish(t *testing.T, d *demo) {
	b := d.tab(t)
	b.enterAs("manager")
	b.open(200, "/manage/actions/new?lang=en")
	b.do(chromedp.SendKeys(chromedp.CSS(`[name="theme.en"]`), "Nobody says when the parcel comes"),
		chromedp.SendKeys(chromedp.CSS(`[name="decision.en"]`), "The carrier now names the hour"),
		chromedp.Click(chromedp.CSS("#figure-delay")))
	b.press(200, "main > form .press button")
	b.press(200, `form[action$="/publish"] button`)
	public := func() bool {
		b.open(200, "/?lang=en")
		return strings.Contains(look[string](b, `document.querySelector("main").innerText`), "The carrier now names the hour")
	}
	must(t, await(b.ctx, "the decision is public", public))
	b.open(200, "/manage/actions?lang=en")
	b.open(200, look[string](b, `[...document.querySelectorAll("article a")].filter(a => a.textContent.includes("when the parcel")).pop().href`))
	b.press(200, `form[action$="/withdraw"] button`)
	must(t, await(b.ctx, "the decision is public no more", func() bool { return !public() }))
	b.silent("publishing")
}
