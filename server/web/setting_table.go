package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
)

// tablePage is one table of the settings as a form.
type tablePage struct {
	page
	Address  string
	Lead     string
	Fields   []settingField
	Seen     int64 // the change that the form was made from
	Done     string
	Problems []fieldProblem
	Advice   []string // what the values mean for what is published
	Past     []string // the promises before this one
	Promise  bool     // the form can say that a promise was always meant so
	Locks    bool     // something is locked
}

// table makes the page of a table of a change.
func (h decisionHandlers) table(c Ctx, table string, change surveys.SettingsChange) *tablePage {
	p := &tablePage{page: h.insidePage(c, "settings"), Address: settingsPath + "/" + table, Seen: change.N, Promise: table == "promise"}
	p.Title, p.Lead = p.T("settings.table."+table), p.T("settings.table."+table+".lead")
	for _, x := range ofTable(&change.Settings, table) {
		f := h.field(p.page, x)
		p.Fields, p.Locks = append(p.Fields, f), p.Locks || f.Locked
	}
	switch table {
	case "promise":
		p.Past = p.past(change.Settings)
	case "publishing":
		p.Advice = h.advise(c, p.page, change.Settings.Publishing)
	}
	return p
}

// ofTable are the settings of one table.
func ofTable(s *surveys.Settings, table string) (all []surveys.Setting) {
	for _, x := range s.All() {
		if strings.HasPrefix(x.Key, table+".") {
			all = append(all, x)
		}
	}
	return all
}

// past tells the promises that were in force before, the newest first.
func (p page) past(s surveys.Settings) (all []string) {
	for i := len(s.Promise.Past) - 1; i >= 0; i-- {
		b := s.Promise.Past[i]
		said := p.T("settings.past", "Date", p.DateTime(b.Until, s.Zone()), "Span", p.span(b.Default))
		for _, category := range sortedKeys(b.Category) {
			said += p.T("settings.past.category", "Category", category, "Span", p.span(b.Category[category]))
		}
		all = append(all, said)
	}
	return all
}

// span writes a span in words.
func (p page) span(s surveys.Span) string {
	if s.Off() {
		return p.T("settings.off")
	}
	return p.T("mail.span."+s.Unit, "Count", s.N)
}

// advise says how much each length of a period would hold back, and which to choose.
func (h decisionHandlers) advise(c Ctx, p page, publishing surveys.Publishing) (said []string) {
	if h.Advice == nil {
		return nil
	}
	advice, err := h.Advice(c.Request().Context(), publishing)
	if err != nil {
		h.Log.Error("the advice on periods could not be made", "error", err)
		return nil
	}
	if advice.Held[0].Told == 0 {
		return []string{p.T("settings.advice.none")}
	}
	for _, held := range advice.Held {
		said = append(said, p.T("settings.advice."+held.Length, "Part", p.Percent(held.Part(), 0)))
	}
	return append(said, p.proposedPeriod(advice))
}

func (p page) proposedPeriod(a reports.Advice) string {
	if a.Propose == "" {
		return p.T("settings.advice.right")
	}
	return p.T("settings.advice.propose", "Period", p.T("settings.choice."+a.Propose))
}

func (h decisionHandlers) showTable(c Ctx, table string) error {
	change, err := h.latest(c)
	if err != nil {
		return err
	}
	p := h.table(c, table, change)
	p.Done = p.done(c, "settings.saved")
	return h.Server.show(c, "setting_table", p)
}

func (h decisionHandlers) takeTable(c Ctx, table string) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	problems := map[string]string{}
	err = h.decide(c, surveys.Decision{
		Seen: seenChange(form), Corrects: form.Get("corrects") == "yes",
		Alter: func(s *surveys.Settings) error { return alter(form, ofTable(s, table), problems) },
	})
	if err == nil {
		return back(c, settingsPath+"/"+table, "settings.saved")
	}
	change, failed := h.latest(c)
	if failed != nil {
		return failed
	}
	p := h.table(c, table, change)
	code, ok := p.refuse(form, problems, err)
	if !ok {
		return lost(err)
	}
	p.Title = p.T("answer.error", "Title", p.Title)
	return h.render(c, code, "setting_table", p)
}

// errUnread is for a form with fields that cannot be read.
var errUnread = errors.New("some fields cannot be read")

// alter sets settings to what a form says; problems holds the reasons of what cannot be
// read, by key.
func alter(form url.Values, settings []surveys.Setting, problems map[string]string) error {
	clear(problems)
	for _, x := range settings {
		if reason := readSetting(form, x); reason != "" {
			problems[x.Key] = reason
		}
	}
	if len(problems) > 0 {
		return errUnread
	}
	return nil
}

// seenChange is the change that a form was made from; a form that does not say has seen none.
func seenChange(form url.Values) int64 {
	n, err := strconv.ParseInt(form.Get("seen"), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// refuse keeps what was typed and says beside each field why it was not taken; ok is
// false where that is no fault of the form.
func (p *tablePage) refuse(form url.Values, problems map[string]string, err error) (code int, ok bool) {
	told := p.refused(problems, err)
	if told == nil {
		return 0, false
	}
	p.Problems = told.list
	for i := range p.Fields {
		f := &p.Fields[i]
		f.Problem = problemOf(p.Problems, f.Key)
		if posted(form, f.Key) && !f.Locked {
			f.keepTyped(form)
		}
	}
	return told.code, true
}

// refusedForm is why a form was not taken.
type refusedForm struct {
	list []fieldProblem
	code int
}

// refused says why a decision was not taken, in words; nil where its form has no fault.
func (p page) refused(problems map[string]string, err error) *refusedForm {
	var wrong *surveys.Wrong
	var locked *surveys.Locked
	var overtaken *surveys.Overtaken
	told := &refusedForm{code: http.StatusUnprocessableEntity}
	switch {
	case errors.Is(err, errUnread):
		for _, key := range sortedKeys(problems) {
			told.add(p, key, problems[key], "")
		}
	case errors.As(err, &wrong):
		told.add(p, wrong.Key, wrong.Reason, wrong.About)
	case errors.As(err, &locked):
		told.code = http.StatusForbidden
		told.add(p, locked.Key, "locked", "")
	case errors.As(err, &overtaken):
		told.code = http.StatusConflict
		for _, key := range overtaken.Keys {
			told.add(p, key, "overtaken", overtaken.Latest.By)
		}
	default:
		return nil
	}
	return told
}

func (f *refusedForm) add(p page, key, reason, about string) {
	said := p.T("settings.problem", "Label", p.T("settings.key."+plainKey(key)), "Reason", p.T("settings.wrong."+reason, "About", about))
	f.list = append(f.list, fieldProblem{Field: key, Target: elementID(key), Text: said})
}
