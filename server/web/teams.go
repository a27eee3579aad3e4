package web

import (
	"net/url"
	"slices"
	"strings"

	"github.com/entendu/entendu/surveys"
)

// teamsPage is every team with the address of its follow-ups, and room for new ones.
type teamsPage struct {
	page
	Teams    []teamLine
	New      []surveys.Team
	Seen     int64
	Done     string
	Problems []fieldProblem
}

// Problem is what is wrong with a field, "" for nothing.
func (p *teamsPage) Problem(field string) string { return problemOf(p.Problems, field) }

// teamLine is one team as it can be changed.
type teamLine struct {
	surveys.Team
	Key, ID string
	Fixed   bool // its address is locked
	Stays   bool // it cannot be removed
	Gone    bool // its removal is asked for
}

func (h decisionHandlers) teams(c Ctx, change surveys.SettingsChange) *teamsPage {
	p := &teamsPage{page: h.insidePage(c, "settings"), Seen: change.N, New: make([]surveys.Team, spareRows)}
	p.Title = p.T("settings.table.teams")
	for _, t := range change.Settings.Teams {
		key := "team[" + t.Name + "]"
		line := teamLine{Team: t, Key: key, ID: elementID(key), Fixed: h.Decider.Locks(key + ".address"), Stays: h.Decider.Locks(key + ".name")}
		p.Teams = append(p.Teams, line)
	}
	return p
}

func (h decisionHandlers) showTeams(c Ctx) error {
	change, err := h.latest(c)
	if err != nil {
		return err
	}
	p := h.teams(c, change)
	p.Done = p.done(c, "settings.saved")
	return h.Server.show(c, "setting_teams", p)
}

func (h decisionHandlers) takeTeams(c Ctx) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	err = h.decide(c, surveys.Decision{Seen: seenChange(form), Alter: func(s *surveys.Settings) error {
		s.Teams = alteredTeams(form, s.Teams)
		return nil
	}})
	if err == nil {
		return back(c, teamsPath, "settings.saved")
	}
	change, failed := h.latest(c)
	if failed != nil {
		return failed
	}
	p := h.teams(c, change)
	told := p.refused(nil, err)
	if told == nil {
		return lost(err)
	}
	p.keepTyped(form)
	p.Problems, p.Title = told.list, p.T("answer.error", "Title", p.Title)
	return h.render(c, told.code, "setting_teams", p)
}

// alteredTeams are the teams after a form: those that it does not name stay.
func alteredTeams(form url.Values, known []surveys.Team) (teams []surveys.Team) {
	for _, t := range known {
		key := "team[" + t.Name + "]"
		if form.Get(key+".remove") != "" {
			continue
		}
		if form.Has(key + ".address") {
			t.Address = strings.TrimSpace(form.Get(key + ".address"))
		}
		teams = append(teams, t)
	}
	return append(teams, newTeams(form)...)
}

// newTeams are those in the rows for new ones; a row without a name is none, unless it
// has an address.
func newTeams(form url.Values) (teams []surveys.Team) {
	for i, name := range form["new.name"] {
		t := surveys.Team{Name: strings.TrimSpace(name), Address: strings.TrimSpace(at(form["new.address"], i))}
		if t != (surveys.Team{}) {
			teams = append(teams, t)
		}
	}
	return teams
}

func (p *teamsPage) keepTyped(form url.Values) {
	for i := range p.Teams {
		t := &p.Teams[i]
		t.Gone = form.Get(t.Key+".remove") != ""
		if form.Has(t.Key+".address") && !t.Fixed {
			t.Address = strings.TrimSpace(form.Get(t.Key + ".address"))
		}
	}
	p.New = slices.Concat(newTeams(form), p.New)
}
