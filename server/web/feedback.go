package web

import (
	"errors"
	"time"

	"github.com/entendu/entendu/surveys"
	"github.com/entendu/entendu/surveys/intake"
)

// takeFeedback keeps what a mail service says of our mails, as takeEvent does what
// helpdesks say; drawing the consequences is the Listener's work.
func (s *Server) takeFeedback(c Ctx) error {
	event, err := s.readFeedback(c)
	if errors.Is(err, intake.ErrUnchecked) {
		return notKept{err} // the service comes back
	}
	if err != nil {
		s.noteRefusal(c, c.Param("name"), err)
		return err
	}
	return s.keep(c, event, s.WakeListener)
}

// readFeedback bounds, verifies and reads a body. A service is greeted last: once it
// is answered it sends what nothing else should keep from being taken.
func (s *Server) readFeedback(c Ctx) (surveys.Event, error) {
	none := surveys.Event{}
	source, ok := s.Settings().Source(c.Param("name"))
	if !ok {
		return none, errNoSource
	}
	service, ok := s.services[source.Kind]
	if !ok {
		return none, errNoSource
	}
	body, err := s.body(c)
	if err != nil {
		return none, err
	}
	ctx, header := c.Request().Context(), c.Request().Header
	now, err := s.verified(c, func(now time.Time) error { return service.Verify(ctx, header, body, source, now) })
	if err != nil {
		return none, err
	}
	if err := s.At.At("K2"); err != nil {
		return none, notKept{err}
	}
	if _, err := service.Read(body, now); err != nil {
		return none, err
	}
	if service.Greet != nil {
		if err := service.Greet(ctx, body); err != nil {
			return none, err
		}
	}
	return surveys.Event{
		ID:     surveys.EventID(source.Name, service.Delivery(header, body), body, now),
		Source: source.Name, Kind: source.Kind, ReceivedAt: surveys.Moment(now), Body: body, State: surveys.ToHear,
	}, nil
}
