package surveys

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"net/url"
	"regexp"

	"golang.org/x/net/idna"
)

// Key reads the private key that mails are signed with (DKIM, RFC 6376): RSA of a
// length that receivers trust (RFC 8301 section 3.2), or Ed25519 (RFC 8463).
func (m Mail) Key() (crypto.Signer, error) {
	const good = "make one with: openssl genrsa 2048"
	block, _ := pem.Decode([]byte(m.DKIMKey))
	if block == nil {
		return nil, wrong("mail.dkim_key", "key", "is not a key in PEM, with its lines -----BEGIN and -----END; "+good)
	}
	var key any
	var err error
	switch block.Type {
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	default:
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	}
	if err != nil {
		return nil, wrong("mail.dkim_key", "key", "holds no private key that can be read without a passphrase; "+good)
	}
	switch key := key.(type) {
	case ed25519.PrivateKey:
		return key, nil
	case *rsa.PrivateKey:
		if bits := key.N.BitLen(); bits < 1024 {
			return nil, wrong("mail.dkim_key", "weak", "is RSA of %d bits, and receivers trust no less than 1024; %s", bits, good)
		}
		return key, nil
	}
	return nil, wrong("mail.dkim_key", "key", "is neither RSA nor Ed25519; "+good)
}

// validate checks what has to do with return paths and signatures.
func (m Mail) validate() error {
	if box, err := url.Parse(m.Bounces); m.Bounces != "" && (err != nil || box.Scheme != "imaps" && box.Scheme != "imap" || box.Hostname() == "" || box.User == nil) {
		return wrong("mail.bounces", "mailbox", `is not the address of a mailbox; write it like "imaps://user:password@mail.example.org/INBOX"`) // it may hold a password
	}
	if m.ReturnPath != "" {
		_, name := idna.Lookup.ToASCII(m.ReturnPath)
		_, address := Normalise("bounce@" + m.ReturnPath)
		if name != nil || address != nil {
			return wrong("mail.return_path", "domain", `%q is not a domain; write it like "bounces.example.org"`, m.ReturnPath)
		}
	}
	label := `[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?`
	switch selector := regexp.MustCompile(`^` + label + `(\.` + label + `)*$`); {
	case m.DKIMKey == "" && m.DKIMSelector == "":
		return nil
	case m.DKIMKey == "":
		return wrong("mail.dkim_key", "needed", "must be set where mail.dkim_selector is: it is the private key, in PEM, whose public half stands in the DNS")
	case !selector.MatchString(m.DKIMSelector):
		return wrong("mail.dkim_selector", "label", `%q is not a name in the DNS; where the public key stands at entendu._domainkey.example.org, write "entendu"`, m.DKIMSelector)
	}
	_, err := m.Key()
	return err
}
