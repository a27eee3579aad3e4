package web

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/entendu/entendu/server/store/sqlite"
	"github.com/entendu/entendu/surveys"
)

// chosen gives the ids of the controls that are on.
func chosen(d *goquery.Document) []string {
	return d.Find("input:checked").Map(func(_ int, s *goquery.Selection) string { return s.AttrOr("id", "") })
}

func TestFormIsNativeAndEmpty(t *testing.T) {
	h := open(t)
	r := h.want(http.StatusOK, h.get("/a/"+h.token))
	d := document(t, r)
	if on := chosen(d); len(on) != 0 {
		t.Errorf("chosen before anybody chose: %v", on)
	}
	for name, n := range map[string]int{"delay": 5, "listening": 5, "resolved": 3, "recommend": 11, "nudged": 2} {
		if got := d.Find("fieldset > legend + * input[type=radio][name=" + name + "], fieldset input[type=radio][name=" + name + "]").Length(); got != n {
			t.Errorf("%s has %d radios in a fieldset, want %d", name, got, n)
		}
	}
	d.Find("input:not([type=hidden]), textarea").Each(func(_ int, s *goquery.Selection) {
		if id := s.AttrOr("id", ""); d.Find(`label[for="`+id+`"]`).Length() != 1 {
			t.Errorf("control %q has no label", id)
		}
	})
	if n := d.Find("script, [style], style, iframe, img, [onclick]").Length(); n != 0 {
		t.Errorf("%d elements that the policy forbids or nobody asked for", n)
	}
	if d.Find("main button").Length() != 1 {
		t.Error("want one button")
	}
	if v := d.Find("input[name=version]").AttrOr("value", ""); v != "1" {
		t.Errorf("version %q", v)
	}
	if len(r.Cookies()) != 0 {
		t.Error("the survey set a cookie")
	}
}

func TestScoreLinkOnlyPreselects(t *testing.T) {
	h := open(t)
	for query, want := range map[string]string{
		"?delay=1": "delay-1", "?delay=5": "delay-5", "?delay=4&lang=en": "delay-4",
		"?delay=0": "", "?delay=6": "", "?delay=": "", "?delay=%3Cscript%3E": "", "?delay=4.0": "", "?listening=3": "", "?recommend=9": "",
	} {
		d := document(t, h.want(http.StatusOK, h.get("/a/"+h.token+query)))
		if got := strings.Join(chosen(d), " "); got != want {
			t.Errorf("%s chose %q, want %q", query, got, want)
		}
	}
	if h.response() != nil {
		t.Error("looking stored an answer")
	}
}

func TestLookingStoresNothing(t *testing.T) {
	h := open(t)
	for range 10 {
		for _, method := range []string{"GET", "HEAD"} {
			h.want(http.StatusOK, h.ask(method, "/a/"+h.token+"?delay=1", ""))
			h.want(http.StatusOK, h.ask(method, "/u/"+h.stop, ""))
		}
	}
	stopped, err := h.Answers.Stopped(t.Context(), h.stop)
	h.must(err)
	if h.response() != nil || stopped {
		t.Errorf("after looking: response %v, stopped %v", h.response(), stopped)
	}
}

func TestAnswerIsStoredAndShown(t *testing.T) {
	h := open(t)
	address := "/a/" + h.token
	posted := url.Values{"delay": {"4"}, "listening": {"5"}, "resolved": {"partly"}, "recommend": {"0"}, "comment": {"Merci <b>Lina</b>\r\n=1+1"},
		"callback": {"yes"}, "nudged": {""}, "version": {"1"}, "language": {"fr"}, "unknown": {"x"}}
	r := h.want(http.StatusSeeOther, h.ask("POST", address+"?delay=2&lang=fr", posted.Encode()))
	if to := r.Header.Get("Location"); to != address+"?lang=fr" {
		t.Errorf("sent to %q", to)
	}
	want := map[string]string{"delay": "4", "listening": "5", "resolved": "partly", "recommend": "0", "comment": "Merci <b>Lina</b>\n=1+1", "callback": "yes"}
	if got := h.response().Last(); !maps.Equal(got.Values, want) || got.Language != "fr" || got.Version != 1 {
		t.Errorf("stored %+v, want %v in fr", got, want)
	}
	d := document(t, h.want(http.StatusOK, h.get(address+"?lang=fr")))
	said := strings.Join(d.Find("dl dd").Map(func(_ int, s *goquery.Selection) string { return s.Text() }), "|")
	if said != "Plutôt satisfaisant|Très satisfaisante|En partie|0|Merci <b>Lina</b>\n=1+1|Oui" {
		t.Errorf("shown: %s", said)
	}
	change := d.Find("a.button").AttrOr("href", "")
	d = document(t, h.want(http.StatusOK, h.get(address+change)))
	if got := strings.Join(chosen(d), " "); got != "delay-4 listening-5 resolved-partly recommend-0 callback-yes" {
		t.Errorf("to change: %s", got)
	}
	if got := d.Find("textarea").Text(); got != want["comment"] {
		t.Errorf("to change: comment %q", got)
	}
	h.want(http.StatusSeeOther, h.ask("POST", address, "delay=1&listening=5"))
	if got := h.response(); len(got.Answers) != 2 || got.Last().Values["delay"] != "1" {
		t.Errorf("after the change: %+v", got.Answers)
	}
}

func TestAnswerNeedsNoBrowser(t *testing.T) {
	for name, head := range map[string][]string{
		"no header at all": nil, "another site": {"Origin", "https://mail.example.com", "Sec-Fetch-Site", "cross-site"},
		"an old browser": {"Origin", "null"}, "a subdomain": {"Sec-Fetch-Site", "same-site"},
	} {
		h := open(t)
		h.want(http.StatusSeeOther, h.ask("POST", "/a/"+h.token, "delay=2&listening=2", head...))
		if h.response() == nil {
			t.Errorf("%s: nothing stored", name)
		}
	}
}

func TestManyPressesAreOneAnswer(t *testing.T) {
	h := open(t)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if r := h.ask("POST", "/a/"+h.token, "delay=4&listening=5"); r.StatusCode != http.StatusSeeOther {
				t.Errorf("status %d", r.StatusCode)
			}
		})
	}
	all.Wait()
	if r := h.response(); r == nil || len(r.Answers) != 1 {
		t.Errorf("stored %+v, want one answer", r)
	}
}

func TestWhatCannotBeTakenComesBack(t *testing.T) {
	long := strings.Repeat("é", 2001)
	for _, c := range []struct {
		name, form, target, says, kept string
	}{
		{"nothing", "", "delay-1", "Choose an answer about the time it took", ""},
		{"one of two", "delay=4&recommend=9", "listening-1", "Choose an answer about how well we listened", "delay-4 recommend-9"},
		{"out of range", "delay=6&listening=5", "delay-1", "Choose one of the answers offered about the time it took", "listening-5"},
		{"not a number", "delay=4&listening=+5", "listening-1", "Choose one of the answers offered about how well we listened", "delay-4"},
		{"twice", "delay=4&listening=5&listening=1", "listening-1", "Give one answer only about how well we listened", "delay-4 listening-5"},
		{"too long", "delay=4&listening=5&comment=" + long, "comment", "Comment must be 2,000 characters or less", "delay-4 listening-5"},
		{"NUL", "delay=4&listening=5&comment=a%00b", "comment", "Some characters could not be read: check your text, then send it again", "delay-4 listening-5"},
		{"not UTF-8", "delay=4&listening=5&comment=%ff", "comment", "Some characters could not be read: check your text, then send it again", "delay-4 listening-5"},
		{"a version that never was", "delay=4&listening=5&version=7", "form", "Some characters could not be read: check your text, then send it again", "delay-4 listening-5"},
	} {
		h := open(t)
		d := document(t, h.want(http.StatusUnprocessableEntity, h.ask("POST", "/a/"+h.token+"?lang=en", c.form)))
		link := d.Find(".errors a").First()
		if link.Text() != c.says || link.AttrOr("href", "") != "#"+c.target {
			t.Errorf("%s: summary %q to %q, want %q to #%s", c.name, link.Text(), link.AttrOr("href", ""), c.says, c.target)
		}
		if d.Find("#"+c.target).Length() != 1 {
			t.Errorf("%s: the summary leads nowhere", c.name)
		}
		if beside := d.Find(".problem").First().Text(); c.target != "form" && beside != c.says {
			t.Errorf("%s: beside the field %q, want %q", c.name, beside, c.says)
		}
		if got := strings.Join(chosen(d), " "); got != c.kept {
			t.Errorf("%s: kept %q, want %q", c.name, got, c.kept)
		}
		if title := d.Find("title").Text(); !strings.HasPrefix(title, "Error: ") {
			t.Errorf("%s: title %q", c.name, title)
		}
		if _, focused := d.Find(".errors").Attr("autofocus"); !focused {
			t.Errorf("%s: the summary has no focus", c.name)
		}
		if c.name == "too long" && d.Find("textarea").Text() != long {
			t.Error("the long comment was not kept")
		}
		if h.response() != nil {
			t.Errorf("%s: stored", c.name)
		}
	}
}

func TestCommentOfTwoThousandCharactersIsTaken(t *testing.T) {
	h := open(t)
	h.want(http.StatusSeeOther, h.ask("POST", "/a/"+h.token, url.Values{"delay": {"4"}, "listening": {"5"}, "comment": {strings.Repeat("🙂", 2000)}}.Encode()))
}

// failing is a store that cannot be reached.
type failing struct{ *sqlite.Store }

var errGone = errors.New("the store is gone")

func (failing) GetAsked(context.Context, string) (surveys.Invitation, bool, error) {
	return surveys.Invitation{}, false, errGone
}
func (failing) AddEvent(context.Context, surveys.Event) error             { return errGone }
func (failing) AddSuppression(context.Context, surveys.Suppression) error { return errGone }
func (failing) GetSuppression(context.Context, string) (surveys.Suppression, error) {
	return surveys.Suppression{}, errGone
}
func (failing) AddErrand(context.Context, surveys.Errand) error { return errGone }
func (failing) GetTicket(context.Context, surveys.TicketKey) (surveys.Ticket, error) {
	return surveys.Ticket{}, errGone
}
func (failing) Ready(context.Context) error { return errGone }

// fails lets every call of the pages to the store fail.
func (h *house) fails() {
	h.Answers.Store, h.Store, h.follower.Store = failing{h.store}, failing{h.store}, failing{h.store}
}

func TestStoreGoneKeepsWhatWasTyped(t *testing.T) {
	h := open(t)
	h.fails()
	r := h.want(http.StatusServiceUnavailable, h.ask("POST", "/a/"+h.token+"?lang=en", "delay=4&listening=5&comment=a+%22long%22+letter&version=1&language=en"))
	if r.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	d := document(t, r)
	if got := strings.Join(chosen(d), " "); got != "delay-4 listening-5" || d.Find("textarea").Text() != `a "long" letter` {
		t.Errorf("kept %q and %q", got, d.Find("textarea").Text())
	}
	if !strings.Contains(d.Find(".errors").Text(), "Nothing you wrote is lost") {
		t.Errorf("said: %s", d.Find(".errors").Text())
	}
	h.want(http.StatusServiceUnavailable, h.get("/a/"+h.token))
	h.Answers.Store = h.store
	form := url.Values{}
	d.Find("input:checked, input[type=hidden]").Each(func(_ int, s *goquery.Selection) { form.Set(s.AttrOr("name", ""), s.AttrOr("value", "")) })
	h.want(http.StatusSeeOther, h.ask("POST", "/a/"+h.token, form.Encode()))
}

func TestOver(t *testing.T) {
	h := open(t)
	h.want(http.StatusSeeOther, h.ask("POST", "/a/"+h.token, "delay=4&listening=5"))
	h.now = h.now.AddDate(0, 0, 40)
	for _, r := range []*http.Response{h.get("/a/" + h.token + "?lang=fr"), h.ask("POST", "/a/"+h.token+"?lang=fr", "delay=1&listening=1")} {
		d := document(t, h.want(http.StatusGone, r))
		if text := d.Find("main").Text(); !strings.Contains(text, "mardi 31 mars 2026") || !strings.Contains(text, "support@example.org") {
			t.Errorf("said: %s", text)
		}
	}
	if got := h.response(); len(got.Answers) != 1 {
		t.Error("an answer after the end was stored")
	}
}

func TestErased(t *testing.T) {
	h := open(t)
	e := surveys.Eraser{Store: h.store, Settings: surveys.DefaultSettings}
	_, err := e.Erase(t.Context(), h.invitation.Person)
	h.must(err)
	d := document(t, h.want(http.StatusGone, h.get("/a/"+h.token)))
	if strings.Contains(d.Find("main").Text(), "48213") {
		t.Error("the page still knows the request")
	}
}

func TestLanguageOfTheSurvey(t *testing.T) {
	h := open(t)
	h.settings.Organisation.Languages = []string{"en", "fr"}
	for _, c := range []struct{ query, accept, want string }{
		{"", "", "fr"}, // the customer's own
		{"", "ja", "fr"},
		{"", "en-GB, fr;q=0.5", "en"},
		{"?lang=en", "fr", "en"},
		{"?lang=de", "fr", "fr"},
		{"?lang=..%2Fen", "", "fr"},
	} {
		d := document(t, h.get("/a/"+h.token+c.query, "Accept-Language", c.accept))
		if got := d.Find("html").AttrOr("lang", ""); got != c.want {
			t.Errorf("%s with %q speaks %s, want %s", c.query, c.accept, got, c.want)
		}
	}
	d := document(t, h.get("/a/"+h.token+"?delay=4&lang=fr"))
	links := d.Find(".languages a").Map(func(_ int, s *goquery.Selection) string { return s.AttrOr("href", "") })
	if !slices.Equal(links, []string{"?delay=4&lang=en", "?delay=4&lang=fr"}) {
		t.Errorf("the switch lost the query: %v", links)
	}
}

func TestStepsOfAnAnswer(t *testing.T) {
	var steps []string
	at := func(step string) error { steps = append(steps, step); return nil }
	h := open(t, func(c *Config) { c.At, c.Answers.At = at, at })
	h.get("/a/" + h.token)
	h.ask("POST", "/a/"+h.token, "delay=4&listening=5")
	if got := strings.Join(steps, " "); got != "K15 K16 K17 K18" {
		t.Errorf("passed %s", got)
	}
}
