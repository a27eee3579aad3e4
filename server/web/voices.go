package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/surveys"
)

// Voices is the Part where managers read what customers wrote.
type Voices struct {
	Voices *reports.Voices
	Store  VoiceTickets
}

// VoiceTickets is where the ticket of a comment is read, once it is opened.
type VoiceTickets interface {
	GetResponse(ctx context.Context, invitation string) (surveys.Response, error)
	GetTicket(ctx context.Context, key surveys.TicketKey) (surveys.Ticket, error)
}

func (p *Voices) routes(s *Server) []route {
	h := voiceHandlers{Voices: p, Server: s}
	return []route{
		{http.MethodGet, voicesPath, h.showVoices, asPage, auth.ReadVoices},
		{http.MethodPost, voicesPath, h.takeVoices, asPage, auth.ReadVoices},
		{http.MethodGet, voicesPath + "/themes", h.showThemes, asPage, auth.ReadVoices},
		{http.MethodGet, voicesPath + "/:place", h.showVoice, asPage, auth.ReadVoices},
		{http.MethodPost, voicesPath + "/:place", h.takeVoice, asPage, auth.ReadVoices},
		{http.MethodPost, voicesPath + "/:place/quote", h.takeQuote, asPage, auth.Act},
	}
}

const (
	voicesPath = "/manage/voices"
	// voicesPage is how many comments one page of the list has.
	voicesPage = 25
)

type voiceHandlers struct {
	*Voices
	*Server
}

// voicesAsked is what an address of these pages asks for: all of it stands there.
type voicesAsked struct {
	reports.Hearing
	query  url.Values // of what was understood, without the place of a page
	labels map[string][]string
	lang   string // that the address asks for
	today  surveys.Day
}

// voicesList is a page of comments.
type voicesList struct {
	page
	voicesAsked
	narrowed
	Items    []voiceItem
	Tags     []string // that there are
	Filtered bool
	Here     string // the address of this page, to come back to
	Clear    string
	Older    string
	Newest   string
	Themes   string
	Done     string
	Problems []fieldProblem
}

// narrowed is the form of filters: the usual ones, and those by which a comment is sorted.
type narrowed struct {
	Lang    string
	Pickers []picker
	More    []picker
	Opened  bool // one of More is in force
	Chips   []dropped
}

// Problem is what is wrong with a field, "" for nothing.
func (p *voicesList) Problem(field string) string { return problemOf(p.Problems, field) }

// picker is one list to choose from, and its options.
type picker struct {
	Name, Label string
	Options     []picked
}

type picked struct {
	Value, Text string
	Chosen      bool
}

// dropped is a filter in force, as words; its address is the page without it.
type dropped struct{ Text, Without string }

// dimensionsAsked are the filters that are labels of a comment, as addresses say them.
func dimensionsAsked() []string {
	return []string{reports.TeamLabel, reports.CategoryLabel, reports.ProductLabel, reports.ChannelLabel, reports.LanguageLabel}
}

// scoresAsked are the scores that can be asked for.
func scoresAsked() []string {
	return []string{"low", "middle", "high",
		"delay:1", "delay:2", "delay:3", "delay:4", "delay:5", "listening:1", "listening:2", "listening:3", "listening:4", "listening:5"}
}

func statesAsked() []string {
	return []string{reports.UnreadState, reports.ReadState, reports.QuotedState, reports.HiddenState}
}

// asked reads an address, within what the visitor may see; what it does not understand it
// leaves out.
func (h voiceHandlers) asked(c Ctx) (a voicesAsked, err error) {
	ctx, typed := c.Request().Context(), c.QueryParams()
	now, err := h.Voices.Voices.Store.Now(ctx)
	if err != nil {
		return a, lost(err)
	}
	if a.labels, err = h.Voices.Voices.Labels(ctx); err != nil {
		return a, lost(err)
	}
	a.query, a.today = url.Values{}, surveys.DayOf(now, h.Settings().Zone())
	if v := visitor(c); !v.SeesAll() {
		a.Teams = slices.Clone(v.Teams)
		a.labels[reports.TeamLabel] = slices.DeleteFunc(a.labels[reports.TeamLabel], func(team string) bool { return !v.Sees(team) })
	}
	if lang := typed.Get("lang"); slices.Contains(h.publicLanguages(), lang) {
		a.lang = lang
	}
	if w, ok := reports.WindowOf(typed.Get("period"), a.today); ok {
		a.From, a.To = w.From, w.To
		a.query.Set("period", w.Name)
	}
	for _, kind := range append(dimensionsAsked(), reports.TagLabel) {
		if name := typed.Get(kind); slices.Contains(a.labels[kind], name) {
			a.Labels = append(a.Labels, reports.Label{Kind: kind, Name: name})
			a.query.Set(kind, name)
		}
	}
	a.Score, a.State = a.take(typed, "score", scoresAsked()), a.take(typed, "state", statesAsked())
	a.Typed, a.Theme = strings.TrimSpace(cut(typed.Get("q"), maxSearch)), typed.Get("theme")
	for name, value := range map[string]string{"q": a.Typed, "theme": a.Theme} {
		if value != "" {
			a.query.Set(name, value)
		}
	}
	a.Before, _ = strconv.ParseInt(typed.Get("before"), 36, 64)
	return a, nil
}

// maxSearch is how many characters of a search count.
const maxSearch = 200

// cut is the beginning of a text, of so many characters.
func cut(text string, most int) string {
	letters := []rune(strings.ToValidUTF8(text, ""))
	return string(letters[:min(len(letters), most)])
}

// take is a value of the query if it is one of those that there are.
func (a *voicesAsked) take(typed url.Values, name string, of []string) string {
	value := typed.Get(name)
	if !slices.Contains(of, value) {
		return ""
	}
	a.query.Set(name, value)
	return value
}

// with is the query with one value set; "" takes it away.
func (a voicesAsked) with(name, value string) string {
	q := url.Values{}
	for key, values := range a.query {
		q[key] = values
	}
	if q.Del(name); value != "" {
		q.Set(name, value)
	}
	if a.lang != "" {
		q.Set("lang", a.lang)
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// about is what the log says of a list that was read: by which filters, never what was
// searched for, which may be a person's name.
func (a voicesAsked) about() string {
	var all []string
	for name := range a.query {
		if name == "q" || name == "theme" {
			all = append(all, name)
		} else {
			all = append(all, name+"="+a.query.Get(name))
		}
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

func (h voiceHandlers) showVoices(c Ctx) error {
	p, err := h.list(c)
	if err != nil {
		return err
	}
	p.Done = p.done(c, "voices.done.read", "voices.done.unread", "voices.done.tag", "voices.done.hide")
	return h.show(c, "voices", p)
}

// list makes the page of comments that an address asks for. That it was read is in the
// log before it is shown.
func (h voiceHandlers) list(c Ctx) (*voicesList, error) {
	a, err := h.asked(c)
	if err != nil {
		return nil, err
	}
	if err := h.trace(c, "voices.read", a.about()); err != nil {
		return nil, err
	}
	found, more, err := h.Voices.Voices.Find(c.Request().Context(), a.Hearing, voicesPage)
	if err != nil {
		return nil, lost(err)
	}
	p := &voicesList{page: h.insidePage(c, "voices"), voicesAsked: a, Tags: a.labels[reports.TagLabel], Filtered: len(a.query) > 0}
	p.narrowed = p.page.narrowed(voicesPath, a, true)
	p.Title, p.Here = p.T("space.voices"), voicesPath+a.with("before", c.QueryParam("before"))
	for _, v := range found {
		p.Items = append(p.Items, p.item(v, a))
	}
	if more {
		p.Older = voicesPath + a.with("before", strconv.FormatInt(found[len(found)-1].Place, 36))
	}
	if a.Before > 0 {
		p.Newest = voicesPath + a.with("", "")
	}
	p.Clear = voicesPath + voicesAsked{lang: a.lang}.with("", "")
	p.Themes = voicesPath + "/themes" + a.with("state", "")
	return p, nil
}

// narrowed makes the form; states says whether it asks for read and hidden comments too.
func (p page) narrowed(path string, a voicesAsked, states bool) (n narrowed) {
	n.Pickers = []picker{p.periods(a), p.picker(a, "score", scoresAsked(), p.score)}
	if states {
		n.Pickers = append(n.Pickers, p.picker(a, "state", statesAsked(), func(state string) string { return p.T("voices.state." + state) }))
	}
	for _, kind := range append(dimensionsAsked(), reports.TagLabel) {
		if names := a.labels[kind]; len(names) > 0 {
			n.More = append(n.More, p.picker(a, kind, names, func(name string) string { return name }))
			n.Opened = n.Opened || a.query.Has(kind)
		}
	}
	n.Chips, n.Lang = p.chips(path, a), a.lang
	return n
}

func (p page) picker(a voicesAsked, name string, values []string, words func(string) string) picker {
	list := picker{Name: name, Label: p.T("voices.by." + name), Options: []picked{{Text: p.T("voices.all"), Chosen: !a.query.Has(name)}}}
	for _, value := range values {
		list.Options = append(list.Options, picked{value, words(value), a.query.Get(name) == value})
	}
	return list
}

// monthsOffered is how many months can be chosen; others can be written in the address.
const monthsOffered = 13

// periods are the windows that can be chosen. One of the address that is none of them is
// offered too.
func (p page) periods(a voicesAsked) picker {
	names := reports.MovingWindows()
	first, _ := time.Parse(time.DateOnly, string(a.today))
	first = time.Date(first.Year(), first.Month(), 1, 0, 0, 0, 0, time.UTC)
	for n := range monthsOffered {
		names = append(names, first.AddDate(0, -n, 0).Format("2006-01"))
	}
	if asked := a.query.Get("period"); asked != "" && !slices.Contains(names, asked) {
		names = append(names, asked)
	}
	return p.picker(a, "period", names, p.window)
}

// window is the name of a period in words.
func (p page) window(name string) string {
	if slices.Contains(reports.MovingWindows(), name) {
		return p.T("voices.period." + name)
	}
	return cmp.Or(p.Month(name), strings.ToUpper(name))
}

// score is what was answered to one question, or a mood, in words.
func (p page) score(score string) string {
	question, n, one := strings.Cut(score, ":")
	if !one {
		return p.T("voices.score." + score)
	}
	return p.T("voices.score.one", "Question", p.T("voices.question."+question), "Level", p.level(question, n), "N", n)
}

// level is the word for one answer on a scale of five.
func (p page) level(question, n string) string {
	if question == "listening" {
		return p.T("question.listening." + n)
	}
	return p.T("level." + n)
}

// chips are the filters in force.
func (p page) chips(path string, a voicesAsked) (all []dropped) {
	add := func(name, text string) {
		all = append(all, dropped{p.T("voices.chip", "Filter", p.T("voices.by."+name), "Value", text), path + a.with(name, "")})
	}
	if name := a.query.Get("period"); name != "" {
		add("period", p.window(name))
	}
	for _, l := range a.Labels {
		add(l.Kind, l.Name)
	}
	if a.Score != "" {
		add("score", p.score(a.Score))
	}
	if a.State != "" {
		add("state", p.T("voices.state."+a.State))
	}
	if a.Typed != "" {
		add("q", a.Typed)
	}
	if a.Theme != "" {
		_, stems, _ := strings.Cut(a.Theme, ":")
		add("theme", stems+"…")
	}
	return all
}
