package web

import (
	"log/slog"
	"maps"
	"net/http"
)

// policy lets a page load what this host serves and nothing else: no inline
// script or style, no frame, no other host. Style attributes are refused too, so
// scripts must set none.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// everywhere are the headers that every response has. Referrer-Policy is not
// no-referrer: browsers would then post forms with "Origin: null".
func (s *Server) everywhere() http.Header {
	h := http.Header{}
	h.Set("Content-Security-Policy", policy)
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Embedder-Policy", "require-corp")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	if s.secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	return h
}

// headed sets the same headers on every response. Responses share their values;
// Set and Add replace them and so change no other's.
func headed(header http.Header, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		maps.Copy(w.Header(), header)
		next.ServeHTTP(w, r)
	})
}

// logged notes each request by the pattern of its route: never its path, query or
// sender, for paths hold tokens.
func (s *Server) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.Log.Enabled(r.Context(), slog.LevelDebug) {
			next.ServeHTTP(w, r)
			return
		}
		began, seen := s.Now(), &watched{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(seen, r)
		s.Log.Debug("request", "method", known(r.Method), "route", r.Pattern,
			"status", seen.status, "bytes", seen.bytes, "took", s.Now().Sub(began))
	})
}

// known keeps what a client invented out of the log.
func known(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost:
		return method
	}
	return "other"
}

// watched remembers what was answered.
type watched struct {
	http.ResponseWriter
	status int
	bytes  int
}

func (w *watched) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *watched) Write(b []byte) (int, error) {
	n, err := w.ResponseWriter.Write(b)
	w.bytes += n
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }
