package web

import (
	"net/http"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

func TestAnswering(t *testing.T) {
	h := open(t)
	address := "/a/" + h.token
	d := page_(t, h.want(http.StatusOK, h.get(address+"?delay=4")))
	if got := d.Find("input:checked").Map(func(_ int, s *goquery.Selection) string { v, _ := s.Attr("id"); return v }); len(got) != 1 || got[0] != "delay-4" {
		t.Errorf("chosen: %v, want only what the link names", got)
	}
	r := h.want(http.StatusSeeOther, h.ask("POST", address, "delay=4&listening=5&version=1"))
	if to := r.Header.Get("Location"); to != address {
		t.Errorf("sent to %q, want %q", to, address)
	}
	h.want(http.StatusOK, h.get(address))
	h.want(http.StatusOK, h.get(address+"?change=1"))
	h.want(http.StatusUnprocessableEntity, h.ask("POST", address, "delay=4"))
}
