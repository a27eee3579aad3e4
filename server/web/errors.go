package web

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/surveys"
	"github.com/entendu/entendu/surveys/intake"
)

// What this package itself refuses.
var (
	errOtherSite  = errors.New("the form was sent from another site")
	errCompressed = errors.New("the request is compressed")
	errTooMany    = errors.New("too many failures from this address")

	errNotYours = errors.New("the page is not for this role")
	errConflict = errors.New("somebody else changed it meanwhile")

	errUnreadableForm = errors.New("the form cannot be read")
)

// notKept is a failure of the store: nothing was kept, trying again will help.
type notKept struct{ error }

func (n notKept) Unwrap() error { return n.error }

// lost takes every failure of a domain verb that has no other meaning as one of
// the store.
func lost(err error) error {
	if err == nil || status(err) != http.StatusInternalServerError {
		return err
	}
	return notKept{err}
}

// status is the only place where an error becomes a status code.
func status(err error) int {
	var (
		told       *echo.HTTPError
		large      *http.MaxBytesError
		invalid    *surveys.Invalid
		unreadable *surveys.Unreadable
		lost       notKept
	)
	switch {
	case errors.Is(err, errTooMany), errors.Is(err, surveys.ErrEnough), errors.Is(err, auth.ErrTooOften):
		return http.StatusTooManyRequests
	case errors.Is(err, errOtherSite), errors.Is(err, errNotYours):
		return http.StatusForbidden
	case errors.Is(err, errCompressed):
		return http.StatusUnsupportedMediaType
	case errors.Is(err, intake.ErrUnsigned):
		return http.StatusUnauthorized
	case errors.Is(err, surveys.ErrForged), errors.Is(err, fs.ErrNotExist):
		return http.StatusNotFound
	case errors.Is(err, errConflict), errors.Is(err, auth.ErrLastAdministrator):
		return http.StatusConflict
	case errors.Is(err, auth.ErrNoMatch):
		return http.StatusUnprocessableEntity
	case errors.Is(err, surveys.ErrOver), errors.Is(err, auth.ErrSpent):
		return http.StatusGone
	case errors.As(err, &large):
		return http.StatusRequestEntityTooLarge
	case errors.As(err, &invalid):
		return http.StatusUnprocessableEntity
	case errors.As(err, &unreadable), errors.Is(err, errUnreadableForm):
		return http.StatusBadRequest
	case errors.As(err, &lost):
		return http.StatusServiceUnavailable
	case errors.As(err, &told):
		return told.Code
	}
	return http.StatusInternalServerError
}

// fail tells an error: as a page or as JSON, by what the route serves. Nobody is
// ever shown err.Error(), but for what is wrong with an event's body.
func (s *Server) fail(err error, c Ctx) {
	if c.Response().Committed {
		s.Log.Debug("a response broke off", "route", c.Request().Pattern, "error", err)
		return
	}
	if guessed(err) && !s.failures.spend(c.RealIP()) {
		err = errTooMany
	}
	code := status(err)
	h := c.Response().Header()
	h.Del("ETag")
	h.Set("Cache-Control", "no-store")
	if code == http.StatusServiceUnavailable {
		h.Set("Retry-After", "5")
	}
	if code == http.StatusTooManyRequests {
		h.Set("Retry-After", "60")
	}
	reference := ""
	if code >= http.StatusInternalServerError {
		reference = s.note(err, c)
	}
	if told := s.tell(c, code, err, reference); told != nil {
		s.Log.Error("an error could not be told", "route", c.Request().Pattern, "error", told)
	}
}

// guessed says whether an error is what somebody meets who guesses.
func guessed(err error) bool {
	return errors.Is(err, surveys.ErrForged) || errors.Is(err, intake.ErrUnsigned) || errors.Is(err, errNoSource)
}

// note logs an error under a short reference, which the person sees.
func (s *Server) note(err error, c Ctx) string {
	reference := rand.Text()[:8]
	if errors.Is(err, context.Canceled) {
		s.Log.Debug("a client went away", "route", c.Request().Pattern, "error", err)
		return reference
	}
	s.Log.Error("a request failed", "reference", reference, "method", known(c.Request().Method),
		"route", c.Request().Pattern, "error", err)
	return reference
}

func (s *Server) tell(c Ctx, code int, err error, reference string) error {
	m, _ := c.Get("manner").(manner)
	if m.tellsJSON() {
		return s.tellMachine(c, code, err, reference)
	}
	return s.tellPerson(c, code, err, reference)
}

// changed takes a lost compare-and-set as what it is to a person: somebody else was
// faster.
func changed(err error) error {
	if errors.Is(err, fs.ErrExist) {
		return errConflict
	}
	return lost(err)
}
