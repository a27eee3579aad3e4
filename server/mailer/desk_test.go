package mailer

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// desk is a mail server that can be told to misbehave: it answers each verb as its
// script says, or does what the script says instead of answering: "cut" hangs up,
// "silence" waits until the client has hung up, "slowly ..." answers byte by byte.
type desk struct {
	listener  net.Listener
	script    map[string]string // HELLO, AUTH, MAIL, RCPT, DATA, DOT -> reply
	onlyFirst bool              // later connections are served well
	keeps     bool              // a mail whose dot is answered by "cut" or "silence" is kept all the same
	features  []string
	tls       *tls.Config // for STARTTLS

	mu      sync.Mutex
	heard   []string // every command
	mails   []string // accepted
	open    int
	maxOpen int
	dials   int
	last    net.Conn
}

func newDesk(t testing.TB, d *desk) *desk {
	t.Helper()
	var err error
	if d.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.listener.Close() })
	go func() {
		for {
			conn, err := d.listener.Accept()
			if err != nil {
				return
			}
			d.note(func() {
				d.dials, d.open, d.last = d.dials+1, d.open+1, conn
				d.maxOpen = max(d.open, d.maxOpen)
			})
			go func() {
				defer d.note(func() { d.open-- })
				d.serve(conn)
			}()
		}
	}()
	return d
}

func (d *desk) note(change func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	change()
}

// cut tears the newest connection down, whatever is being said on it.
func (d *desk) cut(t testing.TB) {
	t.Helper()
	d.note(func() {
		d.last.(*net.TCPConn).SetLinger(0)
		d.last.Close()
	})
	waitFor(t, "the connection to be gone", func() (gone bool) {
		d.note(func() { gone = d.open == 0 })
		return gone
	})
}

// accepted are the mails that the desk has answered 250 for.
func (d *desk) accepted() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]string(nil), d.mails...)
}

func (d *desk) heardOf(verb string) (commands []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, command := range d.heard {
		if strings.HasPrefix(command, verb) {
			commands = append(commands, command)
		}
	}
	return commands
}

func (d *desk) serve(conn net.Conn) {
	defer func() { conn.Close() }()
	r, script := bufio.NewReader(conn), d.script
	d.note(func() {
		if d.onlyFirst && d.dials > 1 {
			script = nil
		}
	})
	say := func(verb, usual string) bool {
		reply, ok := script[verb]
		if !ok {
			reply = usual
		}
		switch reply {
		case "cut":
			return false
		case "silence":
			r.ReadByte() // until the client gives up
			return false
		}
		if reply, slow := strings.CutPrefix(reply, "slowly "); slow {
			return slowly(conn, reply+"\r\n")
		}
		fmt.Fprintf(conn, "%s\r\n", reply)
		return true
	}
	if !say("HELLO", "220 desk.test ESMTP") {
		return
	}
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimSpace(line)
		verb, _, _ := strings.Cut(strings.ToUpper(line), " ")
		d.note(func() { d.heard = append(d.heard, line) })
		usual := "250 2.0.0 done"
		switch verb {
		case "EHLO":
			usual = strings.Join(append([]string{"250-desk.test", "250-ENHANCEDSTATUSCODES"}, d.features...), "\r\n250-")
			usual = strings.ReplaceAll(usual, "250-250-", "250-") + "\r\n250 8BITMIME"
		case "AUTH":
			usual = "235 2.7.0 welcome"
		case "DATA":
			usual = "354 go on"
		case "QUIT":
			usual = "221 2.0.0 bye"
		case "STARTTLS":
			usual = "220 2.0.0 ready"
		}
		if !say(verb, usual) {
			return
		}
		switch {
		case verb == "STARTTLS":
			conn = tls.Server(conn, d.tls)
			r = bufio.NewReader(conn)
		case verb == "DATA" && script["DATA"] == "":
			mail, ok := readMail(r)
			if !ok {
				return
			}
			if reply := script["DOT"]; d.keeps || reply == "" || strings.HasPrefix(reply, "250") {
				d.note(func() { d.mails = append(d.mails, mail) })
			}
			if !say("DOT", "250 2.0.0 queued as 4711 for lina@example.net") {
				return
			}
			if script["AFTER"] == "cut" {
				return
			}
		case verb == "QUIT":
			return
		}
	}
}

// slowly writes a reply byte by byte; false if the client hung up before its end.
func slowly(w io.Writer, reply string) bool {
	pace := time.NewTicker(time.Second)
	defer pace.Stop()
	for i := range len(reply) {
		<-pace.C
		if _, err := io.WriteString(w, reply[i:i+1]); err != nil {
			return false
		}
	}
	return true
}

func readMail(r *bufio.Reader) (string, bool) {
	var b strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return "", false
		}
		if line == ".\r\n" {
			return b.String(), true
		}
		b.WriteString(strings.TrimPrefix(line, "."))
	}
}

// url is how an operator would name the desk.
func (d *desk) url(scheme, user, query string) string {
	return scheme + "://" + user + d.listener.Addr().String() + query
}

// certificate is one for 127.0.0.1 that only the pool trusts, but for what the
// changes spoil.
func certificate(t testing.TB, changes ...func(*x509.Certificate)) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	for _, change := range changes {
		change(&template)
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, pool
}
