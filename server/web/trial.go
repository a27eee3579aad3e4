package web

import (
	"bytes"
	"context"
	"net/http"

	"github.com/entendu/entendu/surveys"
	"github.com/entendu/entendu/surveys/intake"
)

// trialMark marks a request that we made ourselves: it goes the whole way of an event up
// to where that would be stored. No sender can set it.
type trialMark struct{}

func onTrial(c Ctx) bool { return c.Request().Context().Value(trialMark{}) != nil }

// trial is what became of a made-up event.
type trial struct {
	Status int // what the helpdesk would have been told
	surveys.Foreseen
}

// try sends a source an event as its helpdesk would, by the same route, and foresees
// what it would lead to. Nothing is stored, so nobody is asked and nothing is counted.
// What this cannot try is whether the helpdesk reaches us.
func (s *Server) try(ctx context.Context, helpdesk intake.Helpdesk, source surveys.Source) (trial, error) {
	now, err := s.Store.Now(ctx)
	if err != nil {
		return trial{}, lost(err)
	}
	header, body := helpdesk.Try(source, now)
	req, err := http.NewRequestWithContext(context.WithValue(ctx, trialMark{}, true), http.MethodPost, s.URL+"/hooks/"+source.Name, bytes.NewReader(body))
	if err != nil {
		return trial{}, err
	}
	req.Header, req.RemoteAddr = header, "127.0.0.1:0"
	answer := &unheard{header: http.Header{}}
	s.ServeHTTP(answer, req)
	t := trial{Status: answer.status}
	if notices, err := helpdesk.Read(body, now, source); err == nil && len(notices) == 1 {
		t.Foreseen = s.Settings().Foresee(source.Name, notices[0], now)
	}
	return t, nil
}

// unheard takes an answer of which only the status matters.
type unheard struct {
	header http.Header
	status int
}

func (u *unheard) Header() http.Header { return u.header }

func (u *unheard) WriteHeader(status int) { u.status = status }

func (u *unheard) Write(b []byte) (int, error) { return len(b), nil }
