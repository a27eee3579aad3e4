package intake

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"hash"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/entendu/entendu/surveys"
)

// scheme is how a helpdesk signs: an HMAC over
//
//	id + sep + stamp + sep + body
//
// where id and stamp are the values of headers, left out where there is none.
type scheme struct {
	signature string // header; may hold several, separated by spaces
	prefix    string // before each encoded signature; others are ignored
	decode    func(string) ([]byte, error)
	hash      func() hash.Hash
	id        string
	stamp     string
	moment    func(string) (time.Time, error) // reads stamp
	sep       string
}

// signed is the Verify of a helpdesk that signs: nothing else proves its sender,
// since a secret in a header says nothing of the bytes and the time.
func signed(s scheme) func(http.Header, []byte, surveys.Source, time.Time) error {
	return func(h http.Header, body []byte, source surveys.Source, now time.Time) error {
		for _, secret := range secrets(source.Secret) {
			if s.verify(h, body, secret, source.Freshness, now) {
				return nil
			}
		}
		return ErrUnsigned
	}
}

// signedOrBearer takes the secret as a bearer token as well, for scripts that
// cannot sign; then TLS alone keeps the bytes and the time.
func signedOrBearer(s scheme) func(http.Header, []byte, surveys.Source, time.Time) error {
	verify := signed(s)
	return func(h http.Header, body []byte, source surveys.Source, now time.Time) error {
		for _, secret := range secrets(source.Secret) {
			if bears(h, secret) {
				return nil
			}
		}
		return verify(h, body, source, now)
	}
}

// stated is the Verify of a helpdesk that cannot sign: the secret stands in a
// header.
func stated(h http.Header, _ []byte, source surveys.Source, _ time.Time) error {
	for _, secret := range secrets(source.Secret) {
		if states(h, secret) {
			return nil
		}
	}
	return ErrUnsigned
}

// secrets splits the setting: several, separated by commas, are all taken while
// one replaces another. An empty setting gives none, and so verifies nothing.
func secrets(setting string) []string {
	list := []string{}
	for secret := range strings.SplitSeq(setting, ",") {
		if secret = strings.TrimSpace(secret); secret != "" {
			list = append(list, secret)
		}
	}
	return list
}

func (s scheme) verify(h http.Header, body []byte, secret string, fresh surveys.Span, now time.Time) bool {
	parts := [][]byte{}
	if s.id != "" {
		parts = append(parts, []byte(h.Get(s.id)))
	}
	if s.stamp != "" {
		stamp := h.Get(s.stamp)
		at, err := s.moment(stamp)
		if err != nil || !fresh.Off() && now.Sub(at).Abs() > fresh.Fixed() {
			return false
		}
		parts = append(parts, []byte(stamp))
	}
	mac := hmac.New(s.hash, key(secret))
	mac.Write(bytes.Join(append(parts, body), []byte(s.sep)))
	want := mac.Sum(nil)
	for _, text := range strings.Fields(h.Get(s.signature)) {
		encoded, ok := strings.CutPrefix(text, s.prefix)
		got, err := s.decode(encoded)
		if ok && err == nil && hmac.Equal(got, want) {
			return true
		}
	}
	return false
}

// key is the secret's bytes: as given, or what stands in base64 after "whsec_",
// the form in which Standard Webhooks hands them out.
func key(secret string) []byte {
	if encoded, ok := strings.CutPrefix(secret, "whsec_"); ok {
		if raw, err := base64.StdEncoding.DecodeString(encoded); err == nil && len(raw) > 0 {
			return raw
		}
	}
	return []byte(secret)
}

// states says whether a header holds the secret: as bearer token (RFC 6750), as
// the password of Basic (RFC 7617, the user's name is free), or by itself.
func states(h http.Header, secret string) bool {
	if same(h.Get("X-Entendu-Secret"), secret) {
		return true
	}
	how, what := credentials(h)
	raw, err := base64.StdEncoding.DecodeString(what)
	_, password, _ := strings.Cut(string(raw), ":")
	return how == "basic" && err == nil && same(password, secret) || bears(h, secret)
}

// bears says whether the secret comes as a bearer token (RFC 6750).
func bears(h http.Header, secret string) bool {
	how, what := credentials(h)
	return how == "bearer" && same(what, secret)
}

// credentials reads the Authorization header; the scheme is in small letters.
func credentials(h http.Header) (scheme, what string) {
	scheme, what, _ = strings.Cut(h.Get("Authorization"), " ")
	return strings.ToLower(scheme), strings.TrimSpace(what)
}

// same compares in a time that tells neither the content nor the length.
func same(got, secret string) bool {
	a, b := sha256.Sum256([]byte(got)), sha256.Sum256([]byte(secret))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// unixSeconds reads a timestamp header like "1772619151".
func unixSeconds(s string) (time.Time, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	return time.Unix(n, 0), err
}

// isoStamp reads a timestamp header like "2026-03-04T10:12:31Z".
func isoStamp(s string) (time.Time, error) { return time.Parse(time.RFC3339, s) }
