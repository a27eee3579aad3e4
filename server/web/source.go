package web

import (
	"crypto/rand"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/entendu/entendu/surveys"
	"github.com/entendu/entendu/surveys/intake"
)

// sourcePage is one connection: how to set it up, what it sent, its secret and settings.
type sourcePage struct {
	tablePage
	Name    string
	Kind    intake.Kind
	Called  string // the kind in words
	Hook    string
	Steps   []string
	Once    string // a secret that was just made: shown here and never again
	Two     bool   // two secrets are taken
	Fixed   bool   // the secret is locked
	Stays   bool   // the source cannot be removed
	Tried   []string
	Worked  bool // the trial
	Removal bool
	Events  []eventLine
}

// source makes the page of a source; fs.ErrNotExist if there is none of that name.
func (h decisionHandlers) source(c Ctx, name string) (*sourcePage, error) {
	change, err := h.latest(c)
	if err != nil {
		return nil, err
	}
	src, ok := change.Settings.Source(name)
	if !ok {
		return nil, fs.ErrNotExist
	}
	p := &sourcePage{tablePage: tablePage{page: h.insidePage(c, "settings"), Address: sourcesPath + "/" + name, Seen: change.N}, Name: name}
	p.Kind, _ = findKind(src.Kind)
	p.Title, p.Called = p.T("sources.source", "Name", name), p.T("settings.kind."+src.Kind)
	p.Hook, p.Two = h.hook(p.Kind, name), strings.Contains(src.Secret, ",")
	p.Steps = p.setUpSteps(p.Kind, p.Hook)
	key := "source[" + name + "]"
	p.Fixed, p.Stays = h.Decider.Locks(key+".secret"), h.Decider.Locks(key+".name")
	for _, x := range ofSource(&src) {
		f := h.field(p.page, x)
		if !useful(p.Kind, f) {
			continue
		}
		p.Fields, p.Locks = append(p.Fields, f), p.Locks || f.Locked
	}
	p.Events, err = h.events(c, p.page, name)
	return p, err
}

// ofSource are the settings of a source that its form has: its name stays, and its
// secret has buttons of its own.
func ofSource(src *surveys.Source) (all []surveys.Setting) {
	for _, x := range src.All() {
		if name := plainKey(x.Key); name != "source.name" && name != "source.secret" {
			all = append(all, x)
		}
	}
	return all
}

// useful says whether a setting means anything to a kind of source, or is set anyway.
func useful(k intake.Kind, f settingField) bool {
	switch plainKey(f.Key) {
	case "source.api", "source.token":
		return k.Looks || f.Kept || f.Value != ""
	case "source.statuses":
		return !k.OfMail || len(f.Rows) > spareRows
	}
	return true
}

func (h decisionHandlers) showSource(c Ctx) error {
	p, err := h.source(c, c.Param("name"))
	if err != nil {
		return err
	}
	p.Done = p.done(c, "settings.saved", "sources.added", "sources.secret.ended")
	return h.Server.show(c, "source", p)
}

// alterSource changes one source, which must be there.
func (h decisionHandlers) alterSource(c Ctx, seen int64, change func(*surveys.Source) error) error {
	return h.decide(c, surveys.Decision{Seen: seen, Alter: func(s *surveys.Settings) error {
		i := slices.IndexFunc(s.Sources, func(src surveys.Source) bool { return src.Name == c.Param("name") })
		if i < 0 {
			return fs.ErrNotExist
		}
		return change(&s.Sources[i])
	}})
}

func (h decisionHandlers) takeSource(c Ctx) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	problems := map[string]string{}
	err = h.alterSource(c, seenChange(form), func(src *surveys.Source) error { return alter(form, ofSource(src), problems) })
	if err == nil {
		return back(c, sourcesPath+"/"+c.Param("name"), "settings.saved")
	}
	p, failed := h.source(c, c.Param("name"))
	if failed != nil {
		return failed
	}
	code, ok := p.refuse(form, problems, err)
	if !ok {
		return lost(err)
	}
	return h.sourceAgain(c, code, p)
}

func (h decisionHandlers) sourceAgain(c Ctx, code int, p *sourcePage) error {
	p.Title = p.T("answer.error", "Title", p.Title)
	return h.render(c, code, "source", p)
}

// takeSecret begins a second secret, ours or theirs, or ends the older one.
func (h decisionHandlers) takeSecret(c Ctx) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	end, fresh := form.Get("end") != "", ""
	err = h.alterSource(c, surveys.Whatever, func(src *surveys.Source) error {
		newest, _, _ := strings.Cut(src.Secret, ",")
		if src.Secret = newest; end {
			return nil
		}
		if fresh = rand.Text(); isTheirs(src.Kind) {
			fresh = strings.TrimSpace(form.Get("secret"))
		}
		src.Secret = fresh + "," + newest
		return nil
	})
	if err != nil {
		return h.refuseSecret(c, err)
	}
	if end || isTheirs(h.kindOf(c.Param("name"))) {
		return back(c, sourcesPath+"/"+c.Param("name"), map[bool]string{true: "sources.secret.ended", false: "settings.saved"}[end])
	}
	return h.showSecretOnce(c, c.Param("name"), fresh)
}

func isTheirs(kind string) bool {
	k, _ := findKind(kind)
	return k.Theirs
}

func (h decisionHandlers) kindOf(name string) string {
	src, _ := h.Settings().Source(name)
	return src.Kind
}

func (h decisionHandlers) refuseSecret(c Ctx, refused error) error {
	p, err := h.source(c, c.Param("name"))
	if err != nil {
		return err
	}
	told := p.refused(nil, refused)
	if told == nil {
		return lost(refused)
	}
	p.Problems = told.list
	return h.sourceAgain(c, told.code, p)
}

func (h decisionHandlers) removeSource(c Ctx) error {
	err := h.decide(c, surveys.Decision{Seen: surveys.Whatever, Alter: func(s *surveys.Settings) error {
		before := len(s.Sources)
		s.Sources = slices.DeleteFunc(s.Sources, func(src surveys.Source) bool { return src.Name == c.Param("name") })
		if len(s.Sources) == before {
			return fs.ErrNotExist
		}
		return nil
	}})
	if err != nil {
		return h.refuseSecret(c, err)
	}
	return back(c, sourcesPath, "sources.removed")
}

// trySource sends the source an event of our own and tells what would become of it.
func (h decisionHandlers) trySource(c Ctx) error {
	p, err := h.source(c, c.Param("name"))
	if err != nil {
		return err
	}
	src, _ := h.Settings().Source(p.Name)
	helpdesk, ok := intake.Find(src.Kind)
	if !ok {
		return fs.ErrNotExist
	}
	t, err := h.try(c.Request().Context(), helpdesk, src)
	if err != nil {
		return err
	}
	p.Worked = t.Status == http.StatusOK
	p.Tried = p.tried(t, h.Settings().Zone())
	return h.Server.show(c, "source", p)
}

// tried says what became of a trial, step by step.
func (p page) tried(t trial, zone *time.Location) []string {
	if t.Status != http.StatusOK {
		return []string{p.T("sources.tried.refused", "Status", t.Status)}
	}
	said := []string{p.T("sources.tried.signed"), p.T("sources.tried.read", "Ticket", t.Ticket.ID, "Status", p.T("settings.status."+string(t.Ticket.Status)))}
	switch {
	case !t.Closes:
		said = append(said, p.T("sources.tried.open"))
	case t.Code != "":
		said = append(said, p.T("sources.tried.skipped", "Reason", p.T("charts.skip_"+string(t.Code))))
	default:
		said = append(said, p.T("sources.tried.asked", "Date", p.DateTime(t.DueAt, zone)))
	}
	return append(said, p.T("sources.tried.nothing"))
}
