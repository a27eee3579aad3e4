package surveys

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"strings"
)

// Keys signs the links in mails: a token is an id and an HMAC over purpose and id,
// so nothing that lies in the store opens a link.
type Keys struct {
	secrets [][]byte // the first signs, all verify
}

// The purposes of a link; a token for one opens no other.
const (
	ToAnswer Purpose = "answer" // the id is Invitation.ID
	ToStop   Purpose = "stop"   // the id is Customer.Person
	ToFollow Purpose = "follow" // the id is a ticket's and its customer's: Keys.ToTicket
	ToName   Purpose = "name"   // the local part of a Message-ID
	ToRemind Purpose = "remind" // the local part of a reminder's Message-ID
	ToBounce Purpose = "bounce" // the local part of a return path
	ToErrand Purpose = "errand" // the local part of the Message-ID of an errand's mail
)

// Purpose is what a link is for.
type Purpose string

// ErrForged is for a token that we did not sign.
var ErrForged = errors.New("the link was not made here")

// NewKeys takes the operator's secrets, newest first; there must be one.
func NewKeys(secrets ...string) Keys {
	k := Keys{}
	for _, s := range secrets {
		k.secrets = append(k.secrets, []byte(s))
	}
	return k
}

// Sign makes the token for an id of 16 bytes in base64url, 43 characters long. That
// for anything else opens, but leads nowhere.
func (k Keys) Sign(p Purpose, id string) string {
	raw, err := base64.RawURLEncoding.DecodeString(id)
	if err != nil {
		raw = []byte(id)
	}
	return base64.RawURLEncoding.EncodeToString(append(raw, mac(k.secrets[0], p, raw)...))
}

// SignFolded is Sign for where letters may lose their case, as the local part of a
// return path does at some servers: 52 small letters and digits (RFC 5321 4.5.3.1.1
// allows a local part 64).
func (k Keys) SignFolded(p Purpose, id string) string {
	raw, _ := base64.RawURLEncoding.DecodeString(k.Sign(p, id))
	return strings.ToLower(folded().EncodeToString(raw))
}

// OpenFolded is Open for what SignFolded made, in any case.
func (k Keys) OpenFolded(p Purpose, token string) (id string, err error) {
	raw, err := folded().DecodeString(strings.ToUpper(token))
	if err != nil {
		return "", ErrForged
	}
	return k.Open(p, base64.RawURLEncoding.EncodeToString(raw))
}

func folded() *base32.Encoding { return base32.StdEncoding.WithPadding(base32.NoPadding) }

// Open gives the id in a token, or ErrForged. It takes the same time for any
// forgery of the same length.
func (k Keys) Open(p Purpose, token string) (id string, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	// The decoder forgives line ends and spare bits; one token has one spelling.
	if err != nil || len(raw) <= macSize || base64.RawURLEncoding.EncodeToString(raw) != token {
		return "", ErrForged
	}
	body, got := raw[:len(raw)-macSize], raw[len(raw)-macSize:]
	for _, secret := range k.secrets {
		if hmac.Equal(got, mac(secret, p, body)) {
			return base64.RawURLEncoding.EncodeToString(body), nil
		}
	}
	return "", ErrForged
}

// Fingerprint names the signing secret without telling it; the store keeps it so
// that a wrong secret is noticed before a link breaks.
func (k Keys) Fingerprint() string {
	return base64.RawURLEncoding.EncodeToString(mac(k.secrets[0], "fingerprint", nil)[:9])
}

// Knows says whether one of the secrets has this fingerprint.
func (k Keys) Knows(fingerprint string) bool {
	for _, secret := range k.secrets {
		if (Keys{secrets: [][]byte{secret}}).Fingerprint() == fingerprint {
			return true
		}
	}
	return false
}

const macSize = 16

func mac(secret []byte, p Purpose, raw []byte) []byte {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(p))
	h.Write([]byte{0})
	h.Write(raw)
	return h.Sum(nil)[:macSize]
}
