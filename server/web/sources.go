package web

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/entendu/entendu/surveys"
	"github.com/entendu/entendu/surveys/intake"
)

// sourcesPage lists the connections, and the kinds of which another can be made.
type sourcesPage struct {
	page
	Sources   []sourceLine
	Helpdesks []sourceKind
	Services  []sourceKind
	Done      string
}

// sourceLine is one connection and when something last came by it.
type sourceLine struct{ Name, Address, Kind, Last string }

// sourceKind is one kind that can be connected.
type sourceKind struct{ Name, Text string }

func (h decisionHandlers) showSources(c Ctx) error {
	if kind, ok := findKind(c.QueryParam("add")); ok {
		return h.showNewSource(c, kind)
	}
	change, err := h.latest(c)
	if err != nil {
		return err
	}
	p := &sourcesPage{page: h.insidePage(c, "settings")}
	p.Title, p.Done = p.T("settings.table.sources"), p.done(c, "sources.removed")
	for _, src := range change.Settings.Sources {
		line := sourceLine{Name: src.Name, Address: sourcesPath + "/" + src.Name, Kind: p.T("settings.kind." + src.Kind)}
		if line.Last, err = h.lastHeard(c, p.page, src.Name); err != nil {
			return err
		}
		p.Sources = append(p.Sources, line)
	}
	for _, k := range intake.Kinds() {
		if k.OfMail {
			p.Services = append(p.Services, sourceKind{k.Name, p.T("settings.kind." + k.Name)})
		} else {
			p.Helpdesks = append(p.Helpdesks, sourceKind{k.Name, p.T("settings.kind." + k.Name)})
		}
	}
	return h.Server.show(c, "sources", p)
}

func (h decisionHandlers) lastHeard(c Ctx, p page, source string) (string, error) {
	events, err := h.Store.FindSourceEvents(c.Request().Context(), source, 1)
	if err != nil || len(events) == 0 {
		return p.T("sources.silent"), lost(err)
	}
	return p.T("sources.last", "Date", p.DateTime(events[0].ReceivedAt, h.Settings().Zone())), nil
}

func findKind(name string) (intake.Kind, bool) {
	all := intake.Kinds()
	i := slices.IndexFunc(all, func(k intake.Kind) bool { return k.Name == name })
	if i < 0 {
		return intake.Kind{}, false
	}
	return all[i], true
}

// newSourcePage asks what a new connection needs.
type newSourcePage struct {
	page
	Kind     intake.Kind
	KindText string
	Name     string
	Hook     string // the address that it would have
	Steps    []string
	Seen     int64
	Problems []fieldProblem
}

// Problem is what is wrong with a field, "" for nothing.
func (p *newSourcePage) Problem(field string) string { return problemOf(p.Problems, field) }

func (h decisionHandlers) newSource(c Ctx, kind intake.Kind) (*newSourcePage, error) {
	change, err := h.latest(c)
	if err != nil {
		return nil, err
	}
	p := &newSourcePage{page: h.insidePage(c, "settings"), Kind: kind, Seen: change.N, Name: freeName(change.Settings, kind.Name)}
	p.KindText = p.T("settings.kind." + kind.Name)
	p.Title = p.T("sources.new", "Kind", p.KindText)
	p.Hook = h.hook(kind, p.Name)
	p.Steps = p.setUpSteps(kind, p.Hook)
	return p, nil
}

// freeName proposes a name that no source has.
func freeName(s surveys.Settings, kind string) string {
	for n := 1; ; n++ {
		name := kind
		if n > 1 {
			name += "-" + strconv.Itoa(n)
		}
		if _, taken := s.Source(name); !taken {
			return name
		}
	}
}

// hook is where a source's events arrive.
func (h decisionHandlers) hook(kind intake.Kind, name string) string {
	if kind.OfMail {
		return h.URL + "/hooks/mail/" + name
	}
	return h.URL + "/hooks/" + name
}

// setUpSteps tell how a kind of helpdesk is made to send its events, one a line.
func (p page) setUpSteps(kind intake.Kind, hook string) []string {
	return strings.Split(p.T("sources.steps."+kind.Name, "Hook", hook), "\n")
}

func (h decisionHandlers) showNewSource(c Ctx, kind intake.Kind) error {
	p, err := h.newSource(c, kind)
	if err != nil {
		return err
	}
	return h.Server.show(c, "source_new", p)
}

// takeNewSource adds a connection. Where the secret is ours, it answers with the one
// page that ever shows it, and not by sending the browser on: nothing is kept between.
func (h decisionHandlers) takeNewSource(c Ctx) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	kind, ok := findKind(form.Get("kind"))
	if !ok {
		return errUnreadableForm
	}
	src := surveys.Source{Name: strings.TrimSpace(form.Get("name")), Kind: kind.Name, Secret: rand.Text(), Freshness: surveys.Span{N: 5, Unit: "m"}}
	if kind.Theirs {
		src.Secret = strings.TrimSpace(form.Get("secret"))
	}
	err = h.decide(c, surveys.Decision{Seen: surveys.Whatever, Alter: func(s *surveys.Settings) error {
		s.Sources = append(s.Sources, src)
		return nil
	}})
	if err != nil {
		return h.refuseNewSource(c, kind, form, err)
	}
	if kind.Theirs {
		return back(c, sourcesPath+"/"+src.Name, "sources.added")
	}
	return h.showSecretOnce(c, src.Name, src.Secret)
}

func (h decisionHandlers) refuseNewSource(c Ctx, kind intake.Kind, form url.Values, refused error) error {
	p, err := h.newSource(c, kind)
	if err != nil {
		return err
	}
	told := p.refused(nil, refused)
	if told == nil {
		return lost(refused)
	}
	for i := range told.list { // of a source that there is not yet
		field := plainKey(told.list[i].Field)
		told.list[i].Field, told.list[i].Target = field, strings.TrimPrefix(field, "source.")
	}
	p.Name, p.Problems = form.Get("name"), told.list
	p.Title = p.T("answer.error", "Title", p.Title)
	return h.render(c, told.code, "source_new", p)
}

// showSecretOnce shows a secret that was just made.
func (h decisionHandlers) showSecretOnce(c Ctx, name, secret string) error {
	p, err := h.source(c, name)
	if err != nil {
		return err
	}
	p.Once = secret
	return h.render(c, http.StatusOK, "source", p)
}
