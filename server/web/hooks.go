package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"time"

	"github.com/entendu/entendu/surveys"
	"github.com/entendu/entendu/surveys/intake"
)

// errNoSource is for a path that names no source. It counts as a guess.
var errNoSource = fmt.Errorf("no such source: %w", fs.ErrNotExist)

// What a helpdesk reads when its event is durable: since now, or since before.
const (
	eventStored = `{"stored":true}` + "\n"
	eventKnown  = `{"stored":false,"known":true}` + "\n"
	eventTried  = `{"stored":false,"tried":true}` + "\n"
)

// takeEvent keeps what a helpdesk says. It answers 2xx only once the event is
// durable; applying it to tickets is the Applier's work.
func (s *Server) takeEvent(c Ctx) error {
	event, err := s.readEvent(c)
	if err != nil {
		s.noteRefusal(c, c.Param("source"), err)
		return err
	}
	if onTrial(c) {
		return c.JSONBlob(http.StatusOK, []byte(eventTried))
	}
	return s.keep(c, event, s.WakeApplier)
}

// keep answers 2xx once an event is durable, and wakes who works on it.
func (s *Server) keep(c Ctx, event surveys.Event, wake func()) error {
	err := s.Store.AddEvent(c.Request().Context(), event)
	known := errors.Is(err, fs.ErrExist)
	if err == nil {
		err = s.At.At("K3")
	}
	if err != nil && !known {
		return notKept{fmt.Errorf("keeping an event of source %s: %w", event.Source, err)}
	}
	if known {
		return c.JSONBlob(http.StatusOK, []byte(eventKnown))
	}
	if wake != nil {
		wake()
	}
	if err := c.JSONBlob(http.StatusAccepted, []byte(eventStored)); err != nil {
		return err
	}
	return s.At.At("K4")
}

// readEvent bounds, verifies and reads a body: in that order, so that nothing is
// parsed that was not signed.
func (s *Server) readEvent(c Ctx) (surveys.Event, error) {
	none := surveys.Event{}
	source, ok := s.Settings().Source(c.Param("source"))
	if !ok {
		return none, errNoSource
	}
	helpdesk, ok := intake.Find(source.Kind)
	if _, ofMail := s.services[source.Kind]; ofMail {
		return none, errNoSource
	}
	if !ok {
		return none, fmt.Errorf("source %s is of kind %q, which this version does not know", source.Name, source.Kind)
	}
	body, err := s.body(c)
	if err != nil {
		return none, err
	}
	header := c.Request().Header
	now, err := s.verified(c, func(now time.Time) error { return helpdesk.Verify(header, body, source, now) })
	if err != nil {
		return none, err
	}
	if err := s.At.At("K2"); err != nil {
		return none, notKept{err}
	}
	if _, err := helpdesk.Read(body, now, source); err != nil {
		return none, err
	}
	return surveys.Event{
		ID:     surveys.EventID(source.Name, helpdesk.Delivery(header, body), body, now),
		Source: source.Name, Kind: source.Kind, ReceivedAt: surveys.Moment(now), Body: body, State: surveys.ToApply,
	}, nil
}

// errClocks is for a signature whose time nobody can judge.
var errClocks = errors.New("this machine's clock and the store's are too far apart to believe a signed time")

// verified checks a sender and gives the time of receipt, which is the store's. While
// this machine's clock is far from it, no signed time is fresh: who signs one is told
// to come again, and what is proved without one is taken.
func (s *Server) verified(c Ctx, verify func(now time.Time) error) (now time.Time, err error) {
	if now, err = s.Store.Now(c.Request().Context()); err != nil {
		return now, notKept{err}
	}
	if !s.Clock.Apart(now) {
		return now, verify(now)
	}
	if verify(time.Time{}) != nil {
		return now, notKept{errClocks}
	}
	return now, nil
}

// body reads what was posted. A sender that stops halfway is told so, if it still
// listens.
func (s *Server) body(c Ctx) ([]byte, error) {
	body, err := io.ReadAll(c.Request().Body)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, err
	case err != nil && !errors.Is(err, context.Canceled):
		return nil, &surveys.Unreadable{What: "the body broke off"}
	case err != nil:
		return nil, err
	}
	if err := s.At.At("K1"); err != nil {
		return nil, notKept{err}
	}
	return body, nil
}
