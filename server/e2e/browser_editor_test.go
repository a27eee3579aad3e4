package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// testEditSurvey adds a question, gives it its words and publishes it; the next customer is
// asked it. What it publishes stays for the parts after it.
func testEditSurvey(t *testing.T, d *demo) {
	b := d.tab(t)
	b.dress(1280, "light")
	b.enterAs("manager")
	b.open(200, "/manage/survey?lang=en")
	b.do(chromedp.SendKeys(chromedp.CSS("#name"), "reach"))
	b.press(200, `button[value=add]`)
	b.press(422, `button[value=publish]`) // it has no words yet
	b.open(200, "/manage/survey/question/reach?lang=en")
	for language, text := range map[string]string{"fr": "A-t-il été facile de nous joindre ?", "en": "How easy were we to reach?"} {
		b.do(chromedp.SendKeys(chromedp.CSS(`[name="text:`+language+`:question.reach"]`), text))
	}
	b.press(200, `main form .press button`)
	b.open(200, "/manage/survey?lang=en")
	b.press(200, `button[value=publish]`)
	if said := look[string](b, `document.querySelector(".done").textContent`); !strings.Contains(said, "Published") {
		t.Errorf("after publishing: %q", said)
	}
	b.silent("editing the survey")

	customer := d.tab(t)
	customer.dress(320, "light")
	customer.closeTicket("en")
	customer.press(200, ".steps a.button") // the mail
	customer.open(200, customer.link("/a/"))
	if asked := look[string](customer, `document.querySelector("main").textContent`); !strings.Contains(asked, "How easy were we to reach?") {
		t.Error("the next customer is not asked what was published")
	}
}
