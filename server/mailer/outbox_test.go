package mailer

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/entendu/entendu/surveys"
)

// Carrying a letter again, also after dying at any step, leaves one file with the
// same bytes.
func TestOutboxRepeats(t *testing.T) {
	c := config(t)
	m, l := newMailer(t, c), letter(t, "fr")
	carry(t, m, l)
	first := written(t, c)
	for _, step := range []string{"K11", "K12", "K13", "K10"} {
		broken := c
		broken.At = func(at string) error {
			if at == step {
				return errors.New("stopped here")
			}
			return nil
		}
		newMailer(t, broken).Carry(t.Context(), l)
		carry(t, m, l)
		if written(t, c) != first {
			t.Errorf("after %s the file is another", step)
		}
	}
}

func TestOutboxFull(t *testing.T) {
	c := config(t)
	m := newMailer(t, c)
	if err := os.RemoveAll(c.Outbox); err != nil {
		t.Fatal(err)
	}
	if got := m.Carry(t.Context(), letter(t, "fr")); got.Outcome != surveys.Deferred || !strings.HasPrefix(got.Reply, "the outbox cannot be written") {
		t.Errorf("%s %q", got.Outcome, got.Reply)
	}
}

func TestReadOutbox(t *testing.T) {
	c := config(t)
	c.Outbox = filepath.Join(t.TempDir(), "a [strange] folder")
	if all, err := ReadOutbox(c.Outbox); err != nil || len(all) != 0 {
		t.Errorf("no folder: %v %v", all, err)
	}
	m := newMailer(t, c)
	for n, name := range []string{"inv.b", "inv.c", "inv.a"} {
		l := letter(t, "en")
		l.MessageName, l.Date = name, l.Date.Add(time.Duration(n/2)*time.Hour)
		carry(t, m, l)
	}
	if err := os.WriteFile(filepath.Join(c.Outbox, ".inv.d@example.org.tmp"), []byte("half a mail"), 0o600); err != nil {
		t.Fatal(err)
	}
	all, err := ReadOutbox(c.Outbox)
	if err != nil || len(all) != 3 {
		t.Fatalf("%d mails: %v", len(all), err)
	}
	if order := all[0].MessageID + " " + all[1].MessageID + " " + all[2].MessageID; order != "inv.a@example.org inv.b@example.org inv.c@example.org" {
		t.Errorf("order %s", order)
	}
	one, err := ReadCaught(c.Outbox, "inv.b@example.org")
	if err != nil || one.To != "Lina Roche <lina@example.net>" || one.Subject != "Your request 48213: what did you think of it?" || !one.Date.Equal(letter(t, "en").Date) {
		t.Errorf("%+v %v", one, err)
	}
	for _, none := range []string{"inv.d@example.org", "../outbox/inv.b@example.org", ""} {
		if _, err := ReadCaught(c.Outbox, none); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%q: %v", none, err)
		}
	}
}
