package web

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"

	"github.com/entendu/entendu/server/auth"
)

// away sends a browser to the organisation's own sign-in. It is a link and no form,
// because browsers hold a form's way on to our policy (CSP form-action).
func (h doorHandlers) away(c Ctx) error {
	if h.provider == nil {
		return fs.ErrNotExist
	}
	address, start, err := h.provider.Begin(c.Request().Context(), ourPage(c.QueryParam("next")), h.Now())
	if err != nil {
		return lost(err)
	}
	kept, err := json.Marshal(start)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	c.SetCookie(h.made(h.awayName(), base64.RawURLEncoding.EncodeToString(kept), int(start.Until.Sub(h.Now()).Seconds())))
	return c.Redirect(http.StatusSeeOther, address)
}

func (s *Server) awayName() string { return s.prefixed("entendu_away") }

// arrive lets in who comes back. Whoever refused there, or is nobody here, is told so on
// the page to sign in.
func (h doorHandlers) arrive(c Ctx) error {
	if h.provider == nil || h.Gate == nil {
		return fs.ErrNotExist
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	var start auth.Start
	if kept, err := base64.RawURLEncoding.DecodeString(h.cookie(c, h.awayName())); err == nil {
		_ = json.Unmarshal(kept, &start) // what is no start has no state, and is refused for that
	}
	c.SetCookie(h.made(h.awayName(), "", -1))
	p, secret, err := h.Gate.Arrive(c.Request().Context(), h.provider, start, c.QueryParam("state"), c.QueryParam("code"), c.Request().UserAgent())
	if errors.Is(err, auth.ErrNoMatch) {
		again := h.login(c, "")
		again.Problems = []fieldProblem{{"email", "email", again.T("login.unknown")}}
		again.Title, again.Switch = again.T("answer.error", "Title", again.T("login.title")), nil
		return h.render(c, status(err), "login", again)
	}
	if err != nil {
		return lost(err)
	}
	h.welcome(c, p, secret)
	return c.Redirect(http.StatusSeeOther, cmp.Or(ourPage(start.Next), h.home(p)))
}
