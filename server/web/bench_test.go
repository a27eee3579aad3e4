package web

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
)

// The survey page and the answer, whole but for the network.
func BenchmarkSurveyPage(b *testing.B) {
	h := open(b, func(c *Config) { c.Log = slog.New(slog.DiscardHandler) })
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodGet, "/a/"+h.token+"?delay=4", nil)
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
}

// The same page without the store behind it.
func BenchmarkTemplate(b *testing.B) {
	h := open(b, func(c *Config) { c.Log = slog.New(slog.DiscardHandler) })
	asked, err := h.Answers.Find(b.Context(), h.token)
	h.must(err)
	b.ReportAllocs()
	for b.Loop() {
		c := h.echo.NewContext(httptest.NewRequest(http.MethodGet, "/a/"+h.token, nil), httptest.NewRecorder())
		h.must(h.showForm(c, http.StatusOK, asked, map[string]string{"delay": "4"}, nil))
	}
}
