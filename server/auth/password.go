package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// The cost of a password: argon2id with 19 MiB, two passes, one lane, the first choice of
// the OWASP password storage cheat sheet. Kept hashes name their own cost, so that these may be raised.
const (
	memory  = 19 << 10 // KiB
	passes  = 2
	lanes   = 1
	keySize = 32
)

// Lengths of a password, in characters: longer is better than stranger (NIST SP
// 800-63B, 5.1.1), and there is an end to what is hashed.
const (
	MinPassword = 12
	MaxPassword = 200
)

// Fits says whether a password may be chosen.
func Fits(password string) bool {
	n := utf8.RuneCountInString(password)
	return utf8.ValidString(password) && n >= MinPassword && n <= MaxPassword
}

// hashers bounds how much memory passwords take at once.
type hashers chan struct{}

func newHashers() hashers { return make(hashers, 2) }

func (h hashers) key(password string, salt []byte, m, t uint32, p uint8) []byte {
	h <- struct{}{}
	defer func() { <-h }()
	return argon2.IDKey([]byte(password), salt, t, m, p, keySize)
}

// hash makes the PHC form of a password.
func (h hashers) hash(password string) string {
	salt := make([]byte, 16)
	rand.Read(salt)
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, passes, lanes, b64(salt), b64(h.key(password, salt, memory, passes, lanes)))
}

// nobodys is the hash of a password that nobody has. It is compared where there is
// none, so that unknown people take as long as known ones.
const nobodys = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// is says whether a password is that of a hash; it always takes the time of one.
func (h hashers) is(password, hash string) bool {
	known := hash != ""
	if !known {
		hash = nobodys
	}
	var version int
	var m, t uint32
	var p uint8
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false
	}
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &m, &t, &p); err != nil || version != argon2.Version {
		return false
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	want, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || err2 != nil {
		return false
	}
	if len(password) > 4*MaxPassword { // bytes
		password = ""
	}
	return subtle.ConstantTimeCompare(h.key(password, salt, m, t, p), want) == 1 && known
}

// hashed is how a random secret is kept: 256 bits need no salt and no slow hash.
func hashed(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// random is n random bytes as text.
func random(n int) string {
	b := make([]byte, n)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}
