package web

import (
	"cmp"
	"errors"
	"net/http"
	"net/mail"
	"net/url"
	"strings"

	"github.com/entendu/entendu/server/auth"
)

const (
	loginPath   = "/login"
	accountPath = "/manage/account"
	codesPath   = accountPath + "/codes"
	leavePath   = accountPath + "/leave"
)

// Doors is the Part by which people sign in: /login, links that are good once, and
// everybody's own account. Who may sign in is decided by auth.Gate alone.
type Doors struct {
	Provider *auth.Provider // the organisation's own sign-in; nil if there is none
}

func (d Doors) routes(s *Server) []route {
	h := doorHandlers{s, d.Provider}
	return []route{
		{http.MethodGet, loginPath, h.showLogin, asPage, auth.Everyone},
		{http.MethodPost, loginPath, h.takeLogin, asPage, auth.Everyone},
		{http.MethodGet, "/login/with", h.away, asPage, auth.Everyone},
		{http.MethodGet, "/login/back", h.arrive, asPage, auth.Everyone},
		{http.MethodGet, "/login/renew", h.showRenew, asPage, auth.Everyone},
		{http.MethodPost, "/login/renew", h.takeRenew, asPage, auth.Everyone},
		{http.MethodGet, "/login/:token", h.showEnter, asLink, auth.Everyone},
		{http.MethodPost, "/login/:token", h.takeEnter, asLink, auth.Everyone},

		{http.MethodGet, accountPath, h.showAccount, asPage, auth.SignedIn},
		{http.MethodPost, accountPath, h.takeAccount, asPage, auth.SignedIn},
		{http.MethodGet, codesPath, h.showCodes, asPage, auth.SignedIn},
		{http.MethodPost, codesPath, h.takeCodes, asPage, auth.SignedIn},
		{http.MethodPost, accountPath + "/sessions", h.endSession, asPage, auth.SignedIn},
		{http.MethodPost, leavePath, h.leave, asPage, auth.SignedIn},
	}
}

type doorHandlers struct {
	*Server
	provider *auth.Provider
}

// loginPage asks for address, password and code.
type loginPage struct {
	page
	Next     string // where to go then
	Email    string
	Asked    bool   // a link was asked for
	With     string // the address of the organisation's own sign-in, "" for none
	Problems []fieldProblem
}

// Problem is what is wrong with a field, "" for nothing.
func (p *loginPage) Problem(field string) string { return problemOf(p.Problems, field) }

func (h doorHandlers) showLogin(c Ctx) error {
	next := ourPage(c.QueryParam("next"))
	if v, err := h.visit(c); err == nil {
		return c.Redirect(http.StatusSeeOther, cmp.Or(next, h.home(v.Person)))
	}
	p := h.login(c, next)
	p.Title = p.T("login.title")
	return h.show(c, "login", p)
}

func (h doorHandlers) login(c Ctx, next string) *loginPage {
	p := &loginPage{page: h.publicPage(c), Next: next}
	if h.provider != nil {
		p.With = "/login/with?" + url.Values{"next": {next}}.Encode()
	}
	return p
}

// home is where a person begins: the first section that they may see.
func (s *Server) home(p auth.Person) string {
	for _, to := range places() {
		if s.paths[to.address] && p.May(to.needs) {
			return to.address
		}
	}
	return accountPath
}

// takeLogin opens a session, or says the same whatever did not fit.
func (h doorHandlers) takeLogin(c Ctx) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	if h.Gate == nil {
		return errNotYours
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	p, secret, err := h.Gate.SignIn(c.Request().Context(), auth.Attempt{
		Email: form.Get("email"), Password: form.Get("password"), Code: form.Get("code"),
		Network: network(c.RealIP()), Known: h.cookie(c, h.knownName()), Browser: c.Request().UserAgent(),
	})
	next := ourPage(form.Get("next"))
	switch {
	case errors.Is(err, auth.ErrNoMatch), errors.Is(err, auth.ErrTooOften):
		again := h.login(c, next)
		again.Email = form.Get("email")
		key := "login.nomatch"
		if errors.Is(err, auth.ErrTooOften) {
			key = "login.toooften"
			c.Response().Header().Set("Retry-After", "60")
		}
		again.Problems = []fieldProblem{{"email", "email", again.T(key)}}
		again.Title, again.Switch = again.T("answer.error", "Title", again.T("login.title")), nil
		return h.render(c, status(err), "login", again)
	case err != nil:
		return lost(err)
	}
	h.welcome(c, p, secret)
	return c.Redirect(http.StatusSeeOther, cmp.Or(next, h.home(p)))
}

// welcome gives the browser its session, and the sign by which it is known again.
func (h doorHandlers) welcome(c Ctx, p auth.Person, secret string) {
	c.SetCookie(h.made(h.cookieName(), secret, 0))
	c.SetCookie(h.made(h.knownName(), h.Gate.Known(p), 365*24*60*60))
}

// The names of cookies. The prefix lets no other host of the domain and no plain
// connection set them; browsers take it over https only.
func (s *Server) cookieName() string { return s.prefixed("entendu_session") }
func (s *Server) knownName() string  { return s.prefixed("entendu_known") }

func (s *Server) prefixed(name string) string {
	if s.secure {
		return "__Host-" + name
	}
	return name
}

// made makes a cookie; one of no age ends with the browser.
func (s *Server) made(name, value string, age int) *http.Cookie {
	return &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode}
}

func (s *Server) cookie(c Ctx, name string) string {
	if cookie, err := c.Cookie(name); err == nil {
		return cookie.Value
	}
	return ""
}

// leave ends the session.
func (h doorHandlers) leave(c Ctx) error {
	if err := h.Gate.SignOut(c.Request().Context(), visited(c).session); err != nil {
		return lost(err)
	}
	c.SetCookie(h.made(h.cookieName(), "", -1))
	return c.Redirect(http.StatusSeeOther, loginPath)
}

func (h doorHandlers) showRenew(c Ctx) error {
	p := &loginPage{page: h.publicPage(c), Asked: c.QueryParam("asked") != ""}
	p.Title = p.T("login.renew")
	return h.show(c, "renew", p)
}

// takeRenew says the same to everybody; the mail leaves later.
func (h doorHandlers) takeRenew(c Ctx) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	if h.Gate == nil {
		return errNotYours
	}
	if err := h.Gate.Renew(c.Request().Context(), form.Get("email"), network(c.RealIP())); err != nil {
		return lost(err)
	}
	return back(c, "/login/renew?asked=1", "")
}

// isAddress says whether text is a mail address and nothing else.
func isAddress(text string) bool {
	a, err := mail.ParseAddress(text)
	return err == nil && a.Address == text && len(text) <= 254
}

// isName says whether text can stand for a person on a page.
func isName(text string) bool {
	return text != "" && len(text) <= 120 && !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' })
}
