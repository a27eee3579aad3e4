package e2e

import "github.com/chromedp/chromedp"

// enterAs lets the tab in as one of the demo's made-up people: "manager", "adviser" or
// "administrator". What they see first is open then.
func (b *tab) enterAs(role string) {
	b.Helper()
	b.open(200, "/demo?lang=en")
	b.press(200, chromedp.CSS(`button[name=as][value=`+role+`]`))
}

// showSpace shows every page of those who sign in: each to a role that may see it.
func (g guide) showSpace() {
	for _, path := range []string{"/login", "/login?next=/manage/people", "/login/renew", "/login/renew?asked=1"} {
		g.show(200, path)
	}
	g.show(404, "/login/forged")
	for _, as := range []struct {
		role  string
		paths []string
	}{
		{"administrator", []string{
			"/manage/account",
			"/manage/account/codes",
			"/manage/people",
			"/manage/data",
			"/manage/data?period=28d&team=nobody",
			"/manage/privacy",
			"/manage/log",
		}},
		{"manager", []string{
			"/manage/account",
			"/manage/next",
			"/help/manage",
			"/help/manage/comparing",
			"/help/manage/keeping",
			"/help/manage/council",
			"/demo/gallery",
			"/manage/survey",
			"/manage/survey/question/delay",
			"/manage/survey/question/nudged",
			"/manage/survey/mail",
			"/manage/survey/preview?width=320",
			"/manage/proposals",
			"/manage",
			"/manage?period=2026-01",
			"/manage/explore?period=12mo&compare=before&by=category",
			"/manage/explore?period=nothing&team=nobody",
			"/manage/explore?period=2099-01&category=delivery&team=billing",
			"/manage/followups",
			"/manage/followups?state=closed",
			"/manage/followups?state=mine",
			"/manage/actions",
			"/manage/actions/new",
			"/manage/actions/demo-carrier",
		}},
		{"adviser", []string{
			"/manage/account",
			"/desk",
			"/desk?asking=1",
		}},
	} {
		g.enterAs(as.role)
		for _, path := range as.paths {
			g.show(200, path)
		}
		if as.role == "manager" {
			g.showVoices()
			g.open(200, "/manage/followups?state=closed&lang="+g.language)
			g.show(200, look[string](g.tab, `document.querySelector(".lines a").pathname`))
		}
	}
}
