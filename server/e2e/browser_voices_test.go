package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// testVoices is a manager who reads what customers wrote, tags some of it, opens one
// comment, hides it and shows it again, all without script.
func testVoices(t *testing.T, d *demo) {
	b := d.tab(t).without()
	b.enterAs("manager")
	b.open(200, "/manage/voices?lang=en&score=low&state=unread")
	count := func() int { return look[int](b, `document.querySelectorAll(".said").length`) }
	if n := count(); n < 3 {
		t.Fatalf("the demo has %d unread comments of dissatisfied customers", n)
	}
	b.do(chromedp.Click(chromedp.CSS(".said:nth-child(1) input[type=checkbox]")), chromedp.Click(chromedp.CSS(".said:nth-child(2) input[type=checkbox]")),
		chromedp.SendKeys(chromedp.CSS("#tag"), "to look into"))
	b.press(200, "button[value=tag]")
	b.says("The tag was added.")
	if n := look[int](b, `[...document.querySelectorAll(".said .tag")].filter(e => e.textContent.includes("to look into")).length`); n != 2 {
		t.Errorf("%d comments bear the tag", n)
	}
	b.press(200, ".said:nth-child(1) .tag")
	if n := count(); n != 2 {
		t.Errorf("by the tag, %d comments are found", n)
	}

	said := look[string](b, `document.querySelector(".said blockquote").textContent`)
	b.press(200, `.said:nth-child(1) a[href*="/manage/voices/"]`)
	b.says(said, "Request", "The log says that you opened this one.")
	alone := look[string](b, "location.href")
	b.press(422, "button[value=hide]")
	b.do(chromedp.SendKeys(chromedp.CSS("#why"), "names somebody"))
	b.press(200, "button[value=hide]")
	b.says("names somebody", "Hidden by Camille Morel")
	b.open(200, "/manage/voices?lang=en&tag=to+look+into")
	if n := count(); n != 1 {
		t.Errorf("after one was hidden, %d comments are found", n)
	}
	b.open(200, alone)
	b.press(200, "button[value=show]")
	b.press(200, "button[value=untag]")
	b.says("The tag was taken away.")
	b.do(chromedp.Clear(chromedp.CSS("#quote")), chromedp.SendKeys(chromedp.CSS("#quote"), "You were wonderful"))
	b.press(422, "button[value=clear]")
	b.says("not the customer’s own words")

	b.open(200, "/manage/voices?lang=en&q=refund")
	if n := look[int](b, `[...document.querySelectorAll(".said blockquote")].filter(e => !/refund|rembours/i.test(e.textContent)).length`); n > 0 || count() == 0 {
		t.Errorf("of %d comments found, %d do not have the word", count(), n)
	}
	b.press(200, `main a[href*="/themes"]`)
	b.says("How this is counted")
	b.silent("the comments")
}

// says looks for words on the page.
func (b *tab) says(words ...string) {
	b.Helper()
	text := look[string](b, `document.querySelector("main").textContent`)
	for _, want := range words {
		if !strings.Contains(text, want) {
			b.Errorf("the page does not say %q", want)
		}
	}
}

// showVoices shows lists of comments, one of them, forms with errors, and themes.
func (g guide) showVoices() {
	for _, path := range []string{"", "?score=low&category=delivery", "?state=hidden", "?q=zzz", "/themes", "/themes?q=zzz"} {
		g.show(200, "/manage/voices"+path)
	}
	g.show(200, "/manage/voices")
	g.press(422, "button[value=read]")
	g.examine("comments with errors")
	g.press(200, `.said:nth-child(1) a[href*="/manage/voices/"]`)
	g.examine("comment")
	g.press(422, "button[value=hide]")
	g.examine("comment with errors")
	g.show(404, "/manage/voices/nothing")
}
