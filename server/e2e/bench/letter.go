package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/mail"
	"os"
	"strconv"
	"strings"

	gomail "github.com/wneessen/go-mail"
	"golang.org/x/sync/errgroup"
)

// letterCommand makes this program a sender of one letter again and again, by go-mail
// alone: no store, no law, no words to choose.
const letterCommand = "letter"

// letter is what all mails of the raw side say.
type letter struct {
	header     mail.Header
	text, html string
}

// sendLetters sends until ctx ends or the process is killed.
func sendLetters(ctx context.Context, args []string) error {
	f := flag.NewFlagSet(letterCommand, flag.ExitOnError)
	to := f.String("to", "", "host:port of the mail server")
	file := f.String("message", "", "file with the message")
	clients := f.Int("clients", connections, "how many connections")
	rset := f.Bool("rset", true, "a RSET after each mail, as go-mail does unless it is told not to")
	if err := f.Parse(args); err != nil {
		return err
	}
	l, err := readLetter(*file)
	if err != nil {
		return fmt.Errorf("%s: %w", *file, err)
	}
	g, ctx := errgroup.WithContext(ctx)
	for n := range *clients {
		g.Go(func() error { return l.sendAll(ctx, *to, n, *rset) })
	}
	return g.Wait()
}

// sendAll is one connection's work.
func (l letter) sendAll(ctx context.Context, to string, client int, rset bool) error {
	host, port, err := net.SplitHostPort(to)
	if err != nil {
		return err
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return err
	}
	options := []gomail.Option{gomail.WithPort(number), gomail.WithTLSPolicy(gomail.NoTLS), gomail.WithHELO("localhost"), gomail.WithoutNoop()}
	if !rset {
		options = append(options, gomail.WithoutRset())
	}
	c, err := gomail.NewClient(host, options...)
	if err != nil {
		return err
	}
	if err := c.DialWithContext(ctx); err != nil {
		return err
	}
	for n := 0; ctx.Err() == nil; n++ {
		m, err := l.build(client, n)
		if err != nil {
			return err
		}
		if err := c.Send(m); err != nil {
			return err
		}
	}
	return c.Close()
}

// build makes go-mail's message, with a recipient and a Message-ID of its own.
func (l letter) build(client, n int) (*gomail.Msg, error) {
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := m.From(l.header.Get("From")); err != nil {
		return nil, err
	}
	if err := m.To(customer(n*connections + client).Address); err != nil {
		return nil, err
	}
	for name, values := range l.header {
		switch name {
		case "From", "To", "Content-Type", "Mime-Version":
		case "Message-Id":
			m.SetMessageIDWithValue(fmt.Sprintf("%d.%d.%s", client, n, strings.Trim(values[0], "<>")))
		case "List-Unsubscribe":
			m.SetGenHeaderPreformatted("List-Unsubscribe", values[0])
		default:
			m.SetGenHeader(gomail.Header(name), values[0])
		}
	}
	m.SetBodyString(gomail.TypeTextPlain, l.text)
	m.AddAlternativeString(gomail.TypeTextHTML, l.html)
	return m, nil
}

// readLetter takes a message of the program's apart.
func readLetter(file string) (l letter, err error) {
	f, err := os.Open(file)
	if err != nil {
		return l, err
	}
	defer f.Close()
	m, err := mail.ReadMessage(f)
	if err != nil {
		return l, err
	}
	l.header = m.Header
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		return l, err
	}
	l.header["Subject"] = []string{subject}
	_, parameters, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return l, err
	}
	parts := multipart.NewReader(m.Body, parameters["boundary"])
	for _, form := range []*string{&l.text, &l.html} {
		if *form, err = nextPart(parts); err != nil {
			return l, err
		}
	}
	return l, nil
}

// nextPart is the text of one form; the reader undoes its encoding.
func nextPart(parts *multipart.Reader) (string, error) {
	part, err := parts.NextPart()
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(part)
	return strings.ReplaceAll(string(text), "\r\n", "\n"), err
}
