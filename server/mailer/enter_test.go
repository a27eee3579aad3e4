package mailer

import (
	"strings"
	"testing"
	"time"

	"github.com/entendu/entendu/surveys"
)

// entering is a mail that nothing is wrong with.
func entering(kind, language string) Enter {
	return Enter{
		To: "lina@example.org", Name: "Lina Roche", Kind: kind, Language: language,
		Organisation: surveys.Organisation{Name: "Maison Poulain", Timezone: "Europe/Paris"}, Path: "/login/TOKEN",
		Until: time.Date(2026, 3, 10, 8, 30, 0, 0, time.UTC), ID: "enter.AbCd", Date: time.Date(2026, 3, 3, 8, 30, 0, 0, time.UTC),
	}
}

func TestGoldenEnter(t *testing.T) {
	for _, tag := range []string{"en", "fr"} {
		for _, kind := range []string{"invitation", "renewal"} {
			c := config(t)
			if got, reply := newMailer(t, c).CarryEnter(t.Context(), entering(kind, tag)); got != surveys.Accepted {
				t.Fatalf("%v %s", got, reply)
			}
			golden(t, c, "enter-"+kind+"."+tag)
		}
	}
}

// A name that somebody chose for themselves adds no header and no address.
func TestEnterHeaders(t *testing.T) {
	c := config(t)
	e := entering("invitation", "en")
	e.Name = "Lina\r\nBcc: evil@example.com"
	if got, reply := newMailer(t, c).CarryEnter(t.Context(), e); got != surveys.Accepted {
		t.Fatalf("%v %s", got, reply)
	}
	all, err := ReadOutbox(c.Outbox)
	if err != nil || len(all) != 1 || all[0].Headers.Get("Bcc") != "" || strings.ContainsAny(all[0].Headers.Get("To"), "\r\n") {
		t.Errorf("%v %+v", err, all)
	}
	e.To = "not an address"
	if got, _ := newMailer(t, config(t)).CarryEnter(t.Context(), e); got == surveys.Accepted {
		t.Error("a mail to no address was accepted")
	}
}
