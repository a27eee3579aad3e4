package e2e

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"
)

// letter is one mail as the person's program reads it.
type letter struct {
	header     mail.Header
	id         string // Message-ID
	invitation string // the id that a bounce would tell us
	address    string
	subject    string
	stop       string   // List-Unsubscribe
	links      []string // of the text and of the HTML, in order
	text, html string
	raw        []byte
}

func readLetter(raw []byte) (letter, error) {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return letter{}, fmt.Errorf("a mail cannot be read: %w", err)
	}
	l := letter{header: m.Header, id: strings.TrimSpace(m.Header.Get("Message-ID")), invitation: invitationOf(m.Header.Get("X-Entendu-Invitation")), raw: raw}
	if l.subject, err = (&mime.WordDecoder{}).DecodeHeader(m.Header.Get("Subject")); err != nil {
		return l, err
	}
	to, err := m.Header.AddressList("To")
	if err != nil || len(to) != 1 {
		return l, fmt.Errorf("not one recipient: %q %w", m.Header.Get("To"), err)
	}
	l.address = to[0].Address
	l.stop = strings.Trim(m.Header.Get("List-Unsubscribe"), "<>")
	return l, l.readParts(m)
}

// invitationOf is the id in an invitation's name, which is signed: 16 bytes and more.
func invitationOf(name string) string {
	_, token, _ := strings.Cut(name, ".")
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) < 16 {
		return name
	}
	return base64.RawURLEncoding.EncodeToString(raw[:16])
}

// readParts takes the links out of both parts, as programs and scanners do.
func (l *letter) readParts(m *mail.Message) error {
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return err
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		part, err := parts.NextRawPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			return err
		}
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/plain") {
			l.text = string(body)
			l.links = append(l.links, regexp.MustCompile(`https?://[^\s<>"]+`).FindAllString(l.text, -1)...)
		} else if err := l.readHTML(body); err != nil {
			return err
		}
	}
}

func (l *letter) readHTML(body []byte) error {
	l.html = string(body)
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(body))
	if err != nil {
		return err
	}
	doc.Find("[href], [src], [action]").Each(func(_ int, s *goquery.Selection) {
		for _, name := range []string{"href", "src", "action"} {
			if link, ok := s.Attr(name); ok {
				l.links = append(l.links, link)
			}
		}
	})
	return nil
}

// survey is the link that opens the questions; score 0 chooses nothing.
func (l letter) survey(score int) string {
	for _, link := range l.links {
		u, err := url.Parse(link)
		if err != nil || !strings.HasPrefix(u.Path, "/a/") {
			continue
		}
		if chosen := u.Query().Get("delay"); score == 0 && chosen == "" || chosen == fmt.Sprint(score) {
			return link
		}
	}
	return ""
}

// tokens are the secrets in the links.
func (l letter) tokens() (all []string) {
	for _, link := range append(slices.Clone(l.links), l.stop) {
		u, err := url.Parse(link)
		if err != nil {
			continue
		}
		for _, prefix := range []string{"/a/", "/u/", "/t/"} {
			if token, ok := strings.CutPrefix(u.Path, prefix); ok {
				all = append(all, token)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
