package mailer

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/entendu/entendu/surveys"
)

func TestOutcomes(t *testing.T) {
	tests := map[string]struct {
		script   map[string]string
		user     string
		features []string
		want     surveys.Outcome
		fault    surveys.Fault
		reply    string // must begin so
	}{
		"all is well":             {want: surveys.Accepted, reply: "2.0.0 queued as 4711 for (address)"},
		"accepted, then cut":      {script: map[string]string{"AFTER": "cut"}, want: surveys.Accepted},
		"grey list":               {script: map[string]string{"RCPT": "451 4.7.1 greylisted, try again in 300 seconds"}, want: surveys.Deferred, reply: "451 4.7.1"},
		"domain busy":             {script: map[string]string{"RCPT": "451 4.7.28 too much at once"}, fault: surveys.OfDomain, want: surveys.Deferred, reply: "451 4.7.28"},
		"mailbox full":            {script: map[string]string{"RCPT": "552 5.2.2 mailbox full"}, want: surveys.Refused, reply: "552 5.2.2"},
		"no such person, no code": {script: map[string]string{"RCPT": "550 User unknown"}, fault: surveys.OfAddress, want: surveys.Refused, reply: "550 User unknown"},
		"refused, no code":        {script: map[string]string{"RCPT": "550 go away"}, want: surveys.Refused, reply: "550 go away"},
		"mailbox busy":            {script: map[string]string{"RCPT": "450 4.2.1 <lina@example.net> busy"}, want: surveys.Deferred, reply: "450 4.2.1 (address) busy"},
		"server closing":          {script: map[string]string{"MAIL": "421 4.3.2 closing"}, fault: surveys.OfDomain, want: surveys.Deferred, reply: "421"},
		"no such person":          {script: map[string]string{"RCPT": "550 5.1.1 <lina@example.net> unknown"}, fault: surveys.OfAddress, want: surveys.Refused, reply: "550 5.1.1 (address) unknown"},
		"policy":                  {script: map[string]string{"RCPT": "550 5.7.1 no SPF"}, want: surveys.Deferred, fault: surveys.OfSender, reply: "550 5.7.1"},
		"policy at the dot":       {script: map[string]string{"DOT": "550 5.7.26 unauthenticated"}, want: surveys.Deferred, fault: surveys.OfSender, reply: "550 5.7.26"},
		"sender refused":          {script: map[string]string{"MAIL": "553 5.1.8 sender unknown"}, want: surveys.Deferred, fault: surveys.OfSender, reply: "553"},
		"must sign in":            {script: map[string]string{"MAIL": "530 5.7.0 sign in first"}, want: surveys.Deferred, fault: surveys.OfSender, reply: "530"},
		"must sign in, at RCPT":   {script: map[string]string{"RCPT": "530 sign in first"}, want: surveys.Deferred, fault: surveys.OfSender, reply: "530"},
		"content refused":         {script: map[string]string{"DOT": "554 5.6.0 refused"}, want: surveys.Refused, reply: "554 5.6.0"},
		"later, at the dot":       {script: map[string]string{"DOT": "452 4.3.1 disk full"}, want: surveys.Deferred, reply: "452"},
		"DATA refused":            {script: map[string]string{"DATA": "554 5.5.1 no valid recipients"}, want: surveys.Refused, reply: "554"},
		"cut at DATA":             {script: map[string]string{"DATA": "cut"}, want: surveys.Deferred},
		"cut after the dot":       {script: map[string]string{"DOT": "cut"}, want: surveys.Unknown},
		"no answer to the dot":    {script: map[string]string{"DOT": "silence"}, want: surveys.Unknown},
		"nonsense after the dot":  {script: map[string]string{"DOT": "hello"}, want: surveys.Unknown},
		"wrong password":          {script: map[string]string{"AUTH": "535 5.7.8 wrong"}, user: "anna:secret@", features: []string{"250-AUTH PLAIN"}, want: surveys.Deferred, fault: surveys.OfSender},
		"no way to sign in":       {user: "anna:secret@", want: surveys.Deferred, fault: surveys.OfSender},
		"not now":                 {script: map[string]string{"HELLO": "421 4.7.0 too many connections"}, want: surveys.Deferred, fault: surveys.OfServer},
		"not welcome":             {script: map[string]string{"HELLO": "554 5.7.1 go away"}, want: surveys.Deferred, fault: surveys.OfSender},
		"cut at once":             {script: map[string]string{"HELLO": "cut"}, want: surveys.Deferred, fault: surveys.OfServer},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, &desk{script: test.script, features: test.features})
			var log bytes.Buffer
			c := config(t)
			c.SMTP, c.Log = d.url("smtp", test.user, "?tls=none"), slog.New(slog.NewTextHandler(&log, nil))
			m := newMailer(t, c)
			m.carrier.(*lines).server.grace = 50 * time.Millisecond
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			if test.script["DOT"] == "silence" {
				m.carrier.(*lines).at = func(step string) error { // the program stops while the server thinks
					if step == "K12" {
						cancel()
					}
					return nil
				}
			}
			got := m.Carry(ctx, letter(t, "fr"))
			if got.Outcome != test.want || !strings.HasPrefix(got.Reply, test.reply) {
				t.Errorf("%s %q, want %s %q", got.Outcome, got.Reply, test.want, test.reply)
			}
			if got.Fault != test.fault {
				t.Errorf("the fault is %q, want %q", got.Fault, test.fault)
			}
			ours := test.fault == surveys.OfSender || test.fault == surveys.OfServer
			if alarm := strings.Contains(log.String(), "level=ERROR"); alarm != ours {
				t.Errorf("alarm %t, want %t: %s", alarm, ours, log.String())
			}
			if strings.Contains(got.Reply+log.String(), "@") || strings.Contains(log.String(), "secret") {
				t.Errorf("an address or a password was told: %q %s", got.Reply, log.String())
			}
		})
	}
}

func TestNoServer(t *testing.T) {
	d := newDesk(t, &desk{})
	d.listener.Close()
	c := config(t)
	c.SMTP = d.url("smtp", "", "?tls=none")
	if got := newMailer(t, c).Carry(t.Context(), letter(t, "en")); got.Outcome != surveys.Deferred || !strings.Contains(got.Reply, "refused") {
		t.Errorf("%s %q", got.Outcome, got.Reply)
	}
}

func TestStopped(t *testing.T) {
	d := newDesk(t, &desk{})
	c := config(t)
	c.SMTP = d.url("smtp", "", "?tls=none")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, m := range []*Mailer{newMailer(t, c), newMailer(t, config(t))} {
		if got := m.Carry(ctx, letter(t, "en")); got.Outcome != surveys.Deferred {
			t.Errorf("%s %q", got.Outcome, got.Reply)
		}
	}
	m := newMailer(t, c)
	m.Close()
	if got := m.Carry(t.Context(), letter(t, "en")); got.Outcome != surveys.Deferred {
		t.Errorf("closed: %s %q", got.Outcome, got.Reply)
	}
	if d.dials != 0 {
		t.Errorf("%d connections were made", d.dials)
	}
}

// Whatever a step fails with, no mail that a server has is called refused or
// deferred, and no mail that it has not is called accepted.
func TestSteps(t *testing.T) {
	config509, pool := certificate(t)
	for _, way := range []string{"outbox", "plain", "STARTTLS"} {
		for _, failing := range []string{"", "K10", "K11", "K12", "K13"} {
			t.Run(way+" "+failing, func(t *testing.T) {
				var steps []string
				c := config(t)
				c.At = func(step string) error {
					steps = append(steps, step)
					if step == failing {
						return errors.New("stopped here")
					}
					return nil
				}
				d := newDesk(t, &desk{tls: config509})
				switch way {
				case "plain":
					c.SMTP = d.url("smtp", "", "?tls=none")
				case "STARTTLS":
					d.features, c.SMTP = []string{"250-STARTTLS"}, d.url("smtp", "", "")
				}
				m := newMailer(t, c)
				if l, ok := m.carrier.(*lines); ok {
					l.server.roots = pool
				}
				want := map[string]surveys.Outcome{"": surveys.Accepted, "K10": surveys.Deferred, "K11": surveys.Deferred, "K12": surveys.Unknown, "K13": surveys.Unknown}[failing]
				if got := m.Carry(t.Context(), letter(t, "en")); got.Outcome != want {
					t.Errorf("%s %q, want %s", got.Outcome, got.Reply, want)
				}
				if all := strings.Join(steps, " "); !strings.HasPrefix("K10 K11 K12 K13", all) || failing != "" && !strings.HasSuffix(all, failing) {
					t.Errorf("steps %q", all)
				}
				if want == surveys.Deferred && len(d.accepted()) > 0 {
					t.Error("the server has a mail that is called deferred")
				}
			})
		}
	}
}
