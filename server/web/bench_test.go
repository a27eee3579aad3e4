package web

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/entendu/entendu/surveys"
)

// busy is a house as serve runs it: settings ready, a log that keeps no request.
func busy(b *testing.B, change ...func(*Config)) *house {
	h := open(b, append(change, func(c *Config) {
		c.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
		settings := c.Settings().Prepared()
		c.Settings = func() surveys.Settings { return settings }
		c.Answers.Settings = c.Settings
	})...)
	b.ReportAllocs()
	return h
}

// unread takes a response and keeps only its status.
type unread struct {
	header http.Header
	status int
}

func (u *unread) Header() http.Header         { return u.header }
func (u *unread) WriteHeader(status int)      { u.status = status }
func (u *unread) Write(b []byte) (int, error) { return len(b), nil }

func (h *house) answers(b *testing.B, want int, r *http.Request) {
	b.Helper()
	u := &unread{header: http.Header{}}
	if h.ServeHTTP(u, r); u.status != want {
		b.Fatalf("status %d, want %d", u.status, want)
	}
}

// The survey page, whole but for the network.
func BenchmarkSurveyPage(b *testing.B) {
	h := busy(b)
	r := httptest.NewRequest(http.MethodGet, "/a/"+h.token+"?delay=4", nil)
	r.Header.Set("Accept-Language", "fr-FR,fr;q=0.9,en;q=0.5")
	for b.Loop() {
		h.answers(b, http.StatusOK, r.Clone(b.Context()))
	}
}

// The same page without the store behind it.
func BenchmarkTemplate(b *testing.B) {
	h := busy(b)
	asked, err := h.Answers.Find(b.Context(), h.token)
	h.must(err)
	r := httptest.NewRequest(http.MethodGet, "/a/"+h.token+"?delay=4", nil)
	for b.Loop() {
		c := h.echo.NewContext(r, &unread{header: http.Header{}})
		h.must(h.showSheet(c, asked))
	}
}

// The store behind the page: a link is opened.
func BenchmarkFind(b *testing.B) {
	h := busy(b)
	for b.Loop() {
		_, err := h.Answers.Find(b.Context(), h.token)
		h.must(err)
	}
}

// An answer, each to an invitation of its own, durable.
func BenchmarkAnswer(b *testing.B) {
	h := busy(b)
	tokens := make([]string, b.N)
	for n := range tokens {
		i := h.invitation
		i.Ticket.ID = fmt.Sprint("t", n)
		i.ID = surveys.InvitationID(i.Survey, i.Ticket, 1)
		h.must(h.store.AddInvitation(b.Context(), i))
		tokens[n] = h.Answers.Keys.Sign(surveys.ToAnswer, i.ID)
	}
	const form = "version=1&language=fr&delay=4&listening=5&resolved=yes&recommend=9&comment=Conseill%C3%A8re+tr%C3%A8s+claire."
	b.ResetTimer()
	for n := range b.N {
		r := httptest.NewRequest(http.MethodPost, "/a/"+tokens[n], strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		h.answers(b, http.StatusSeeOther, r)
	}
}

// The public page, as browsers ask for it and unpacked.
func BenchmarkPublicPage(b *testing.B) {
	for _, coding := range []string{"br", ""} {
		b.Run("coding="+coding, func(b *testing.B) {
			h := busy(b, func(c *Config) { c.Parts = append(c.Parts, published(b, c)) })
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.Header.Set("Accept-Encoding", coding)
			h.answers(b, http.StatusOK, r) // makes the page
			b.ResetTimer()
			for b.Loop() {
				h.answers(b, http.StatusOK, r.Clone(b.Context()))
			}
		})
	}
}

// published is the public pages before the first edition.
func published(b *testing.B, c *Config) *Public {
	return &Public{
		Store: c.Store.(Editions), Generation: func() string { return "1" },
		NextAt: func(now time.Time) time.Time { return now.Truncate(24 * time.Hour).Add(30 * time.Hour) },
	}
}
