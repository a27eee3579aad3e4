package mailer

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/entendu/entendu/surveys"
)

// Mailbox looks into the IMAP mailbox of [mail] bounces and keeps each new mail as an
// event for the Listener. A mail is marked as seen only once its event is durable;
// nothing is deleted, moved or answered. Several instances may look into one
// mailbox, for a mail is one event whoever brings it.
type Mailbox struct {
	Store    surveys.Store
	Settings func() surveys.Settings
	Log      *slog.Logger
	Next     func() // wakes who takes it from here; nil if nobody waits

	roots  *x509.CertPool // nil for the system's
	failed string         // the address that failed last, "" after a success
	pauses int            // looks that are left out because of that
	next   int            // looks to leave out after another failure
}

// ReportKind is the kind of the events that a Mailbox keeps, for ReadReport.
const ReportKind = "report"

const (
	// mailboxPause is how often the Mailbox looks: bounces take minutes to days.
	mailboxPause = time.Minute
	// mailboxBatch and maxReport bound what a storm of bounces, a loop or malice can
	// put into the store: 30 mails a minute, of each the first 256 KiB, which hold
	// what a report says before it repeats the mail.
	mailboxBatch = 30
	// lookWithin bounds one look.
	lookWithin = 5 * time.Minute
	// mostPauses is how many looks are left out at most, so that a mailbox which is
	// there again is found within a quarter of an hour.
	mostPauses = 15
)

// Run looks into the mailbox until ctx ends.
func (m *Mailbox) Run(ctx context.Context) error {
	return surveys.Work(ctx, m.Log, "mailbox for bounces", mailboxPause, nil, m.Pass)
}

// Pass looks once, where a mailbox is set. After a failure it leaves out one look,
// then three, seven, fifteen. It never says that more waits: the pause is the cap.
func (m *Mailbox) Pass(ctx context.Context) (more bool, err error) {
	address := m.Settings().Mail.Bounces
	if address != m.failed {
		m.failed, m.pauses, m.next = "", 0, 0
	}
	if address == "" || m.pauses > 0 {
		m.pauses = max(0, m.pauses-1)
		return false, nil
	}
	if err := m.look(ctx, address); err != nil {
		m.failed, m.next = address, min(2*m.next+1, mostPauses)
		m.pauses = m.next
		return false, fmt.Errorf("the mailbox for bounces: %w; looking again in %d minutes", err, m.pauses+1)
	}
	m.failed = ""
	return false, nil
}

func (m *Mailbox) look(ctx context.Context, address string) error {
	b, err := parseBox(address)
	if err != nil {
		return err
	}
	b.roots = m.roots
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	o, err := b.open(ctx)
	if err != nil {
		return err
	}
	defer o.close()
	waiting, err := o.unseen()
	if err != nil {
		return err
	}
	if len(waiting) > mailboxBatch {
		m.Log.Warn("many mails came back and are taken little by little", "waiting", len(waiting), "each minute", mailboxBatch)
		waiting = waiting[:mailboxBatch]
	}
	return m.take(ctx, o, waiting)
}

// take keeps mails, the oldest first. One that the server cannot give does not keep
// it from the others.
func (m *Mailbox) take(ctx context.Context, o *opened, waiting []imap.UID) (trouble error) {
	kept := 0
	for _, uid := range waiting {
		body, err := o.fetch(uid)
		if err != nil {
			trouble = err
			continue
		}
		if len(body) == 0 {
			continue // taken away meanwhile
		}
		if err := m.keep(ctx, body); err != nil {
			return fmt.Errorf("keeping a mail: %w", err)
		}
		kept++
		if err := o.markSeen(uid); err != nil {
			trouble = err
		}
	}
	if kept > 0 && m.Next != nil {
		m.Next()
	}
	return trouble
}

// keep makes a mail's event durable. The Message-ID makes one event of a mail that
// came twice; without one the bytes do, in whatever hour they are found again.
func (m *Mailbox) keep(ctx context.Context, body []byte) error {
	now, err := m.Store.Now(ctx)
	if err != nil {
		return err
	}
	delivery := ""
	if r, ok := openReport(body); ok {
		delivery = r.header.Get("Message-ID")
	}
	if delivery == "" {
		sum := sha256.Sum256(body)
		delivery = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	err = m.Store.AddEvent(ctx, surveys.Event{
		ID: surveys.EventID("mail", delivery, body, now), Source: "mail", Kind: ReportKind,
		ReceivedAt: surveys.Moment(now), Body: body, State: surveys.ToHear,
	})
	if errors.Is(err, fs.ErrExist) {
		return nil // kept since before
	}
	return err
}
