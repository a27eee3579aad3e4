package web

import (
	"net/http"
	"net/url"
)

// stopPage offers to stop all mail, or says that it has stopped.
type stopPage struct {
	page
	Stopped bool
	Undone  bool
	Undo    bool // the person may take it back here
}

// showStop shows where the person stands and a button; looking changes nothing.
func (s *Server) showStop(c Ctx) error {
	stopped, err := s.Answers.Stopped(c.Request().Context(), c.Param("token"))
	if err != nil {
		return lost(err)
	}
	return s.showStopped(c, stopped, false)
}

// takeStop stops all mail to a person, or takes that back with undo=1. A mail
// programme posts here without a page, a cookie or an origin, and must not be
// redirected (RFC 8058, section 3.2).
func (s *Server) takeStop(c Ctx) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	ctx, token, undo := c.Request().Context(), c.Param("token"), form.Get("undo") == "1"
	if undo {
		err = s.Answers.Resume(ctx, token)
	} else {
		err = s.Answers.Stop(ctx, token)
	}
	if err != nil {
		return lost(err)
	}
	stopped, err := s.Answers.Stopped(ctx, token)
	if err != nil {
		return lost(err)
	}
	return s.showStopped(c, stopped, undo)
}

func (s *Server) showStopped(c Ctx, stopped, undo bool) error {
	p := stopPage{page: s.page(c), Stopped: stopped, Undone: undo && !stopped, Undo: stopped && !undo}
	switch {
	case stopped:
		p.Title = p.T("web.stop.stopped")
	case undo:
		p.Title = p.T("web.stop.undone")
	default:
		p.Title = p.T("web.stop.ask", "Organisation", p.Organisation)
	}
	return s.show(c, "stop", &p)
}

// readForm gives what was posted, without what stands in the address.
func readForm(c Ctx) (url.Values, error) {
	r := c.Request()
	if err := r.ParseForm(); err != nil {
		if code := status(err); code != http.StatusInternalServerError {
			return nil, err
		}
		return nil, errUnreadableForm
	}
	return r.PostForm, nil
}
