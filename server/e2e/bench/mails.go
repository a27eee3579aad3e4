package main

import (
	"io"
	"net"
	"sync/atomic"

	"github.com/emersion/go-smtp"
)

// mails is a mail server that takes everything, counts it and keeps nothing.
type mails struct {
	*smtp.Server
	url   string
	taken atomic.Int64
}

func takeMails() (*mails, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	m := &mails{url: "smtp://" + listener.Addr().String() + "?tls=none"}
	m.Server = smtp.NewServer(m)
	m.Domain = "localhost"
	go m.Serve(listener)
	return m, nil
}

// NewSession is smtp.Backend's.
func (m *mails) NewSession(*smtp.Conn) (smtp.Session, error) { return session{m}, nil }

// session is one connection's; all of them count together.
type session struct{ *mails }

func (s session) Mail(string, *smtp.MailOptions) error { return nil }
func (s session) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (s session) Reset()                               {}
func (s session) Logout() error                        { return nil }

// Data takes the message.
func (s session) Data(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	if err == nil {
		s.taken.Add(1)
	}
	return err
}
