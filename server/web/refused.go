package web

import (
	"errors"
	"net/http"

	"github.com/entendu/entendu/surveys"
	"github.com/entendu/entendu/surveys/intake"
)

// noteRefusal keeps, for whoever sets a source up, that it was refused an event: when
// and why, never what or from where. The sender's answer does not wait for it to work.
func (s *Server) noteRefusal(c Ctx, source string, refused error) {
	why, note := whyRefused(refused)
	if s.Refusals == nil || why == "" || onTrial(c) {
		return
	}
	if err := s.Refusals.Note(c.Request().Context(), source, why, note, s.Now()); err != nil {
		s.Log.Error("a refusal could not be noted", "source", source, "error", err)
	}
}

// whyRefused is a word for pages, and what the sender was told; "" for what is not the
// sender's fault, or no source's.
func whyRefused(err error) (why, note string) {
	var unsigned *intake.Unsigned
	var unreadable *surveys.Unreadable
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &unsigned):
		return unsigned.Why, ""
	case errors.Is(err, intake.ErrUnsigned):
		return "unsigned", ""
	case errors.As(err, &unreadable):
		return "unreadable", unreadable.Error()
	case errors.As(err, &large):
		return "large", ""
	}
	return "", ""
}
