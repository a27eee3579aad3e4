package mailer

import (
	"crypto/tls"
	"io"
	"net"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/entendu/entendu/surveys"
)

func trial(language string) Trial {
	return Trial{
		To: "Olga <olga@example.net>", Language: language, Name: "trial.4711", Date: time.Date(2026, 3, 5, 23, 30, 0, 0, time.UTC),
		Organisation: surveys.Organisation{Name: "Maison Poulain", Timezone: "Europe/Paris", HelpdeskAddress: "support@example.org"},
	}
}

// A trial has the headers of an invitation, less those that stop mail: nobody is on
// a list here.
func TestTrialOnTheWire(t *testing.T) {
	for language, want := range map[string]struct{ subject, day string }{
		"fr": {"Maison Poulain\u00a0: essai des courriels de satisfaction", "6 mars 2026"},
		"en": {"Maison Poulain: a test of the survey mails", "6 March 2026"},
	} {
		p := newPost(t, false)
		outcome, reply, id := newMailer(t, p.config(t)).Try(t.Context(), trial(language))
		if outcome != surveys.Accepted || id != "trial.4711@example.org" || !strings.HasPrefix(reply, "2.0.0 OK") {
			t.Fatalf("%s: %s %q %q", language, outcome, reply, id)
		}
		got := p.mails()[0]
		if got.from != "avis@example.org" || got.to != "olga@example.net" {
			t.Errorf("%s: envelope %+v", language, got)
		}
		m, err := mail.ReadMessage(strings.NewReader(got.data))
		if err != nil {
			t.Fatal(err)
		}
		c, err := parseCaught([]byte(got.data))
		if err != nil || c.Subject != want.subject {
			t.Errorf("%s: subject %q %v", language, c.Subject, err)
		}
		for _, form := range []string{c.Text, c.HTML} {
			if !strings.Contains(form, want.day) || !strings.Contains(form, "Maison Poulain") || strings.Contains(form, "⟦") || strings.Contains(form, "://") {
				t.Errorf("%s: %s", language, form)
			}
		}
		delete(m.Header, "Content-Type")
		delete(m.Header, "Subject")
		if diff := cmp.Diff(mail.Header{
			"From": {`"Maison Poulain" <avis@example.org>`}, "To": {"<olga@example.net>"}, "Reply-To": {`"Maison Poulain" <support@example.org>`},
			"Message-Id": {"<trial.4711@example.org>"}, "Date": {"Thu, 05 Mar 2026 23:30:00 +0000"}, "Mime-Version": {"1.0"},
			"Auto-Submitted": {"auto-generated"}, "X-Auto-Response-Suppress": {"All"}, "Content-Language": {language},
		}, m.Header); diff != "" {
			t.Errorf("%s: headers (-want +got):\n%s", language, diff)
		}
	}
}

func TestTrialRefused(t *testing.T) {
	d := newDesk(t, &desk{script: map[string]string{"RCPT": "550 5.1.1 nobody called olga@example.net"}})
	c := config(t)
	c.SMTP = d.url("smtp", "", "?tls=none")
	m := newMailer(t, c)
	if outcome, reply, _ := m.Try(t.Context(), trial("fr")); outcome != surveys.Refused || reply != "550 5.1.1 nobody called (address)" {
		t.Errorf("%s %q", outcome, reply)
	}
	nowhere := trial("fr")
	nowhere.To = "olga"
	if outcome, reply, id := m.Try(t.Context(), nowhere); outcome != surveys.Refused || reply == "" || id != "" {
		t.Errorf("%s %q %q", outcome, reply, id)
	}
}

// tlsFront takes TLS connections and carries them on to a plain server.
func tlsFront(t testing.TB, addr string, secure *tls.Config) string {
	t.Helper()
	front, err := tls.Listen("tcp", "127.0.0.1:0", secure)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { front.Close() })
	go func() {
		for {
			conn, err := front.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				behind, err := net.Dial("tcp", addr)
				if err != nil {
					return
				}
				defer behind.Close()
				go io.Copy(behind, conn)
				io.Copy(conn, behind)
			}()
		}
	}()
	return front.Addr().String()
}
