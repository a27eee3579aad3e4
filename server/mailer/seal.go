package mailer

import (
	"bytes"
	"crypto"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/entendu/entendu/surveys"
)

// sealed are the headers that a signature covers: all that we write. Providers take
// the one click of RFC 8058 only from a signature over both of its headers.
func sealed() []string {
	return []string{"From", "To", "Subject", "Date", "Message-ID", "Reply-To", "In-Reply-To", "References",
		"Content-Type", "MIME-Version", "Content-Language", "Auto-Submitted", "X-Auto-Response-Suppress",
		"List-Unsubscribe", "List-Unsubscribe-Post", "X-Entendu-Invitation"}
}

// sealedOnce are those of which nobody may add a second one on the way: each is
// named once more than it stands (RFC 6376 section 8.15).
func sealedOnce() []string {
	return []string{"From", "To", "Subject", "Date", "Message-ID", "Reply-To",
		"Content-Type", "MIME-Version", "List-Unsubscribe", "List-Unsubscribe-Post"}
}

// seal signs a message for the domain of its From address (RFC 6376), where the
// settings name a key.
func (m *Mailer) seal(msg *message) error {
	s := m.settings()
	if s.DKIMKey == "" {
		return nil
	}
	key, err := m.keys.read(s)
	if err != nil {
		return err
	}
	signer := gomail.NewDKIMSigner(m.Domain(), s.DKIMSelector, key)
	signer.NowFunc = func() time.Time { return msg.date } // the same signature on every attempt
	signer.SignHeaders(sealed()...)
	signer.OversignHeaders(sealedOnce()...)
	var b bytes.Buffer
	if _, err := msg.build(func() {}).WriteTo(&b); err != nil {
		return fmt.Errorf("writing the mail to sign it: %w", err)
	}
	head, body, _ := bytes.Cut(b.Bytes(), []byte("\r\n\r\n"))
	signature, err := signer.Sign(append(head, "\r\n"...), body)
	if err != nil {
		return fmt.Errorf("signing the mail: %w", err)
	}
	msg.seal = unfolded(signature)
	return nil
}

// unfolded is the value of go-mail's signature header as it was signed: in one
// line. go-mail itself breaks a long list of headers in the middle of a name, which
// readers take for a space that nobody signed. Only the last value, the signature's
// own, may be broken anywhere (RFC 6376 section 3.5), and gets spaces to break it at.
func unfolded(header string) string {
	line := strings.ReplaceAll(strings.TrimSpace(header), "\r\n ", "")
	_, value, _ := strings.Cut(line, ": ")
	tags, signature, _ := strings.Cut(value, "; b=")
	parts := slices.Collect(slices.Chunk([]byte(signature), 64))
	return tags + "; b=" + string(bytes.Join(parts, []byte(" ")))
}

// keyring remembers the key that was read last, because reading one takes longer
// than signing with it.
type keyring struct {
	mu   sync.Mutex
	text string
	key  crypto.Signer
}

func (k *keyring) read(s surveys.Mail) (crypto.Signer, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if s.DKIMKey != k.text {
		key, err := s.Key()
		if err != nil {
			return nil, err
		}
		k.text, k.key = s.DKIMKey, key
	}
	return k.key, nil
}
