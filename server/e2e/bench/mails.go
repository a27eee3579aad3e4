package main

import (
	"bytes"
	"io"
	stdlog "log"
	"net"
	"sync"
	"sync/atomic"

	"github.com/emersion/go-smtp"
)

// mails is a mail server that takes everything. Of each message it keeps the
// Message-ID and how often it came, and the first message whole.
type mails struct {
	*smtp.Server
	url   string
	taken atomic.Int64

	mu    sync.Mutex
	times map[string]int // by Message-ID, in brackets
	first []byte
}

func takeMails() (*mails, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	m := &mails{url: "smtp://" + listener.Addr().String() + "?tls=none", times: map[string]int{}}
	m.Server = smtp.NewServer(m)
	m.Addr, m.Domain = listener.Addr().String(), "localhost"
	m.ErrorLog = stdlog.New(io.Discard, "", 0) // clients that are killed hang up
	go m.Serve(listener)
	return m, nil
}

// forget begins a new count. Nobody may be sending.
func (m *mails) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.taken.Store(0)
	m.times, m.first = map[string]int{}, nil
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
	raw, err := io.ReadAll(r)
	if err == nil {
		s.note(raw)
		s.taken.Add(1)
	}
	return err
}

func (m *mails) note(raw []byte) {
	id := messageID(raw)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.times[id]++
	if m.first == nil {
		m.first = raw
	}
}

// messageID reads nothing else, because the server shares its processors with whom it
// measures.
func messageID(raw []byte) string {
	const name = "\r\nMessage-ID: "
	_, after, _ := bytes.Cut(raw, []byte(name))
	id, _, _ := bytes.Cut(after, []byte("\r\n"))
	return string(id)
}

// taste is the first message that came.
func (m *mails) taste() []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.first
}

// log is what of the mails that were to come did come.
type log struct {
	accepted int // 250s
	distinct int // Message-IDs
	doubles  int // 250s beyond the first of an id
	most     int // 250s of one id
	missing  int // ids that never came
	foreign  int // ids that nobody awaited
}

// compare looks for each awaited Message-ID in the log.
func (m *mails) compare(awaited []string) (l log) {
	m.mu.Lock()
	defer m.mu.Unlock()
	l.distinct = len(m.times)
	for _, n := range m.times {
		l.accepted += n
		l.doubles += n - 1
		l.most = max(l.most, n)
	}
	for _, id := range awaited {
		if m.times[id] == 0 {
			l.missing++
		}
	}
	l.foreign = l.distinct - (len(awaited) - l.missing)
	return l
}
