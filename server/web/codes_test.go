package web

import (
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

// codeAt is what a device that holds a secret shows.
func codeAt(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, at)
	if err != nil {
		t.Fatal(err)
	}
	return code
}
