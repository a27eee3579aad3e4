package e2e

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"
)

// partlyDecided is a settings file whose keys are shown locked.
const partlyDecided = `
[organisation]
name = "Maison Poulain"
languages = ["fr", "en"]

[asking]
sample = 1.0
skip_tags = ["spam"]

[[team]]
name = "billing"
address = "billing@example.org"
`

// TestSettingsInTheBrowser: a manager connects a helpdesk and sees its first event; every
// page of the settings can be read and used by everybody.
func TestSettingsInTheBrowser(t *testing.T) {
	if chromium() == "" {
		t.Skip("Chromium is not installed")
	}
	script, err := os.ReadFile("testdata/axe/axe.min.js")
	must(t, err)
	p := newProgram(t, partlyDecided)
	one := p.started()
	d := &demo{process: one, browser: openBrowser(t, chromium()), base: "http://localhost:" + one.address[strings.LastIndexByte(one.address, ':')+1:]}
	for _, as := range []struct {
		width            int64
		scheme, language string
	}{{320, "light", "fr"}, {1280, "dark", "en"}} {
		t.Run(fmt.Sprint(as.width, as.scheme, as.language), func(t *testing.T) {
			b := d.tab(t)
			b.dress(as.width, as.scheme)
			g := guide{b, as.language, string(script)}
			g.enter(p, as.language)
			g.connectDesk(p, "desk-"+as.language)
			g.showSettings("desk-" + as.language)
		})
	}
}

// enter lets somebody in by the link that the operator gives them, and sets up codes.
func (g guide) enter(p *program, name string) {
	g.Helper()
	out, errs, code := p.run(0, "user", "add", name+"@example.org", "--name", "Camille Martin")
	if code != 0 {
		g.Fatalf("user add ended with %d: %s", code, errs)
	}
	g.open(200, strings.Replace(strings.TrimSpace(out), baseURL, g.demo.base, 1)+"?lang="+g.language)
	g.do(chromedp.SendKeys(chromedp.CSS("#password"), "correct horse battery"))
	_, err := chromedp.RunResponse(g.ctx, chromedp.Click(chromedp.CSS("main form button"))) // whatever the home page is
	must(g, err)
	g.open(200, "/manage/account/codes?lang="+g.language)
	secret := look[string](g.tab, `document.querySelector("input[name=secret]").value`)
	typed, err := totp.GenerateCode(secret, p.now())
	must(g, err)
	g.do(chromedp.SendKeys(chromedp.CSS("#code"), typed))
	g.press(200, "main form button")
	g.open(200, "/manage/account")
	look[string](g.tab, fmt.Sprintf(`document.querySelector("#language").value = %q`, g.language))
	g.press(200, `form[action="/manage/account"] button`)
}

// connectDesk adds a source, sets up the helpdesk by what the page says, and sees its
// first event there, and what was refused.
func (g guide) connectDesk(p *program, name string) {
	g.Helper()
	g.open(200, "/manage/settings")
	g.press(200, `a[href="/manage/settings/sources"]`)
	g.press(200, `a[href$="?add=freshdesk"]`)
	g.examine("a new source")
	g.do(chromedp.SetValue(chromedp.CSS("#name"), "Not A Name"))
	g.press(422, "main form button")
	g.examine("a new source with errors")
	g.do(chromedp.SetValue(chromedp.CSS("#name"), name))
	g.press(200, "main form button")
	g.examine("a source with its secret")
	secret, hook := look[string](g.tab, `document.querySelector(".done code").innerText`), look[string](g.tab, `document.querySelector("main > pre code").innerText`)
	for _, x := range []struct {
		secret string
		status int
	}{{secret, 202}, {"another secret", 401}} {
		r, err := http.NewRequest(http.MethodPost, hook, strings.NewReader(`{"ticket_id": 7741, "ticket_status": "Closed", "ticket_updated_at": "2026-03-17T10:00:00Z"}`))
		must(g, err)
		r.Header.Set("X-Entendu-Secret", x.secret)
		if status, said, err := exchange(p.client(), r); err != nil || status != x.status {
			g.Fatalf("the event: %d %s %v", status, said, err)
		}
	}
	must(g, await(context.Background(), "the first event is seen", func() bool {
		g.open(200, "/manage/settings/sources/"+name)
		rows := look[string](g.tab, `[...document.querySelectorAll("table td:first-of-type")].map(e => e.innerText).sort().join(" ")`)
		return rows == map[string]string{"fr": "pris refusé", "en": "refused taken"}[g.language]
	}))
	if html := look[string](g.tab, "document.documentElement.outerHTML"); strings.Contains(html, secret) {
		g.Errorf("the secret is shown again")
	}
	g.examine("a source with events")
	g.press(200, `form[action$="/try"] button`)
	if steps := look[int](g.tab, `document.querySelectorAll(".done li").length`); steps != 4 {
		g.Errorf("the trial has %d steps", steps)
	}
	g.examine("a trial")
	g.press(200, `form[action$="/secret"] button`)
	g.press(200, `form[action$="/secret"] button`)
	g.examine("a source after its secret was replaced")
}

// showSettings shows every page of the settings, and one with errors.
func (g guide) showSettings(source string) {
	for _, page := range []string{
		"", "/organisation", "/promise", "/asking", "/comparing", "/publishing", "/privacy", "/mail", "/teams", "/sources",
		"/sources?add=zendesk", "/sources/" + source, "/changes",
	} {
		g.show(200, "/manage/settings"+page)
	}
	g.open(200, "/manage/settings/asking")
	g.do(chromedp.SetValue(chromedp.CSS(`[name="asking.rest"]`), "soon"), chromedp.SetValue(chromedp.CSS(`[name="asking.staff"]`), "nobody"))
	g.press(422, "main form button")
	g.examine("settings with errors")
	g.do(chromedp.SetValue(chromedp.CSS(`[name="asking.rest"]`), "20"), chromedp.SetValue(chromedp.CSS(`[name="asking.staff"]`), "@example.org"))
	g.press(200, "main form button")
	g.examine("settings that were saved")
}
