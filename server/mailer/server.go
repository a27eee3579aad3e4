package mailer

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/netip"
	"net/url"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
	"golang.org/x/net/idna"
)

// server is a mail server and how to talk to it.
type server struct {
	host     string
	port     int
	user     string
	password string
	security security
	helo     string
	roots    *x509.CertPool // nil for the system's
	within   time.Duration  // for connecting, for signing in, and for a dialogue
	grace    time.Duration
}

type security int

const (
	startTLS    security = iota // plain at first, TLS before anything that matters
	implicitTLS                 // RFC 8314 section 3.3
	noTLS
)

const (
	// connectWithin bounds finding and reaching the server.
	connectWithin = 15 * time.Second
	// dialogueWithin bounds a whole dialogue. RFC 5321 section 4.5.3.2 would give
	// a server longer, but the lease on the invitation must not end before.
	dialogueWithin = 90 * time.Second
	// graceToEnd is what a dialogue is given to end by itself once the program
	// stops: leaving a server after the final dot would mean writing twice.
	graceToEnd = 5 * time.Second
)

var errServer = errors.New("mail server: not a URL that can be used; good ones are smtp://user:password@mail.example.org:587, smtps://mail.example.org:465 and, without encryption, smtp://localhost:25?tls=none")

// parseServer reads the URL of a mail server. Its error does not repeat the URL,
// which may hold a password.
func parseServer(raw string) (server, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || u.Path != "" && u.Path != "/" || u.Fragment != "" {
		return server{}, errServer
	}
	s := server{host: u.Hostname(), port: 587, within: dialogueWithin, grace: graceToEnd, user: u.User.Username()}
	s.password, _ = u.User.Password()
	switch {
	case u.Scheme == "smtp" && u.RawQuery == "":
	case u.Scheme == "smtp" && u.RawQuery == "tls=none":
		s.security = noTLS
	case u.Scheme == "smtps" && u.RawQuery == "":
		s.security, s.port = implicitTLS, 465
	default:
		return server{}, errServer
	}
	if p := u.Port(); p != "" {
		if s.port, err = strconv.Atoi(p); err != nil || s.port < 1 || s.port > 65535 {
			return server{}, errServer
		}
	}
	return s, nil
}

// heloName is how we present ourselves: by our name on the web, because the
// machine's own would tell how the network behind is named. An IP address stands
// in brackets (RFC 5321 section 4.1.3).
func heloName(host string) string {
	ip, err := netip.ParseAddr(host)
	switch {
	case err == nil && ip.Is4():
		return "[" + host + "]"
	case err == nil:
		return "[IPv6:" + ip.WithZone("").String() + "]"
	}
	name, err := idna.Lookup.ToASCII(host)
	if err != nil {
		return "localhost"
	}
	return name
}

func (s server) tlsConfig() *tls.Config {
	return &tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12, RootCAs: s.roots}
}

// client is go-mail's client for one connection, opened by dial. A message needs
// no RSET after it and no NOOP before it: each would cost a round trip, and a
// connection that has died shows at once.
func (s server) client(dial gomail.DialContextFunc) (*gomail.Client, error) {
	options := []gomail.Option{
		gomail.WithPort(s.port), gomail.WithTimeout(s.within), gomail.WithHELO(s.helo), gomail.WithDialContextFunc(dial),
		gomail.WithoutNoop(), gomail.WithoutRset(), gomail.WithTLSConfig(s.tlsConfig()), gomail.WithTLSPolicy(gomail.NoTLS),
	}
	if s.security == startTLS {
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.user != "" {
		options = append(options, gomail.WithUsername(s.user), gomail.WithPassword(s.password), gomail.WithOpportunisticSMTPAuth(s.mechanisms()...))
	}
	return gomail.NewClient(s.host, options...)
}

// mechanisms are the ways to sign in, the best first. In the clear only where the
// operator wrote tls=none.
func (s server) mechanisms() []gomail.SMTPAuthType {
	if s.security == noTLS {
		return []gomail.SMTPAuthType{gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthCramMD5, gomail.SMTPAuthPlainNoEnc, gomail.SMTPAuthLoginNoEnc}
	}
	return []gomail.SMTPAuthType{gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin, gomail.SMTPAuthCramMD5}
}
