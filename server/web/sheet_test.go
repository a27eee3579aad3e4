package web

import (
	"net/http"
	"strings"
	"testing"

	"github.com/entendu/entendu/surveys"
)

// An argument that means nothing makes the page be written whole; but for the
// argument, a sheet must be the same, byte for byte.
func TestSheetIsTheForm(t *testing.T) {
	h := open(t)
	other := h.invitation
	other.Ticket.ID, other.Number = "x", `7 </title><b>"{{.Heading}}"`
	other.ID = surveys.InvitationID(other.Survey, other.Ticket, 1)
	h.must(h.store.AddInvitation(t.Context(), other))
	tokens := []string{h.token, h.Answers.Keys.Sign(surveys.ToAnswer, other.ID)}
	same := func(when string) {
		t.Helper()
		for _, query := range []string{"", "delay=1&", "delay=5&lang=en&", "lang=fr&", "lang=xx&"} {
			for range 2 { // the second may be kept from the first
				for _, token := range tokens {
					got := text(t, h.want(http.StatusOK, h.get("/a/"+token+"?"+strings.TrimSuffix(query, "&"))))
					whole := text(t, h.want(http.StatusOK, h.get("/a/"+token+"?"+query+"x=1")))
					if want := strings.ReplaceAll(whole, "&amp;x=1", ""); got != want {
						t.Errorf("%s: ?%s is\n%s\nbut whole\n%s", when, query, got, want)
					}
				}
			}
		}
	}
	same("at first")
	h.settings.Organisation.Name = `{{.Intro}} <script> Mère & fils`
	same("under another name")
	h.settings.Privacy.Controller = `{{"`
	same("with a controller")
	h.settings.Privacy.Answers.N = 3
	same("kept less long")
	h.settings.Organisation.HelpdeskAddress = "other@example.org"
	same("with another address")
	h.settings.Organisation.Languages, h.settings.Organisation.Timezone = []string{"en"}, "Asia/Tokyo"
	same("in one language, elsewhere")
	h.settings.Asking.AnswerWithin = surveys.Span{}
	same("without an end")
}

func TestSheetsAreFew(t *testing.T) {
	h := open(t)
	for _, query := range []string{"?delay=6", "?delay=04", "?delay=1&delay=1", "?delay=", "?x=1", "?change=1", "?lang=a", "?lang=b", "?lang=fr&lang=en"} {
		h.want(http.StatusOK, h.get("/a/"+h.token+query))
	}
	kept := 0
	h.sheets.Range(func(_, _ any) bool { kept++; return true })
	if kept != 1 {
		t.Errorf("%d sheets are kept, want one: the others do not come from our links", kept)
	}
}
