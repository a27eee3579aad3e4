package mailer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Caught is a mail in an outbox folder, made readable.
type Caught struct {
	MessageID string // without brackets: the file's name without .eml
	To        string
	Subject   string
	Date      time.Time
	Text      string
	HTML      string
	Headers   mail.Header
}

// ReadOutbox reads every mail of an outbox folder, newest first. A folder that is
// not there yet holds none.
func ReadOutbox(dir string) ([]Caught, error) {
	files, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("mail outbox: %w", err)
	}
	var all []Caught
	for _, file := range files {
		id, isMail := strings.CutSuffix(file.Name(), ".eml")
		if !isMail {
			continue // being written
		}
		c, err := ReadCaught(dir, id)
		if errors.Is(err, fs.ErrNotExist) {
			continue // taken away meanwhile
		}
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b Caught) int {
		if later := b.Date.Compare(a.Date); later != 0 {
			return later
		}
		return strings.Compare(a.MessageID, b.MessageID)
	})
	return all, nil
}

// ReadCaught reads the one mail with that Message-ID; fs.ErrNotExist if there is
// none.
func ReadCaught(dir, messageID string) (Caught, error) {
	if filepath.Base(messageID) != messageID {
		return Caught{}, fmt.Errorf("mail %q: %w", messageID, fs.ErrNotExist)
	}
	data, err := os.ReadFile(filepath.Join(dir, messageID+".eml"))
	if err != nil {
		return Caught{}, fmt.Errorf("mail %q: %w", messageID, err)
	}
	c, err := parseCaught(data)
	if err != nil {
		return Caught{}, fmt.Errorf("mail %q cannot be read: %w", messageID, err)
	}
	c.MessageID = messageID
	return c, nil
}

func parseCaught(data []byte) (c Caught, err error) {
	m, err := mail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		return c, err
	}
	c.Headers = m.Header
	var words mime.WordDecoder
	if c.Subject, err = words.DecodeHeader(m.Header.Get("Subject")); err != nil {
		return c, err
	}
	to, err := m.Header.AddressList("To")
	if err != nil {
		return c, err
	}
	c.To = to[0].Address
	if to[0].Name != "" {
		c.To = to[0].Name + " <" + to[0].Address + ">"
	}
	if c.Date, err = m.Header.Date(); err != nil {
		return c, err
	}
	_, parameters, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return c, err
	}
	return c, c.readParts(multipart.NewReader(m.Body, parameters["boundary"]))
}

// readParts reads the two forms of the text; the reader undoes their encoding.
func (c *Caught) readParts(parts *multipart.Reader) error {
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		body, err := io.ReadAll(part)
		if err != nil {
			return err
		}
		text := strings.ReplaceAll(string(body), "\r\n", "\n")
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			c.HTML = text
		} else {
			c.Text = text
		}
	}
}
