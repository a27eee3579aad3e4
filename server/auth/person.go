package auth

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"
)

// Person is somebody who may sign in. The id follows from the address, so nobody exists
// twice, and to find a person by address is to read one record.
type Person struct {
	ID       string
	Email    string // as Normal writes it
	Name     string
	Role     Role
	AllTeams bool     // of a Manager: they see all teams
	Teams    []string // of a Manager who does not: those they see
	Agents   []string // of an Adviser: "source/agent", as helpdesks name them
	Language string   // of their pages; "" for what their browser asks
	Disabled bool
	AddedAt  time.Time
	Since    time.Time // sessions and links made before it are over

	Password string   // argon2id (RFC 9106) in PHC form; "" before they chose one
	Secret   string   // of their codes, base32 (RFC 6238); "" before they confirmed one
	Step     int64    // of the last code they used: none opens twice
	Spares   []string // hashes of the codes for who has lost the device; each opens once
	Subject  string   // "issuer subject" at the organisation's own sign-in; "" before the first
	Rev      int64
}

// Normal is an address as it is compared: without space around it, in small letters.
func Normal(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// PersonID is the id of who has an address.
func PersonID(email string) string {
	sum := sha256.Sum256([]byte("person\x00" + Normal(email)))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// active says whether a person may sign in at all.
func (p Person) active() bool { return p.ID != "" && !p.Disabled }

// entered says whether a person has ever had a way to come in by themselves.
func (p Person) entered() bool { return p.Password != "" || p.Subject != "" }
