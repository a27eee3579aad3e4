package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestWireReadsWhatServersSend sends responses of each form over one connection:
// what is not read to its last byte spoils the next.
func TestWireReadsWhatServersSend(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		posted, _ := io.ReadAll(r.Body)
		switch r.URL.Path {
		case "/empty":
			w.WriteHeader(http.StatusSeeOther)
		case "/counted":
			fmt.Fprint(w, "counted")
		case "/chunked":
			for range 3 {
				fmt.Fprint(w, strings.Repeat("chunk ", 5000))
				w.(http.Flusher).Flush()
			}
		case "/posted":
			if string(posted) != "a=1" || r.Header.Get("Content-Type") != formKind || r.Header.Get("X-More") != "yes" {
				w.WriteHeader(http.StatusBadRequest)
			}
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	defer server.Close()
	w := &wire{address: server.Listener.Addr().String()}
	defer w.close()
	for range 2 {
		for path, want := range map[string]int{"/empty": 303, "/counted": 200, "/chunked": 200, "/none": 404} {
			if got, err := w.get(path, ""); got != want || err != nil {
				t.Errorf("GET %s: %d, %v; want %d", path, got, err, want)
			}
		}
		if got, err := w.post("/posted", formKind, "X-More: yes\r\n", "a=1"); got != 200 || err != nil {
			t.Errorf("POST: %d, %v", got, err)
		}
	}
	server.Close()
	if _, err := w.get("/counted", ""); err == nil || !cut(err) {
		t.Errorf("a server that is gone: %v", err)
	}
}
