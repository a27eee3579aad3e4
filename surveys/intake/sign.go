package intake

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
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
	encode    func([]byte) string
	hash      func() hash.Hash
	id        string
	stamp     string
	moment    func(string) (time.Time, error) // reads stamp
	write     func(time.Time) string          // writes it
	sep       string
}

// Unsigned is ErrUnsigned with its reason, for whoever sets the source up. The sender
// is not told.
type Unsigned struct {
	Why string // "missing": nothing to prove it by, "stale": another time, "mismatch": another secret
}

// Error says no more than ErrUnsigned.
func (u *Unsigned) Error() string { return ErrUnsigned.Error() }

// Is says that it is ErrUnsigned.
func (u *Unsigned) Is(target error) bool { return target == ErrUnsigned }

// signed is the Verify of a helpdesk that signs: nothing else proves its sender,
// since a secret in a header says nothing of the bytes and the time.
func signed(s scheme) func(http.Header, []byte, surveys.Source, time.Time) error {
	return func(h http.Header, body []byte, source surveys.Source, now time.Time) error {
		if h.Get(s.signature) == "" {
			return &Unsigned{"missing"}
		}
		if !s.fresh(h, source.Freshness, now) {
			return &Unsigned{"stale"}
		}
		for _, secret := range secrets(source.Secret) {
			if s.verify(h, body, secret) {
				return nil
			}
		}
		return &Unsigned{"mismatch"}
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
		err := verify(h, body, source, now)
		if err != nil && h.Get(s.signature) == "" && h.Get("Authorization") != "" {
			return &Unsigned{"mismatch"}
		}
		return err
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
	if h.Get("X-Entendu-Secret") == "" && h.Get("Authorization") == "" {
		return &Unsigned{"missing"}
	}
	return &Unsigned{"mismatch"}
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

// fresh says whether an event was signed just now, where a time is signed at all.
func (s scheme) fresh(h http.Header, within surveys.Span, now time.Time) bool {
	if s.stamp == "" {
		return true
	}
	at, err := s.moment(h.Get(s.stamp))
	return err == nil && (within.Off() || now.Sub(at).Abs() <= within.Fixed())
}

func (s scheme) verify(h http.Header, body []byte, secret string) bool {
	want := s.mac(h, body, secret)
	for _, text := range strings.Fields(h.Get(s.signature)) {
		encoded, ok := strings.CutPrefix(text, s.prefix)
		got, err := s.decode(encoded)
		if ok && err == nil && hmac.Equal(got, want) {
			return true
		}
	}
	return false
}

func (s scheme) mac(h http.Header, body []byte, secret string) []byte {
	parts := [][]byte{}
	for _, name := range []string{s.id, s.stamp} {
		if name != "" {
			parts = append(parts, []byte(h.Get(name)))
		}
	}
	mac := hmac.New(s.hash, key(secret))
	mac.Write(bytes.Join(append(parts, body), []byte(s.sep)))
	return mac.Sum(nil)
}

// sign sets the headers of an event that is sent now.
func (s scheme) sign(h http.Header, body []byte, secret string, now time.Time) {
	if s.id != "" {
		h.Set(s.id, rand.Text())
	}
	if s.stamp != "" {
		h.Set(s.stamp, s.write(now))
	}
	h.Set(s.signature, s.prefix+s.encode(s.mac(h, body, secret)))
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

func writeSeconds(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }

func writeISO(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// isoStamp reads a timestamp header like "2026-03-04T10:12:31Z".
func isoStamp(s string) (time.Time, error) { return time.Parse(time.RFC3339, s) }
