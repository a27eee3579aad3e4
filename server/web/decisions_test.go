package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/surveys"
	"github.com/entendu/entendu/surveys/intake"
)

// bureau is a house with the pages of settings, and a manager who is signed in.
type bureau struct {
	*house
	decider *surveys.Decider
	head    []string
}

func openBureau(t testing.TB) *bureau {
	t.Helper()
	b := &bureau{decider: &surveys.Decider{}}
	for _, k := range intake.Kinds() {
		b.decider.Kinds = append(b.decider.Kinds, k.Name)
	}
	b.house = openInside(t, func(c *Config) {
		store := c.Store.(surveys.Store)
		b.decider.Store, b.decider.Languages = store, c.Words.Languages()
		c.Refusals = &surveys.Refusals{Store: store}
		c.Parts = append(c.Parts, &Decisions{Decider: b.decider, Store: store, Advice: advice})
	})
	b.decider.Changed = func(ctx context.Context) error {
		change, err := b.decider.Latest(ctx)
		b.settings = change.Settings
		return err
	}
	b.must(b.store.AddSettings(t.Context(), surveys.SettingsChange{N: 1, At: b.now, By: "settings apply", Settings: b.settings}))
	b.head = b.as(auth.Manager)
	return b
}

func advice(context.Context, surveys.Publishing) (reports.Advice, error) {
	return reports.Advice{Held: [3]reports.Held{{Length: "month", Told: 10, Small: 7}, {Length: "quarter", Told: 10, Small: 3}, {Length: "half-year", Told: 10, Small: 1}}, Propose: "quarter"}, nil
}

func (b *bureau) open(path string) *goquery.Document {
	b.t.Helper()
	return document(b.t, b.want(http.StatusOK, b.get(path, b.head...)))
}

// post fills in the form that posts to an address, as a browser does: with what the page
// holds, and what change sets.
func (b *bureau) post(code int, page, address string, change url.Values) *http.Response {
	b.t.Helper()
	return b.send(code, address, filled(b.open(page), address), change)
}

func (b *bureau) send(code int, address string, form, change url.Values) *http.Response {
	b.t.Helper()
	for key, values := range change {
		form[key] = values
	}
	return b.want(code, b.ask(http.MethodPost, address, form.Encode(), b.head...))
}

// filled is what a browser posts of a form that nobody touched.
func filled(d *goquery.Document, address string) url.Values {
	form := url.Values{}
	in := d.Find("form[action='" + address + "']")
	in.Find("input[name], textarea[name], select[name]").Each(func(_ int, e *goquery.Selection) {
		name, kind := e.AttrOr("name", ""), e.AttrOr("type", "")
		_, checked := e.Attr("checked")
		switch {
		case goquery.NodeName(e) == "textarea":
			form.Add(name, strings.TrimPrefix(e.Text(), "\n"))
		case goquery.NodeName(e) == "select":
			chosen := e.Find("option[selected]")
			if chosen.Length() == 0 {
				chosen = e.Find("option").First()
			}
			form.Add(name, chosen.AttrOr("value", ""))
		case kind != "radio" && kind != "checkbox" || checked:
			form.Add(name, e.AttrOr("value", ""))
		}
	})
	return form
}

func (b *bureau) latest() surveys.SettingsChange {
	b.t.Helper()
	c, err := b.decider.Latest(b.t.Context())
	b.must(err)
	return c
}

func TestAFormThatNobodyTouchedChangesNothing(t *testing.T) {
	b := openBureau(t)
	b.settings.Teams = []surveys.Team{{Name: "Facturation [SAV]", Address: "billing@example.org"}}
	b.settings.Sources[0].Statuses = map[string]surveys.Status{"on hold": surveys.Pending}
	b.settings.Mail = surveys.Mail{Connections: 2, PerSecond: 0.5, Bounces: "imaps://user:tidepool@mail.example.org/INBOX"}
	b.settings.Promise.Category = map[string]surveys.Span{"delivery": {N: 24, Unit: "h"}}
	b.must(b.store.AddSettings(t.Context(), surveys.SettingsChange{N: 2, Settings: b.settings}))
	for _, page := range []string{"organisation", "promise", "asking", "comparing", "publishing", "privacy", "mail", "teams", "sources/desk"} {
		path := settingsPath + "/" + page
		r := b.post(http.StatusSeeOther, path, path, nil)
		if to := r.Header.Get("Location"); to != path+"?done=settings.saved" {
			t.Errorf("%s sends on to %s", page, to)
		}
	}
	if n := b.latest().N; n != 2 {
		t.Errorf("change %d was made", n)
	}
}

func TestWhatCannotBeIsToldBesideItsField(t *testing.T) {
	b := openBureau(t)
	path := settingsPath + "/asking"
	r := b.post(http.StatusUnprocessableEntity, path, path, url.Values{"asking.sample": {"2"}, "asking.rest": {"12"}, "asking.rest.unit": {"d"}, "asking.staff": {"@example.org\r\nboss@example.org"}})
	d := document(t, r)
	for selector, want := range map[string]string{
		"input[name='asking.sample']": "2", "input[name='asking.rest']": "12", "select[name='asking.rest.unit'] option[selected]": "d",
	} {
		if got := d.Find(selector).AttrOr("value", ""); got != want {
			t.Errorf("%s holds %q, what was typed is %q", selector, got, want)
		}
	}
	if got := d.Find("textarea[name='asking.staff']").Text(); got != "@example.org\nboss@example.org" {
		t.Errorf("the list holds %q", got)
	}
	if got := d.Find("#asking-sample-problem").Text(); !strings.Contains(got, "2 ") || d.Find(".errors a[href='#asking-sample']").Length() != 1 {
		t.Errorf("the problem is told as %q", got)
	}
	d = document(t, b.post(http.StatusUnprocessableEntity, path, path, url.Values{"asking.rest": {"soon"}, "asking.sample": {"much"}}))
	if d.Find(".errors li").Length() != 2 || b.latest().N != 1 {
		t.Errorf("%d problems are told", d.Find(".errors li").Length())
	}
}

func TestTwoManagersOnOneForm(t *testing.T) {
	b := openBureau(t)
	path := settingsPath + "/asking"
	mine := filled(b.open(path), path)
	b.post(http.StatusSeeOther, path, path, url.Values{"asking.sample": {"0,5"}})
	d := document(t, b.send(http.StatusConflict, path, mine, url.Values{"asking.sample": {"0.25"}}))
	if got := d.Find("input[name='asking.sample']").AttrOr("value", ""); got != "0.25" || b.latest().Settings.Asking.Sample != 0.5 {
		t.Errorf("the form holds %q, in force is %v", got, b.latest().Settings.Asking.Sample)
	}
	if said := d.Find(".errors").Text(); !strings.Contains(said, "Camille managerb") {
		t.Errorf("the other is not named: %q", said)
	}
	b.send(http.StatusSeeOther, path, filled(d, path), nil) // on purpose now
	if got := b.latest(); got.Settings.Asking.Sample != 0.25 || got.By != "Camille managerb" || got.N != 3 {
		t.Errorf("%+v", got)
	}
}

func TestLockedSettingsAreShownAndRefused(t *testing.T) {
	b := openBureau(t)
	b.decider.Locked = []string{"asking.sample", "publishing.public", "organisation.languages", "source[desk].secret", "source[desk].name", "source[desk].statuses"}
	path := settingsPath + "/asking"
	d := b.open(path)
	if d.Find("[name='asking.sample']").Length() != 0 || d.Find(".tag").Length() != 1 {
		t.Error("a locked setting can be typed, or is not marked")
	}
	b.post(http.StatusForbidden, path, path, url.Values{"asking.sample": {"0.5"}})
	b.post(http.StatusSeeOther, path, path, url.Values{"asking.rest": {"9"}})
	desk := sourcesPath + "/desk"
	if d = b.open(desk); d.Find("form[action$='/secret'], form[action$='/remove']").Length() != 0 {
		t.Error("what is locked has a button")
	}
	b.send(http.StatusForbidden, desk+"/secret", url.Values{}, nil)
	b.send(http.StatusForbidden, desk+"/remove", url.Values{}, nil)
	if c := b.latest(); c.N != 2 || c.Settings.Asking.Sample != 1 || c.Settings.Sources[0].Secret != secret {
		t.Errorf("%+v", c)
	}
	b.open(settingsPath + "/publishing")
	b.open(settingsPath + "/organisation")
}

func TestSecretsAreNeverShownAgain(t *testing.T) {
	b := openBureau(t)
	const pool = "tidepool-tidepool"
	desk, mail := sourcesPath+"/desk", settingsPath+"/mail"
	b.post(http.StatusSeeOther, mail, mail, url.Values{"mail.bounces": {"imaps://user:" + pool + "@mail.example.org/INBOX"}})
	b.post(http.StatusSeeOther, desk, desk, url.Values{"source[desk].api": {"https://x.example.org"}, "source[desk].token": {pool}})
	b.post(http.StatusUnprocessableEntity, mail, mail, url.Values{"mail.bounces": {"imaps://" + pool + "@x"}, "mail.connections": {"many"}})
	r := b.post(http.StatusUnprocessableEntity, mail, mail, url.Values{"mail.bounces": {"http://user:" + pool + "@x"}})
	pages := []string{text(t, r)}
	for _, path := range []string{mail, desk, sourcesPath, changesPath, settingsPath} {
		pages = append(pages, text(t, b.want(http.StatusOK, b.get(path, b.head...))))
	}
	for _, page := range pages {
		for _, kept := range []string{pool, secret} {
			if strings.Contains(page, kept) {
				t.Errorf("a secret is shown: %.200s", page[strings.Index(page, kept)-100:])
			}
		}
	}
	b.post(http.StatusSeeOther, mail, mail, url.Values{"mail.bounces": {surveys.Hidden}, "mail.connections": {"3"}})
	if got := b.latest().Settings.Mail; got.Connections != 3 || !strings.Contains(got.Bounces, pool) {
		t.Errorf("stars changed a secret: %+v", got)
	}
	b.post(http.StatusSeeOther, mail, mail, url.Values{"mail.bounces.clear": {"yes"}})
	if got := b.latest().Settings.Mail.Bounces; got != "" {
		t.Errorf("the secret is %q after it was cleared", got)
	}
}

func TestTeams(t *testing.T) {
	b := openBureau(t)
	b.post(http.StatusSeeOther, teamsPath, teamsPath, url.Values{"new.name": {"billing", "", "SAV [Paris]"}, "new.address": {"billing@example.org", "", ""}})
	b.post(http.StatusSeeOther, teamsPath, teamsPath, url.Values{"team[billing].remove": {"yes"}, "team[SAV [Paris]].address": {"sav@example.org"}})
	if got := b.latest().Settings.Teams; !slices.Equal(got, []surveys.Team{{Name: "SAV [Paris]", Address: "sav@example.org"}}) {
		t.Errorf("%+v", got)
	}
	d := document(t, b.post(http.StatusUnprocessableEntity, teamsPath, teamsPath, url.Values{"new.name": {"web"}, "new.address": {"nobody"}}))
	if d.Find("input[name='new.name']").First().AttrOr("value", "") != "web" || d.Find(".errors").Length() != 1 {
		t.Error("what was typed is gone, or not refused")
	}
	b.post(http.StatusUnprocessableEntity, teamsPath, teamsPath, url.Values{"new.name": {"SAV [Paris]"}, "new.address": {""}})
}

// TestASourceFromItsFirstFormToItsFirstEvent walks the way of who connects a helpdesk.
func TestASourceFromItsFirstFormToItsFirstEvent(t *testing.T) {
	b := openBureau(t)
	add := sourcesPath + "?add=freshdesk"
	b.post(http.StatusUnprocessableEntity, add, sourcesPath, url.Values{"name": {"Desk!"}})
	b.post(http.StatusUnprocessableEntity, add, sourcesPath, url.Values{"name": {"desk"}})
	d := document(t, b.post(http.StatusOK, add, sourcesPath, url.Values{"name": {"shop"}}))
	once := d.Find(".done pre code").Text()
	if src, _ := b.latest().Settings.Source("shop"); once == "" || src.Secret != once || src.Kind != "freshdesk" {
		t.Fatalf("%q is shown, kept is %+v", once, src)
	}
	if hook := d.Find("main > pre code").First().Text(); hook != "https://avis.example.org/hooks/shop" {
		t.Errorf("the address is %q", hook)
	}
	const closed = `{"freshdesk_webhook":{"ticket_id":7741,"ticket_status":"Closed","ticket_updated_at":"2026-03-04T09:00:00Z"}}`
	b.want(http.StatusAccepted, b.ask("POST", "/hooks/shop", closed, "X-Entendu-Secret", once))
	b.want(http.StatusUnauthorized, b.ask("POST", "/hooks/shop", closed, "X-Entendu-Secret", "wrong"))
	b.now = b.now.Add(time.Minute)
	b.want(http.StatusUnauthorized, b.ask("POST", "/hooks/shop", closed))
	b.want(http.StatusBadRequest, b.ask("POST", "/hooks/shop", `{"ticket_id":7`, "X-Entendu-Secret", once))
	shop := b.open(sourcesPath + "/shop")
	var told []string
	shop.Find("table tbody tr").Each(func(_ int, row *goquery.Selection) { told = append(told, row.Find("td").First().Text()) })
	slices.Sort(told)
	if !slices.Equal(told, []string{"refusé", "refusé", "refusé", "reçu"}) {
		t.Errorf("the page tells of %q", told)
	}
	if html, _ := shop.Html(); strings.Contains(html, once) || strings.Contains(html, "7741") {
		t.Error("the page shows the secret, or what was sent")
	}
}

func TestASecretIsReplacedWithoutLoss(t *testing.T) {
	b := openBureau(t)
	desk := sourcesPath + "/desk"
	fresh := document(t, b.post(http.StatusOK, desk, desk+"/secret", nil)).Find(".done pre code").Text()
	knock := func(code int, bearer string) {
		t.Helper()
		b.now = b.now.Add(time.Hour)
		b.want(code, b.ask("POST", "/hooks/desk", fmt.Sprintf(`{"id":"1","status":"open","updated_at":"2026-03-04T09:00:00Z","contacts":%d}`, b.now.Unix()%1000), "Authorization", "Bearer "+bearer))
	}
	knock(http.StatusAccepted, fresh)
	knock(http.StatusAccepted, secret)
	b.post(http.StatusSeeOther, desk, desk+"/secret", nil)
	knock(http.StatusAccepted, fresh)
	knock(http.StatusUnauthorized, secret)
}

// A trial goes the way of an event, and leaves nothing behind.
func TestATrialLeavesNothing(t *testing.T) {
	b := openBureau(t)
	desk := sourcesPath + "/desk"
	d := document(t, b.post(http.StatusOK, desk, desk+"/try", nil))
	if d.Find(".done li").Length() != 4 || d.Find(".stopped").Length() != 0 {
		t.Errorf("the trial: %q", d.Find(".done").Text())
	}
	b.settings.Sources[0].Secret = "another secret of the desk" // not in force where events arrive
	events, err := b.store.FindSourceEvents(t.Context(), "desk", 10)
	b.must(err)
	refusals, err := b.store.FindRefusals(t.Context(), "desk", 10)
	b.must(err)
	if len(events)+len(refusals) != 0 || b.woken != 0 {
		t.Errorf("a trial left %v, %v", events, refusals)
	}
	r := b.ask("POST", "/hooks/desk", `{"id":"1","status":"open","updated_at":"2026-03-04T09:00:00Z"}`, "Authorization", "Bearer "+b.settings.Sources[0].Secret, "X-Trial", "true")
	b.want(http.StatusAccepted, r)
}

func TestTheLogTellsWhoChangedWhat(t *testing.T) {
	b := openBureau(t)
	path := settingsPath + "/asking"
	b.post(http.StatusSeeOther, path, path, url.Values{"asking.sample": {"0.5"}})
	b.post(http.StatusSeeOther, sourcesPath+"/desk", sourcesPath+"/desk/remove", nil)
	d := b.open(changesPath + "?lang=en")
	if got := d.Find(".change").Length(); got != 3 {
		t.Fatalf("%d changes", got)
	}
	said := strings.Join(strings.Fields(d.Find(".change").Eq(1).Text()), " ")
	if !strings.Contains(said, "Camille managerb") || !strings.Contains(said, "asking.sample") || !strings.Contains(said, "1 0.5") && !strings.Contains(said, "10.5") {
		t.Errorf("%q", said)
	}
	for n := range 30 {
		b.post(http.StatusSeeOther, path, path, url.Values{"asking.rest": {fmt.Sprint(n + 1)}})
	}
	d = b.open(changesPath)
	if got := d.Find(".change").Length(); got != changesAPage {
		t.Errorf("%d changes on a page", got)
	}
	older := b.open(d.Find(".pager a").AttrOr("href", ""))
	if got := older.Find(".change").Length(); got != 33-changesAPage || older.Find(".pager").Length() != 0 {
		t.Errorf("%d older changes", got)
	}
}

func TestThePeriodIsAdvisedWhereItIsChosen(t *testing.T) {
	b := openBureau(t)
	said := b.open(settingsPath + "/publishing?lang=en").Find("main").Text()
	if !strings.Contains(said, "by month: 70%") || !strings.Contains(said, "We propose: by quarter.") {
		t.Errorf("%q", said)
	}
}

func TestAPromiseOnItsPage(t *testing.T) {
	b := openBureau(t)
	path := settingsPath + "/promise"
	b.post(http.StatusSeeOther, path, path, url.Values{"promise.default": {"24"}})
	if d := b.open(path + "?lang=en"); !strings.Contains(d.Find("main").Text(), "48 hours") {
		t.Error("the promise before is not told")
	}
	b.post(http.StatusSeeOther, path, path, url.Values{"promise.default": {"12"}, "corrects": {"yes"}, "promise.category": {"delivery", ""}, "promise.category.n": {"2", ""}, "promise.category.unit": {"d", "h"}})
	p := b.latest().Settings.Promise
	if len(p.Past) != 1 || p.Default.N != 12 || p.Category["delivery"] != (surveys.Span{N: 2, Unit: "d"}) {
		t.Errorf("%+v", p)
	}
}

// Every reason for which a setting is refused, by surveys or here, has its words.
func TestEveryReasonHasWords(t *testing.T) {
	b := openBureau(t)
	var reasons []string
	const made = `wrong\(.*?, "(\w+)", `
	for file, pattern := range map[string]string{
		"../../surveys/validate.go": made, "../../surveys/dkim.go": made, "../../surveys/address.go": made,
		"setting_read.go": `return "(\w+)"`, "setting_table.go": `told\.add\(p, [^,]+, "(\w+)"`,
	} {
		code, err := os.ReadFile(file)
		b.must(err)
		found := regexp.MustCompile(pattern).FindAllStringSubmatch(string(code), -1)
		if len(found) == 0 {
			t.Errorf("%s has no reasons", file)
		}
		for _, m := range found {
			reasons = append(reasons, m[1])
		}
	}
	if len(reasons) < 25 {
		t.Errorf("only %d reasons: %q", len(reasons), reasons)
	}
	for _, tag := range []string{"fr", "en"} {
		for _, reason := range reasons {
			if said := b.Words.For(tag).T("settings.wrong."+reason, "About", "x"); strings.Contains(said, "⟦") {
				t.Errorf("%s has no words for %q", tag, reason)
			}
		}
	}
}
