package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/server/mailer"
	"github.com/entendu/entendu/surveys"
)

// openEditor is a house in which the survey can be edited, with who may do so.
func openEditor(t *testing.T) (*house, []string) {
	h := openInside(t, func(c *Config) {
		look := func(language, key string) bool { _, ok := c.Words.For(language).Look(key); return ok }
		c.Parts = append(c.Parts, &Survey{
			Editor: &surveys.Editor{Store: c.Store.(surveys.Store), Look: look},
			Sample: func(l surveys.Letter) (mailer.Sample, error) {
				opening, _ := l.Survey.Own(l.Language, surveys.MailOpening, "{number}", l.Invitation.Number)
				return mailer.Sample{Subject: "Subject", Text: opening, HTML: "<p>" + l.Language}, nil
			},
		})
	})
	return h, h.as(auth.Manager)
}

// rev is the one of the draft, as a page has it.
func (h *house) rev(page string, head []string) string {
	h.t.Helper()
	return document(h.t, h.want(http.StatusOK, h.get(page, head...))).Find("input[name=rev]").AttrOr("value", "")
}

// TestEditTheSurvey adds a question, is told what it lacks, completes and publishes it.
func TestEditTheSurvey(t *testing.T) {
	h, head := openEditor(t)
	edit := func(code int, fields ...string) *http.Response {
		t.Helper()
		form := url.Values{"rev": {h.rev(surveyPath, head)}}
		for i := 0; i < len(fields); i += 2 {
			form.Add(fields[i], fields[i+1])
		}
		return h.want(code, h.ask("POST", surveyPath, form.Encode(), head...))
	}
	page := document(t, edit(http.StatusUnprocessableEntity, "do", "add", "name", "Why not", "sort", "several"))
	if got := page.Find("#name").AttrOr("value", ""); got != "Why not" || page.Find(".errors li").Length() != 1 {
		t.Errorf("what was typed comes back as %q, with %d problems", got, page.Find(".errors li").Length())
	}
	edit(http.StatusUnprocessableEntity, "do", "remove", "name", "delay")
	edit(http.StatusSeeOther, "do", "add", "name", "why", "sort", "several")
	page = document(t, edit(http.StatusUnprocessableEntity, "do", "publish"))
	if page.Find(`.errors a[href="#question-why"]`).Length() == 0 {
		t.Error("nobody is told which question lacks its words")
	}

	question := surveyPath + "/question/why"
	change := func(code int, fields ...string) *http.Response {
		t.Helper()
		form := url.Values{"rev": {h.rev(question, head)}}
		for i := 0; i < len(fields); i += 2 {
			if fields[i] != "when" {
				form.Del(fields[i])
			}
			form.Add(fields[i], fields[i+1])
		}
		return h.want(code, h.ask("POST", question, form.Encode(), head...))
	}
	words := []string{"text:fr:question.why", "Pourquoi ?", "text:en:question.why", "Why?"}
	change(http.StatusSeeOther, append(words, "new", "Trop long !")...)
	words = append(words, "text:fr:question.why.trop_long", "Trop long !", "text:en:question.why.trop_long", "Too slow")
	change(http.StatusSeeOther, append(words, "new", "Trop cher")...)
	words = append(words, "text:fr:question.why.trop_cher", "Trop cher", "text:en:question.why.trop_cher", "Too dear")
	change(http.StatusUnprocessableEntity, append(words, "when", "delay=1", "when", "listening=1")...)
	page = document(t, change(http.StatusUnprocessableEntity, append(words, "text:en:question.why", strings.Repeat("x", 301))...))
	if got := page.Find(`[name="text:fr:question.why"]`).AttrOr("value", ""); got != "Pourquoi ?" {
		t.Errorf("what was typed comes back as %q", got)
	}
	change(http.StatusSeeOther, append(words, "when", "resolved=no", "when", "resolved=partly")...)
	edit(http.StatusSeeOther, "do", "publish")

	v, err := h.store.LatestSurvey(t.Context(), surveys.AfterHandling)
	h.must(err)
	if q, _ := v.Question("why"); v.Version != 2 || !strings.HasPrefix(v.MadeBy, "Camille") || len(q.Choices) != 2 || len(q.When.Answers) != 2 {
		t.Errorf("published: version %d by %q, %+v", v.Version, v.MadeBy, q)
	}
	stale := url.Values{"rev": {"1"}, "do": {"remove"}, "name": {"why"}}
	h.want(http.StatusConflict, h.ask("POST", surveyPath, stale.Encode(), head...))
}

// TestACustomerSeesTheirVersion answers by the version of the invitation, with a question
// of several answers that is asked of some only.
func TestACustomerSeesTheirVersion(t *testing.T) {
	h, _ := openEditor(t)
	shipped, err := surveys.FindSurvey(surveys.AfterHandling, 1)
	h.must(err)
	v := surveys.Survey{Name: shipped.Name, Version: 2, MadeAt: h.now, Questions: append(shipped.Questions[:3:3], surveys.Question{
		Name: "why", Kind: surveys.Several, Choices: []string{"slow", "dear"}, When: surveys.Condition{Question: "resolved", Answers: []string{"no", "partly"}},
	})}
	for key, text := range map[string]string{"question.delay": "Le temps ?", "question.delay.1": "Horrible", "question.why": "Pourquoi <b>?", "question.why.slow": "Trop long", "question.why.dear": "Trop cher"} {
		v.Texts = append(v.Texts, surveys.SurveyText{Language: "fr", Key: key, Text: text})
	}
	h.must(h.store.AddSurvey(t.Context(), v))
	link := "/a/" + h.token
	if page := document(t, h.want(http.StatusOK, h.get(link))); page.Find("[name=why]").Length() != 0 || page.Find("[name=recommend]").Length() == 0 {
		t.Error("who was asked by version 1 sees another")
	}
	i, err := h.store.GetInvitation(t.Context(), h.invitation.ID)
	h.must(err)
	i.Version = 2
	h.must(h.store.PutInvitation(t.Context(), i))

	page := document(t, h.want(http.StatusOK, h.get(link+"?delay=1")))
	said := page.Find("main").Text()
	for _, want := range []string{"Le temps ?", "Horrible", "Pourquoi <b>?", "Trop cher", "Seulement si vous avez répondu «\u00a0En partie\u00a0» ou «\u00a0Non\u00a0»"} {
		if !strings.Contains(said, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if page.Find(`script[src*="survey"]`).Length() != 1 || page.Find(`[data-when=resolved] input[type=checkbox]`).Length() != 2 || page.Find("[name=recommend]").Length() != 0 {
		t.Error("the page is not the one of version 2")
	}
	h.want(http.StatusSeeOther, h.ask("POST", link, "delay=1&listening=2&resolved=no&why=dear&why=slow&version=2"))
	if got := h.response().Last(); got.Version != 2 || got.Values["why"] != "slow dear" {
		t.Errorf("stored by version %d: %v", got.Version, got.Values)
	}
	page = document(t, h.want(http.StatusOK, h.get(link)))
	if said := page.Find("main").Text(); !strings.Contains(said, "Trop long; Trop cher") || !strings.Contains(said, "Horrible") {
		t.Errorf("the thanks do not repeat the answer: %s", said)
	}
	page = document(t, h.want(http.StatusOK, h.get(link+"?change=1")))
	if page.Find("[name=why][checked]").Length() != 2 {
		t.Error("what was chosen is not chosen when the answer is changed")
	}
	h.want(http.StatusSeeOther, h.ask("POST", link, "delay=1&listening=2&resolved=yes&why=dear&version=2"))
	if got := h.response().Last().Values["why"]; got != "" {
		t.Errorf("an answer to what was not asked is kept: %q", got)
	}
}

func TestPreviews(t *testing.T) {
	h, head := openEditor(t)
	form := url.Values{"rev": {"0"}, "text:fr:mail.opening": {"Demande {number} <close>"}}
	h.want(http.StatusSeeOther, h.ask("POST", surveyPath+"/mail", form.Encode(), head...))
	page := document(t, h.want(http.StatusOK, h.get(surveyPath+"/preview?lang=fr&width=320", head...)))
	if page.Find(".telephone form").Length() != 1 || page.Find("button[disabled]").Length() != 1 || page.Find("html").AttrOr("lang", "") != "fr" {
		t.Error("the page of the draft is no preview on a telephone")
	}
	r := h.want(http.StatusOK, h.get(surveyPath+"/preview/mail?lang=fr", head...))
	if policy := r.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "form-action 'none'") {
		t.Errorf("the mail may do more than be looked at: %s", policy)
	}
	if got := text(t, h.want(http.StatusOK, h.get(surveyPath+"/preview/mail?lang=fr&as=text", head...))); !strings.Contains(got, "Demande 48213 <close>") {
		t.Errorf("the text says %q", got)
	}
	h.want(http.StatusForbidden, h.get(surveyPath+"/preview", h.as(auth.Reader)...))
}

// openDesk is a house with an answer on the desk of who signs in.
func openDesk(t *testing.T, values map[string]string) (*house, *Desk, []string) {
	var desk *Desk
	h := openInside(t, func(c *Config) {
		st := c.Store.(surveys.Store)
		desk = &Desk{Desk: &surveys.Desk{Store: st, Settings: c.Settings}, Hidden: notHidden}
		c.Parts = append(c.Parts, desk, &Proposals{Store: st})
	})
	h.must(h.store.AddResponse(t.Context(), surveys.Response{
		Invitation: h.invitation.ID, Survey: surveys.AfterHandling, Ticket: h.invitation.Ticket, Closing: 1, ClosedAt: h.invitation.ClosedAt,
		Customer: "c-1", Agent: "u-1", Answers: []surveys.Answer{{At: h.now, Version: 1, Language: "fr", Values: values}},
	}))
	return h, desk, h.as(auth.Adviser)
}

func notHidden(context.Context, string) (bool, error) { return false, nil }
func hidden(context.Context, string) (bool, error)    { return true, nil }

func TestTheDeskShowsOneAnswer(t *testing.T) {
	h, desk, head := openDesk(t, map[string]string{"delay": "2", "listening": "5", "comment": "Trois jours <b>", "nudged": "yes", "tell": "yes"})
	page := document(t, h.want(http.StatusOK, h.get(deskPath+"?lang=fr", head...)))
	said := page.Find("main").Text()
	for _, want := range []string{"Semaine du lundi 2 mars 2026", "Trois jours <b>", "Très satisfaisante"} {
		if !strings.Contains(said, want) {
			t.Errorf("the desk does not say %q", want)
		}
	}
	for _, never := range []string{"48213", "Lina", "suggéré", "9:30", "09:30"} {
		if strings.Contains(said, never) {
			t.Errorf("the desk says %q", never)
		}
	}
	if page.Find("#reply").Length() != 0 {
		t.Error("a reply is offered to who did not ask for one")
	}
	h.want(http.StatusConflict, h.ask("POST", deskPath+"/reply", url.Values{"answer": {h.invitation.ID}, "reply": {"Bonjour"}}.Encode(), head...))
	desk.Hidden = hidden
	if said := text(t, h.want(http.StatusOK, h.get(deskPath, head...))); strings.Contains(said, "Trois jours") {
		t.Error("the desk shows a comment that a manager hid")
	}
	next := document(t, h.want(http.StatusOK, h.get(page.Find("a[rel=next]").AttrOr("href", ""), head...)))
	if next.Find(".empty").Length() != 1 {
		t.Error("nobody is told that there is nothing before")
	}
	other := h.signedIn(h.person(auth.Person{Email: "other@example.org", Name: "Other", Role: auth.Adviser, Agents: []string{"desk/u-2"}}))
	if document(t, h.get(deskPath, other...)).Find("article").Length() != 0 {
		t.Error("another adviser sees the answer")
	}
	h.want(http.StatusNotFound, h.ask("POST", deskPath+"/reply", url.Values{"answer": {h.invitation.ID}, "reply": {"Bonjour"}}.Encode(), other...))
	for _, role := range []auth.Role{auth.Administrator, auth.Manager, auth.Reader} {
		h.want(http.StatusForbidden, h.get(deskPath, h.as(role)...))
	}
}

func TestTheDeskReplies(t *testing.T) {
	h, _, head := openDesk(t, map[string]string{"delay": "1", "listening": "1", "callback": "yes"})
	page := document(t, h.want(http.StatusOK, h.get(deskPath+"?lang=fr&asking=1", head...)))
	if !strings.Contains(page.Find("main").Text(), "Demande 48213") || page.Find("#reply").Length() != 1 {
		t.Errorf("who asked for a call back: %s", page.Find("main").Text())
	}
	form := url.Values{"answer": {h.invitation.ID}, "reply": {strings.Repeat("é", 2001)}}
	page = document(t, h.want(http.StatusUnprocessableEntity, h.ask("POST", deskPath+"/reply", form.Encode(), head...)))
	if page.Find("#reply").Text() != form.Get("reply") {
		t.Error("what was written is lost")
	}
	form.Set("reply", "Bonjour Lina")
	h.want(http.StatusSeeOther, h.ask("POST", deskPath+"/reply", form.Encode(), head...))
	if said := document(t, h.want(http.StatusOK, h.get(deskPath+"?lang=fr", head...))); said.Find("#reply").Length() != 0 || !strings.Contains(said.Find("main").Text(), "va partir") {
		t.Error("a second reply is offered")
	}
	due, err := h.store.FindDueErrands(t.Context(), h.now.Add(time.Hour), 5)
	h.must(err)
	if len(due) != 1 || due[0].Kind != surveys.ReplyMail || due[0].Text != "Bonjour Lina" || due[0].Language != "fr" {
		t.Errorf("to carry: %+v", due)
	}
	traces, err := h.store.FindTraces(t.Context(), auth.Trace{}, 10)
	h.must(err)
	var acts []string
	for _, one := range traces {
		acts = append(acts, one.Act)
	}
	if got := strings.Join(acts, " "); !strings.Contains(got, "desk.replied") || !strings.Contains(got, "desk.opened") {
		t.Errorf("the log has %q", got)
	}
}

func TestProposalsAreAnswered(t *testing.T) {
	h, _, head := openDesk(t, map[string]string{"delay": "3", "listening": "3"})
	h.want(http.StatusUnprocessableEntity, h.ask("POST", deskPath+"/propose", "proposal=+", head...))
	h.want(http.StatusSeeOther, h.ask("POST", deskPath+"/propose", url.Values{"proposal": {"Un formulaire plus court"}, "once": {"1"}}.Encode(), head...))
	manager := h.as(auth.Manager, "billing")
	page := document(t, h.want(http.StatusOK, h.get(proposalsPath+"?lang=fr", manager...)))
	if said := page.Find("main").Text(); !strings.Contains(said, "Un formulaire plus court") || !strings.Contains(said, "Camille adviser") {
		t.Errorf("managers read %s", said)
	}
	form := url.Values{"id": {page.Find("input[name=id]").AttrOr("value", "")}, "rev": {page.Find("input[name=rev]").AttrOr("value", "")}}
	h.want(http.StatusUnprocessableEntity, h.ask("POST", proposalsPath, form.Encode(), manager...))
	form.Set("answer", "Dès lundi")
	h.want(http.StatusSeeOther, h.ask("POST", proposalsPath, form.Encode(), manager...))
	h.want(http.StatusConflict, h.ask("POST", proposalsPath, form.Encode(), manager...))
	if said := text(t, h.want(http.StatusOK, h.get(deskPath, head...))); !strings.Contains(said, "Dès lundi") {
		t.Error("who proposed is not told what was decided")
	}
	h.want(http.StatusForbidden, h.get(proposalsPath, head...))
}
