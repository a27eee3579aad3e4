package web

import (
	"context"
	"errors"
	"iter"
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

const followUpsPath = "/manage/followups"

// FollowUps is the Part for those who call customers back.
type FollowUps struct {
	FollowUps *surveys.FollowUps
	// ToCount walks follow-ups by when they were due: surveys.Store's.
	ToCount func(ctx context.Context, from, to time.Time) iter.Seq2[surveys.FollowUp, error]
}

type followUpHandlers struct {
	*Server
	FollowUps
}

func (f FollowUps) routes(s *Server) []route {
	h := followUpHandlers{s, f}
	return []route{
		{http.MethodGet, followUpsPath, h.list, asPage, auth.FollowUp},
		{http.MethodGet, followUpsPath + "/:id", h.open, asPage, auth.FollowUp},
		{http.MethodPost, followUpsPath + "/:id/owner", h.assign, asPage, auth.FollowUp},
		{http.MethodPost, followUpsPath + "/:id/note", h.note, asPage, auth.FollowUp},
		{http.MethodPost, followUpsPath + "/:id/close", h.close, asPage, auth.FollowUp},
	}
}

// teamsOf are the teams that a person is held to; nil for none.
func teamsOf(p auth.Person) []string {
	if p.SeesAll() {
		return nil
	}
	return append([]string{}, p.Teams...)
}

// followUpsPage lists follow-ups. It shows neither who asked nor about which ticket:
// that is opened one at a time.
type followUpsPage struct {
	page
	Done    string
	Finding string
	States  []choice
	Teams   []choice
	Items   []followUpItem
	Waiting bool   // the list is of those that wait
	Empty   string // why there is nothing
	More    string // where others stand
	Counted *calledBackPart
}

// followUpItem is one line.
type followUpItem struct {
	Address, Why, About, Due, Who, Outcome string
	Overdue                                bool
}

const followUpsShown = 50

// followUpState is what the address says of which to list.
func followUpState(c Ctx) string {
	if s := c.QueryParam("state"); slices.Contains([]string{"mine", "closed", "withdrawn"}, s) {
		return s
	}
	return "waiting"
}

func (h followUpHandlers) filter(c Ctx) surveys.FollowUpFilter {
	who := visitor(c)
	filter := surveys.FollowUpFilter{State: surveys.FollowUpState(followUpState(c)), Teams: teamsOf(who), After: readPlace(c.QueryParam("after"))}
	if filter.State == "mine" {
		filter.State, filter.Owner = surveys.FollowUpWaiting, who.ID
	}
	if team := c.QueryParam("team"); team != "" && who.Sees(team) {
		filter.Teams = []string{team}
	}
	return filter
}

func (h followUpHandlers) list(c Ctx) error {
	ctx := c.Request().Context()
	p := &followUpsPage{page: h.insidePage(c, "followups"), Waiting: followUpState(c) == "waiting" || followUpState(c) == "mine"}
	p.Done = p.done(c, "followups.done.closed")
	waiting, err := h.FollowUps.FollowUps.Waiting(ctx, teamsOf(visitor(c)))
	if err != nil {
		return lost(err)
	}
	p.Finding = p.waitingWords(waiting)
	p.Title = p.Finding
	filter := h.filter(c)
	found, more, err := h.FollowUps.FollowUps.List(ctx, filter, followUpsShown)
	if err != nil {
		return lost(err)
	}
	names, err := h.names(ctx)
	if err != nil {
		return lost(err)
	}
	now, err := h.Store.Now(ctx)
	if err != nil {
		return lost(err)
	}
	for _, f := range found {
		p.Items = append(p.Items, p.followUpItem(f, names, now, h.Settings().Zone()))
	}
	h.choices(c, p)
	if len(found) == 0 {
		p.Empty = p.T("followups.empty." + followUpState(c))
	}
	if more && len(found) > 0 {
		query := c.Request().URL.Query()
		query.Set("after", writePlace(found[len(found)-1].Place()))
		p.More = followUpsPath + "?" + query.Encode()
	}
	if p.Counted, err = h.counted(ctx, p.page, teamsOf(visitor(c)), now); err != nil {
		return lost(err)
	}
	return h.show(c, "followups", p)
}

// waitingWords says how many wait.
func (p page) waitingWords(w surveys.WaitingFollowUps) string {
	if w.N == 0 {
		return p.T("followups.none")
	}
	said := p.T("followups.waiting", "Count", w.N)
	if w.More {
		said = p.T("followups.waiting_more", "Count", w.N)
	}
	if w.Overdue > 0 {
		said += " " + p.T("followups.overdue", "Count", w.Overdue)
	}
	return said
}

func (p page) followUpItem(f surveys.FollowUp, names map[string]string, now time.Time, zone *time.Location) followUpItem {
	item := followUpItem{
		Address: followUpsPath + "/" + url.PathEscape(f.ID), Why: p.reasons(f.Reasons), About: strings.Join(spoken(f.Team, f.Category), " · "),
		Who: names[f.Owner], Overdue: f.State == surveys.FollowUpWaiting && f.DueAt.Before(now),
	}
	if f.State == surveys.FollowUpWaiting {
		item.Due = p.T("followups.due", "Date", p.DateTime(f.DueAt, zone))
	} else {
		item.Due = p.T("followups.week", "Date", p.Date(weekOf(f.DueAt, zone)))
	}
	if f.Outcome != "" {
		item.Outcome = p.T("followups.outcome." + string(f.Outcome))
	}
	return item
}

// spoken are those of some texts that say something.
func spoken(texts ...string) []string {
	return slices.DeleteFunc(texts, func(t string) bool { return t == "" })
}

// weekOf is the Monday of a time's week.
func weekOf(t time.Time, zone *time.Location) time.Time {
	t = t.In(zone)
	return time.Date(t.Year(), t.Month(), t.Day()-(int(t.Weekday())+6)%7, 12, 0, 0, 0, time.UTC)
}

func (p page) reasons(all []string) string {
	var said []string
	for _, r := range all {
		said = append(said, p.T("followups.reason."+r))
	}
	return strings.Join(said, ", ")
}

// choices are the filters, with what is chosen.
func (h followUpHandlers) choices(c Ctx, p *followUpsPage) {
	for _, state := range []string{"waiting", "mine", "closed", "withdrawn"} {
		p.States = append(p.States, choice{Tag: state, Name: p.T("followups.state." + state), Chosen: state == followUpState(c)})
	}
	who := visitor(c)
	teams := append([]string{}, who.Teams...)
	if who.SeesAll() {
		for _, t := range h.Settings().Teams {
			teams = append(teams, t.Name)
		}
	}
	slices.Sort(teams)
	for _, team := range slices.Compact(teams) {
		p.Teams = append(p.Teams, choice{Tag: team, Name: team, Chosen: team == c.QueryParam("team")})
	}
}

// names are those of everybody who signs in, by their id.
func (h followUpHandlers) names(ctx context.Context) (map[string]string, error) {
	names := map[string]string{}
	for p, err := range h.Gate.Store.People(ctx) {
		if err != nil {
			return nil, err
		}
		names[p.ID] = p.Name
	}
	return names, nil
}

// writePlace and readPlace carry a place in an address.
func writePlace(p surveys.FollowUpPlace) string {
	return strconv.FormatInt(p.DueAt.UnixMilli(), 10) + "." + p.ID
}

func readPlace(text string) surveys.FollowUpPlace {
	due, id, found := strings.Cut(text, ".")
	ms, err := strconv.ParseInt(due, 10, 64)
	if !found || err != nil {
		return surveys.FollowUpPlace{}
	}
	return surveys.FollowUpPlace{DueAt: time.UnixMilli(ms).UTC(), ID: id}
}

// calledBackPart is what became of the follow-ups of the last four weeks.
type calledBackPart struct {
	page
	Finding  string
	Few      bool
	Lines    []fact
	Gestures []fact
}

// fact is a number with what it counts.
type fact struct{ Name, Value string }

func (h followUpHandlers) counted(ctx context.Context, p page, teams []string, now time.Time) (*calledBackPart, error) {
	got, err := reports.CountCalledBack(h.ToCount(ctx, reports.CalledBackSince(now), now), teams, h.Settings())
	if err != nil {
		return nil, err
	}
	part := &calledBackPart{page: p, Few: got.Few}
	if got.N == 0 {
		return part, nil
	}
	part.Finding = p.T("followups.in_time", "Share", p.Percent(float64(got.InTime)/float64(got.N), 0),
		"Low", p.Percent(got.Reached.Low, 0), "High", p.Percent(got.Reached.High, 0), "Count", got.N)
	for _, line := range []struct {
		key string
		n   int
	}{{"in_time", got.InTime}, {"late", got.Late}, {"missed", got.Missed}, {"waiting", got.Waiting}} {
		part.Lines = append(part.Lines, fact{p.T("followups.count." + line.key), p.Number(line.n)})
	}
	for _, g := range got.Gestures {
		part.Gestures = append(part.Gestures, fact{p.T("followups.gesture." + string(g.Kind)),
			p.T("followups.given", "Count", g.N, "Amount", p.Amount(g.Cents))})
	}
	return part, nil
}

// changedMeanwhile tells a conflict of the domain as one of pages.
func changedMeanwhile(err error) error {
	if errors.Is(err, surveys.ErrChanged) {
		return errConflict
	}
	return lost(err)
}
