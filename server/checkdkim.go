package main

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// checkDKIM looks whether the key that receivers find is the one that signs.
func (u *checkup) checkDKIM(ctx context.Context) finding {
	mail := u.inUse.Mail
	if mail.DKIMKey == "" {
		return warn("Entendu does not sign its mails, because no [mail] dkim_key is set", "let the mail server sign by DKIM for "+u.mailer.Domain()+", or set dkim_key and dkim_selector")
	}
	key, err := mail.Key()
	if err != nil {
		return fail("[mail]: "+err.Error(), "correct it in a file and run: entendu settings apply FILE")
	}
	name := mail.DKIMSelector + "._domainkey." + u.mailer.Domain()
	records, err := u.txt(ctx, name)
	if err != nil {
		return dnsSilent(name, err)
	}
	return dkimFinding(name, records, key)
}

// dkimFinding compares the record with the key that signs.
func dkimFinding(name string, records []string, key crypto.Signer) finding {
	publish := fmt.Sprintf("publish one TXT record at %s: %s", name, dkimRecord(key.Public()))
	switch len(records) {
	case 0:
		return fail("there is no DKIM record at "+name, publish)
	case 1:
	default:
		return fail(name+" has more than one TXT record, so receivers choose by chance", publish)
	}
	record := tags(records[0])
	published, err := readPublic(record["k"], record["p"])
	switch {
	case record["p"] == "":
		return fail("the key at "+name+" is taken back: its p= is empty (RFC 6376 section 3.6.1)", publish)
	case err != nil:
		return fail("the key at "+name+" cannot be read: "+err.Error(), publish)
	case !published.Equal(key.Public()):
		return fail("the key at "+name+" is not the one that [mail] dkim_key signs with", publish)
	}
	return dkimStrength(name, record["t"], published)
}

// dkimStrength is for a record that fits.
func dkimStrength(name, flags string, published publicKey) finding {
	if key, ok := published.(*rsa.PublicKey); ok && key.N.BitLen() < 2048 {
		return warn(fmt.Sprintf("%s fits dkim_key, but has %d bits only", name, key.N.BitLen()), "make a key of 2048 bits (RFC 8301 section 3.2)")
	}
	if slices.Contains(strings.Split(flags, ":"), "y") {
		return warn(name+" fits dkim_key, but says t=y: receivers take the mails for unsigned ones", "take t=y out once the test mail arrives signed")
	}
	return pass("%s holds the public half of [mail] dkim_key", name)
}

// publicKey is what all of Go's are.
type publicKey interface{ Equal(crypto.PublicKey) bool }

// readPublic reads the p= of a record: an RSA key as most write it, or as
// RFC 6376 section 3.6.1 says; an Ed25519 key bare (RFC 8463 section 4).
func readPublic(kind, text string) (publicKey, error) {
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, errors.New("its p= is not base64")
	}
	if kind == "ed25519" {
		if len(der) != ed25519.PublicKeySize {
			return nil, fmt.Errorf("an Ed25519 key has 32 bytes, not %d", len(der))
		}
		return ed25519.PublicKey(der), nil
	}
	if key, err := x509.ParsePKCS1PublicKey(der); err == nil {
		return key, nil
	}
	key, err := x509.ParsePKIXPublicKey(der)
	if found, ok := key.(*rsa.PublicKey); ok {
		return found, nil
	}
	return nil, errors.Join(errors.New("it is no RSA key"), err)
}

// dkimRecord is what to publish for a key.
func dkimRecord(public crypto.PublicKey) string {
	if key, ok := public.(ed25519.PublicKey); ok {
		return "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(key)
	}
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return "v=DKIM1; k=rsa; p=…"
	}
	return "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(der)
}
