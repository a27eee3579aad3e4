package web

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/entendu/entendu/reports"
)

// openNext is a house with a next edition, and the key to it.
func openNext(t *testing.T, change ...func(*Config)) (h *house, key string) {
	t.Helper()
	var d reports.Document
	b, err := os.ReadFile("../../reports/charts/testdata/edition.json")
	if err == nil {
		err = json.Unmarshal(b, &d)
	}
	if err != nil {
		t.Fatal(err)
	}
	d.Edition = &reports.EditionNote{CutOff: d.Edition.CutOff}
	d.Withheld = []reports.Withheld{{Cell: "periods/2026-10/delay", Why: reports.Small}, {Cell: "categories/a%2Fb/2026-10/outcome", Why: reports.Small}, {Cell: "periods/2026-11/delay", Why: reports.Small}}
	var part *Next
	return open(t, append(change, func(c *Config) {
		part, key = NewNext(func(context.Context) (reports.Document, error) { return d, nil }, c.Now())
		c.Parts = append(c.Parts, part)
	})...), key
}

// enter spends the key and gives the cookie to be sent.
func (h *house) enter(key string) (cookie string) {
	h.t.Helper()
	r := h.want(http.StatusSeeOther, h.ask(http.MethodPost, "/manage/next", "key="+key))
	if at := r.Header.Get("Location"); at != "/manage/next" {
		h.t.Errorf("redirected to %q", at)
	}
	if len(r.Cookies()) != 1 || r.Header.Get("Cache-Control") != "no-store" {
		h.t.Fatalf("cookies %v, %q", r.Cookies(), r.Header.Get("Cache-Control"))
	}
	c := r.Cookies()[0]
	if !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteStrictMode || c.MaxAge != 3600 || c.Path != "/manage/next" || len(c.Value) != 43 {
		h.t.Errorf("cookie %+v", c)
	}
	return c.Name + "=" + c.Value
}

// TestNextOpensOnce: looking at the address with the key spends nothing, however
// often and by whatever method; its button does, once.
func TestNextOpensOnce(t *testing.T) {
	h, key := openNext(t)
	for range 3 {
		h.want(http.StatusOK, h.ask(http.MethodHead, "/manage/next?key="+key, ""))
		r := h.want(http.StatusOK, h.get("/manage/next?key="+key))
		page := document(t, r)
		if n := page.Find("form").Length(); n != 1 || page.Find("button").Length() != 1 || len(r.Cookies()) != 0 || r.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%d forms, cookies %v, %q", n, r.Cookies(), r.Header.Get("Cache-Control"))
		}
		if form := page.Find("form"); form.AttrOr("action", "") != "/manage/next" || page.Find("input[name=key]").AttrOr("value", "") != key {
			t.Error("the button does not post the key")
		}
	}
	cookie := h.enter(key)
	h.want(http.StatusNotFound, h.ask(http.MethodPost, "/manage/next", "key="+key))
	h.want(http.StatusNotFound, h.get("/manage/next?key="+key))
	for range 2 {
		r := h.want(http.StatusOK, h.get("/manage/next?lang=en", "Cookie", cookie))
		said := text(t, r)
		for _, want := range []string{"It is not published", "What would be held back", "a/b", "October 2026, November 2026"} {
			if !strings.Contains(said, want) {
				t.Errorf("the page does not say %q", want)
			}
		}
		if r.Header.Get("Cache-Control") != "no-store" || r.Header.Get("X-Robots-Tag") != "noindex" {
			t.Errorf("headers %v", r.Header)
		}
	}
	h.want(http.StatusOK, h.ask(http.MethodHead, "/manage/next", "", "Cookie", cookie))
}

// TestNextIsWhole: the page of the key, in both languages.
func TestNextIsWhole(t *testing.T) {
	for _, tag := range []string{"en", "fr"} {
		h, key := openNext(t)
		raw := text(t, h.want(http.StatusOK, h.get("/manage/next?key="+key+"&lang="+tag)))
		page, err := goquery.NewDocumentFromReader(strings.NewReader(raw))
		h.must(err)
		if page.Find("html").AttrOr("lang", "") != tag || page.Find("h1").Length() != 1 || page.Find("title").Text() == "" || strings.Contains(raw, "⟦") {
			t.Errorf("in %s:\n%s", tag, raw)
		}
		h.follow(page, "next")
	}
}

// TestNextTellsNobodyElse: without the key or the session the address is like any
// that leads nowhere, to the letter.
func TestNextTellsNobodyElse(t *testing.T) {
	h, key := openNext(t)
	other := newSecret()
	for _, c := range []struct{ what, method, query, body, cookie string }{
		{"nothing", "GET", "", "", ""}, {"no key", "GET", "?key=", "", ""}, {"a wrong key", "GET", "?key=" + other, "", ""},
		{"part of the key", "GET", "?key=" + key[:42], "", ""}, {"a wrong cookie", "GET", "", "", other}, {"an empty cookie", "GET", "", "", ""},
		{"the key as a cookie", "GET", "", "", key}, {"posting nothing", "POST", "", "", ""}, {"posting a wrong key", "POST", "", "key=" + other, ""},
		{"posting in the address", "POST", "?key=" + key, "", ""},
	} {
		unknown := h.ask(c.method, "/nowhere"+c.query, c.body, "Cookie", nextCookie+"="+c.cookie)
		got := h.ask(c.method, nextPath+c.query, c.body, "Cookie", nextCookie+"="+c.cookie)
		if got.StatusCode != http.StatusNotFound || !maps.EqualFunc(got.Header, unknown.Header, slices.Equal) || text(t, got) != text(t, unknown) {
			t.Errorf("%s: %d, or not like an unknown address", c.what, got.StatusCode)
		}
	}
	h.want(http.StatusForbidden, h.ask(http.MethodPost, "/manage/next", "key="+key, "Sec-Fetch-Site", "cross-site"))
	h.enter(key) // none of it spent the key
}

// TestNextEnds: the session ends after an hour, and nothing opens another.
func TestNextEnds(t *testing.T) {
	h, key := openNext(t)
	cookie := h.enter(key)
	h.now = h.now.Add(time.Hour - time.Second)
	h.want(http.StatusOK, h.get("/manage/next", "Cookie", cookie))
	h.now = h.now.Add(time.Second)
	h.want(http.StatusNotFound, h.get("/manage/next", "Cookie", cookie))
	h.want(http.StatusNotFound, h.ask(http.MethodPost, "/manage/next", "key="+key))
}

// TestNextKeyEnds: an hour after the start the key opens nothing, whether it is looked
// at or spent, and its address is like any that leads nowhere; a session goes on.
func TestNextKeyEnds(t *testing.T) {
	h, key := openNext(t)
	start := h.now
	h.now = start.Add(time.Hour - time.Second)
	h.want(http.StatusOK, h.get("/manage/next?key="+key))
	h.now = start.Add(time.Hour)
	for _, ask := range []struct{ method, query, body string }{{"GET", "?key=" + key, ""}, {"HEAD", "?key=" + key, ""}, {"POST", "", "key=" + key}} {
		unknown, got := h.ask(ask.method, "/nowhere"+ask.query, ask.body), h.ask(ask.method, nextPath+ask.query, ask.body)
		if got.StatusCode != http.StatusNotFound || !maps.EqualFunc(got.Header, unknown.Header, slices.Equal) || text(t, got) != text(t, unknown) {
			t.Errorf("%s: %d, or not like an unknown address", ask.method, got.StatusCode)
		}
	}
	h, key = openNext(t)
	h.now = start.Add(time.Hour - time.Second)
	cookie := h.enter(key)
	h.now = start.Add(2*time.Hour - 2*time.Second)
	h.want(http.StatusOK, h.get("/manage/next", "Cookie", cookie))
}

// TestNextIsNotLogged: neither key nor session is in any line of the log.
func TestNextIsNotLogged(t *testing.T) {
	h, key := openNext(t)
	h.get("/manage/next?key=" + key)
	cookie := h.enter(key)
	h.get("/manage/next?key="+key, "Cookie", cookie)
	_, session, _ := strings.Cut(cookie, "=")
	if log := h.log.Bytes(); !bytes.Contains(log, []byte("/manage/next")) || bytes.Contains(log, []byte(key)) || bytes.Contains(log, []byte(session)) {
		t.Errorf("the log: %s", log)
	}
}

// TestNextWithoutTLS: where the address of the instance is plain HTTP, a cookie for
// TLS alone would never come back.
func TestNextWithoutTLS(t *testing.T) {
	h, key := openNext(t, func(c *Config) { c.URL = "http://localhost:8080" })
	r := h.want(http.StatusSeeOther, h.ask(http.MethodPost, "/manage/next", "key="+key))
	if r.Cookies()[0].Secure {
		t.Error("the cookie is for TLS only")
	}
}

// TestNextAtOnce: of many who spend one key at once, one gets the session.
func TestNextAtOnce(t *testing.T) {
	part, key := NewNext(nil, time.Now())
	opened := make(chan bool, 20)
	for range cap(opened) {
		go func() {
			_, ok := part.spend(key, time.Now())
			opened <- ok
		}()
	}
	n := 0
	for range cap(opened) {
		if <-opened {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d sessions", n)
	}
}
