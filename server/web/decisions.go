package web

import (
	"context"
	"net/http"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/surveys"
)

// Decisions is the Part on which managers decide what the settings file can also say:
// one page for each of its tables, sources with what they sent, and the log.
type Decisions struct {
	Decider *surveys.Decider
	Store   DecisionStore
	// Advice says how much the lengths of a period would hold back; nil where nobody can say.
	Advice func(ctx context.Context, p surveys.Publishing) (reports.Advice, error)
}

// DecisionStore is what these pages read beside the settings.
type DecisionStore interface {
	FindSettings(ctx context.Context, before int64, limit int) ([]surveys.SettingsChange, error)
	FindSourceEvents(ctx context.Context, source string, limit int) ([]surveys.Event, error)
	FindRefusals(ctx context.Context, source string, limit int) ([]surveys.Refusal, error)
}

const (
	settingsPath = "/manage/settings"
	teamsPath    = settingsPath + "/teams"
	sourcesPath  = settingsPath + "/sources"
	changesPath  = settingsPath + "/changes"
)

// tables are those of the settings file that are a page each, in its order. Teams and
// sources, of which there are several, have pages of their own.
func tables() []string {
	return []string{"organisation", "promise", "asking", "comparing", "publishing", "privacy", "mail"}
}

func (d *Decisions) routes(s *Server) []route {
	h := decisionHandlers{Decisions: d, Server: s}
	all := []route{
		{http.MethodGet, settingsPath, h.showSettings, asPage, auth.Configure},
		{http.MethodGet, teamsPath, h.showTeams, asPage, auth.Configure},
		{http.MethodPost, teamsPath, h.takeTeams, asPage, auth.Configure},
		{http.MethodGet, sourcesPath, h.showSources, asPage, auth.Configure},
		{http.MethodPost, sourcesPath, h.takeNewSource, asPage, auth.Configure},
		{http.MethodGet, sourcesPath + "/:name", h.showSource, asPage, auth.Configure},
		{http.MethodPost, sourcesPath + "/:name", h.takeSource, asPage, auth.Configure},
		{http.MethodPost, sourcesPath + "/:name/secret", h.takeSecret, asPage, auth.Configure},
		{http.MethodPost, sourcesPath + "/:name/try", h.trySource, asPage, auth.Configure},
		{http.MethodPost, sourcesPath + "/:name/remove", h.removeSource, asPage, auth.Configure},
		{http.MethodGet, changesPath, h.showChanges, asPage, auth.Configure},
	}
	for _, table := range tables() {
		path := settingsPath + "/" + table
		all = append(all,
			route{http.MethodGet, path, func(c Ctx) error { return h.showTable(c, table) }, asPage, auth.Configure},
			route{http.MethodPost, path, func(c Ctx) error { return h.takeTable(c, table) }, asPage, auth.Configure})
	}
	return all
}

type decisionHandlers struct {
	*Decisions
	*Server
}

// settingsPage lists the pages of the settings.
type settingsPage struct {
	page
	Entries []settingsEntry
}

type settingsEntry struct{ Name, Address, What string }

func (h decisionHandlers) showSettings(c Ctx) error {
	p := &settingsPage{page: h.insidePage(c, "settings")}
	p.Title = p.T("space.settings")
	for _, name := range append(tables(), "teams", "sources", "changes") {
		p.Entries = append(p.Entries, settingsEntry{p.T("settings.table." + name), settingsPath + "/" + name, p.T("settings.table." + name + ".what")})
	}
	return h.Server.show(c, "settings", p)
}

// latest reads the settings from the store: what this process holds may be a second old.
func (h decisionHandlers) latest(c Ctx) (surveys.SettingsChange, error) {
	change, err := h.Decider.Latest(c.Request().Context())
	return change, lost(err)
}

// decide keeps what the visitor decided.
func (h decisionHandlers) decide(c Ctx, d surveys.Decision) error {
	d.By = visitor(c).Name
	_, err := h.Decider.Decide(c.Request().Context(), d)
	return err
}
