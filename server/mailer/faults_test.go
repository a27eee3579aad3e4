package mailer

import (
	"net"
	"strings"
	"testing"
	"time"

	"github.com/entendu/entendu/surveys"
)

// shortPatience is time enough to come to the dot on a busy machine, and not to hear
// the four characters by which a slow reply can be told.
const shortPatience = 3 * time.Second

// reaching is a Mailer with one line to a desk, and as little patience as a test has.
func reaching(t *testing.T, d *desk, patience time.Duration) *Mailer {
	t.Helper()
	c := config(t)
	c.SMTP = d.url("smtp", "", "?tls=none")
	m := newMailer(t, c)
	m.carrier.(*lines).server.within = patience
	return m
}

// A server that answers byte by byte is given as long as one that does not answer:
// the time-out is for the whole, and the line is free for the next letter.
func TestM02ByteByByte(t *testing.T) {
	for verb, test := range map[string]struct {
		reply string
		want  surveys.Outcome
		fault surveys.Fault
	}{
		"HELLO": {"220 desk.test", surveys.Deferred, surveys.OfServer},
		"EHLO":  {"250 desk.test", surveys.Deferred, surveys.OfServer},
		"RCPT":  {"250 2.1.5 ok", surveys.Deferred, surveys.OfLetter},
		"DATA":  {"354 go on", surveys.Deferred, surveys.OfLetter},
		"DOT":   {"250 2.0.0 queued", surveys.Unknown, surveys.OfLetter},
	} {
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, &desk{onlyFirst: true, script: map[string]string{verb: "slowly " + test.reply}})
			m := reaching(t, d, shortPatience)
			if got := m.Carry(t.Context(), letter(t, "fr")); got.Outcome != test.want || got.Fault != test.fault {
				t.Errorf("%+v, want %s %q", got, test.want, test.fault)
			}
			m.carrier.(*lines).server.within = dialogueWithin
			carry(t, m, letter(t, "fr"))
		})
	}
}

// A server that hangs up while the message is on its way cannot have accepted it,
// and the next attempt brings it.
func TestM05CutDuringData(t *testing.T) {
	d := newDesk(t, &desk{})
	m := reaching(t, d, dialogueWithin)
	m.carrier.(*lines).at = func(step string) error {
		if step == "K11" { // DATA was answered, nothing of the message was written
			d.cut(t)
		}
		return nil
	}
	if got := m.Carry(t.Context(), letter(t, "fr")); got.Outcome != surveys.Deferred || got.Fault != surveys.OfLetter || len(d.accepted()) != 0 {
		t.Errorf("%+v, and the server has %d mails", got, len(d.accepted()))
	}
	m.carrier.(*lines).at = nil
	carry(t, m, letter(t, "fr"))
	if len(d.accepted()) != 1 {
		t.Errorf("%d mails", len(d.accepted()))
	}
}

// A server that hangs up while the message is on its way cannot have accepted it.
func TestM05CutWhileWriting(t *testing.T) {
	conn, far := net.Pipe() // has no buffer, so what was not read was not written
	go func() {
		far.Read(make([]byte, 100))
		far.Close()
	}()
	w := &wire{Conn: conn}
	w.dataBegins()
	w.Write([]byte(strings.Repeat("x", 200)))
	if _, err := w.Read(make([]byte, 1)); err == nil || w.dotSent {
		t.Errorf("the final dot counts as sent (%v)", err)
	}
}

// Where the dot was sent and no answer came, nobody knows: the letter is not called
// deferred, and what is sent again is the same to the last byte.
func unknownThenSame(t *testing.T, dot string, patience time.Duration) {
	d := newDesk(t, &desk{onlyFirst: true, keeps: true, script: map[string]string{"DOT": dot}})
	m := reaching(t, d, patience)
	if got := m.Carry(t.Context(), letter(t, "fr")); got.Outcome != surveys.Unknown || got.Fault != surveys.OfLetter {
		t.Errorf("%+v", got)
	}
	m.carrier.(*lines).server.within = dialogueWithin
	carry(t, m, letter(t, "fr"))
	if mails := d.accepted(); len(mails) != 2 || mails[0] != mails[1] {
		t.Errorf("%d mails that are not one", len(mails))
	}
	for _, verb := range []string{"MAIL", "RCPT"} {
		if said := d.heardOf(verb); len(said) != 2 || said[0] != said[1] {
			t.Errorf("%q", said)
		}
	}
}

func TestM06CutAfterTheDot(t *testing.T) {
	t.Parallel()
	unknownThenSame(t, "cut", dialogueWithin)
}

func TestM07AnswerAfterTheTimeOut(t *testing.T) {
	t.Parallel()
	unknownThenSame(t, "silence", shortPatience)
}
