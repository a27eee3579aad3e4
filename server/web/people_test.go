package web

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"github.com/entendu/entendu/server/auth"
)

// TestChangePerson: a form that is older than what stands changes nothing, and taking a
// manager's last team away gives them nothing instead of everything.
func TestChangePerson(t *testing.T) {
	h := openInside(t, func(c *Config) { c.Parts = append(c.Parts, People{}) })
	head := h.as(auth.Administrator)
	omar := h.person(auth.Person{Email: "omar@example.org", Name: "Omar", Role: auth.Manager, Teams: []string{"billing"}})
	post := func(rev int64, fields url.Values) *http.Response {
		fields.Set("rev", strconv.FormatInt(rev, 10))
		fields.Set("name", "Omar")
		fields.Set("role", "manager")
		return h.ask("POST", peoplePath+"/"+omar.ID, fields.Encode(), head...)
	}
	now := func() auth.Person {
		p, err := h.store.GetPerson(t.Context(), omar.ID)
		h.must(err)
		return p
	}
	h.want(http.StatusUnprocessableEntity, post(now().Rev, url.Values{}))
	if p := now(); p.AllTeams || len(p.Teams) != 1 {
		t.Errorf("without a team they have %v, all: %v", p.Teams, p.AllTeams)
	}
	old := now().Rev
	h.want(http.StatusSeeOther, post(old, url.Values{"team": {"billing"}, "disabled": {"yes"}}))
	h.want(http.StatusConflict, post(old, url.Values{"team": {"billing"}}))
	if p := now(); !p.Disabled {
		t.Error("a form opened before let somebody in again")
	}
	h.want(http.StatusSeeOther, post(now().Rev, url.Values{"all_teams": {"yes"}}))
	if p := now(); !p.AllTeams || p.Disabled {
		t.Errorf("%+v", p)
	}
}
