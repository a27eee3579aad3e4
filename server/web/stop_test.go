package web

import (
	"net/http"
	"testing"
)

func TestStopping(t *testing.T) {
	h := open(t)
	address := "/u/" + h.stop
	stopped := func() bool {
		is, err := h.Answers.Stopped(t.Context(), h.stop)
		h.must(err)
		return is
	}
	d := document(t, h.want(http.StatusOK, h.get(address)))
	if d.Find("form[method=post] button").Length() != 1 || stopped() {
		t.Error("looking must show a button and stop nothing")
	}
	// As a mail programme does (RFC 8058): no page before, another origin.
	for range 3 {
		d = document(t, h.want(http.StatusOK, h.ask("POST", address, "List-Unsubscribe=One-Click", "Origin", "https://mail.example.com", "Sec-Fetch-Site", "cross-site")))
		if !stopped() || d.Find("input[name=undo]").Length() != 1 {
			t.Error("not stopped, or no way back")
		}
	}
	d = document(t, h.want(http.StatusOK, h.get(address)))
	if d.Find("input[name=undo]").Length() != 1 {
		t.Error("a later visit has no way back")
	}
	h.now = h.now.AddDate(9, 0, 0)
	h.want(http.StatusOK, h.ask("POST", address, ""))
	h.want(http.StatusOK, h.ask("POST", address, "undo=1"))
	if stopped() {
		t.Error("the undo did nothing")
	}
	h.want(http.StatusOK, h.ask("POST", address, "undo=1"))
}

func TestStoppingByMultipart(t *testing.T) { // RFC 8058 allows both forms
	h := open(t)
	body := "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n"
	h.want(http.StatusOK, h.ask("POST", "/u/"+h.stop, body, "Content-Type", "multipart/form-data; boundary=x"))
	if is, _ := h.Answers.Stopped(t.Context(), h.stop); !is {
		t.Error("not stopped")
	}
}

func TestStoppingIsNeverSaidBeforeItIsSo(t *testing.T) {
	h := open(t)
	h.fails()
	h.want(http.StatusServiceUnavailable, h.ask("POST", "/u/"+h.stop, ""))
	h.want(http.StatusServiceUnavailable, h.get("/u/"+h.stop))
}
