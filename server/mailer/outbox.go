package mailer

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/entendu/entendu/surveys"
)

// outbox writes each message to a file named by its Message-ID, so that a letter
// that is carried twice is one file.
type outbox struct {
	dir string
	at  surveys.Failpoint
}

func newOutbox(dir string, at surveys.Failpoint) (outbox, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil { // mails hold addresses and links
		return outbox{}, fmt.Errorf("mail outbox %q: the folder cannot be made; a good one is ./data/outbox: %w", dir, err)
	}
	return outbox{dir, at}, nil
}

func (o outbox) close() {}

func (o outbox) carry(_ context.Context, m *message) surveys.Carried {
	if err := o.at.At("K10"); err != nil {
		return surveys.Carried{Outcome: surveys.Deferred, Reply: err.Error()}
	}
	path := filepath.Join(o.dir, m.id+".eml")
	temporary := filepath.Join(o.dir, "."+m.id+".tmp")
	if err := writeSynced(temporary, m); err != nil {
		return surveys.Carried{Outcome: surveys.Deferred, Reply: fmt.Sprintf("the outbox cannot be written: %v", err), Fault: surveys.OfSender}
	}
	if err := o.at.At("K11"); err != nil {
		return surveys.Carried{Outcome: surveys.Deferred, Reply: err.Error()}
	}
	if err := os.Rename(temporary, path); err != nil {
		return surveys.Carried{Outcome: surveys.Deferred, Reply: fmt.Sprintf("the outbox cannot be written: %v", err), Fault: surveys.OfSender}
	}
	if err := o.at.At("K12"); err != nil {
		return surveys.Carried{Outcome: surveys.Unknown, Reply: err.Error()}
	}
	if err := syncFolder(o.dir); err != nil {
		return surveys.Carried{Outcome: surveys.Unknown, Reply: fmt.Sprintf("the outbox cannot be made durable: %v", err), Fault: surveys.OfSender}
	}
	if err := o.at.At("K13"); err != nil {
		return surveys.Carried{Outcome: surveys.Unknown, Reply: err.Error()}
	}
	return surveys.Carried{Outcome: surveys.Accepted, Reply: "written to the outbox"}
}

func writeSynced(path string, m *message) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = m.build(func() {}).WriteTo(f)
	if err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	return err
}

// syncFolder makes a rename survive a power cut.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
