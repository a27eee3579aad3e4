package auth

import (
	"crypto/rand"
	"crypto/subtle"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
)

// period is how long a code is shown (RFC 6238, 5.2).
const period = 30 * time.Second

// spares is how many codes a person gets for the day the device is lost.
const spares = 8

// NewSecret makes what a device is told once (RFC 6238, base32).
func NewSecret() (string, error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "-", AccountName: "-"})
	if err != nil {
		return "", err
	}
	return key.Secret(), nil
}

// SecretAddress is how a device reads a secret, as a link or as a QR code.
func SecretAddress(organisation, email, secret string) string {
	label := strings.ReplaceAll(organisation, ":", " ")
	query := url.Values{"secret": {secret}, "issuer": {label}}
	u := url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + label + ":" + email, RawQuery: strings.ReplaceAll(query.Encode(), "+", "%20")}
	return u.String()
}

// step finds the step of time whose code was typed: the present one, or a neighbour for
// clocks that differ. It must be later than the last one used.
func step(secret, code string, last int64, now time.Time) (int64, bool) {
	code = strings.ReplaceAll(code, " ", "")
	for _, shift := range []int64{0, -1, 1} {
		at := now.Add(time.Duration(shift) * period)
		want, err := totp.GenerateCodeCustom(secret, at, totp.ValidateOpts{Period: uint(period.Seconds()), Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		n := at.Unix() / int64(period.Seconds())
		if err == nil && n > last && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return n, true
		}
	}
	return 0, false
}

// newSpares makes spare codes, of 50 bits each, and how they are kept.
func newSpares() (shown, kept []string) {
	for range spares {
		code := strings.ToLower(rand.Text()[:10])
		shown = append(shown, code[:5]+"-"+code[5:])
		kept = append(kept, hashed(code))
	}
	return shown, kept
}

// spent is the person after a code, spare or not, was used; ok says whether it fits.
func (p Person) spent(code string, now time.Time) (_ Person, ok bool) {
	if p.Secret == "" {
		return p, true
	}
	if n, ok := step(p.Secret, code, p.Step, now); ok {
		p.Step = n
		return p, true
	}
	spare := hashed(strings.NewReplacer("-", "", " ", "").Replace(strings.ToLower(code)))
	i := slices.Index(p.Spares, spare)
	if i < 0 {
		return p, false
	}
	p.Spares = slices.Delete(slices.Clone(p.Spares), i, i+1)
	return p, true
}
