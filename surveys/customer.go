package surveys

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/mail"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/idna"
)

// Customer is the only record that ties a random id to an address. Erasure and
// retention delete it: rows keep the id, which then leads to nobody, so counts of
// distinct customers stay right.
type Customer struct {
	Person   string // key: PersonOf(address) or PersonOfRef
	ID       string // random, with a sign of the house: see newCustomerID
	Address  string // as the helpdesk wrote it; "" if it told none
	Name     string
	Language string
	Timezone string // IANA name, "" if the helpdesk did not tell one we know
	SeenAt   time.Time
}

// completed gives the customer with what a notice tells and was not known.
func (c Customer) completed(n Notice) Customer {
	fill(&c.Name, n.Customer.Name)
	fill(&c.Language, n.Language)
	fill(&c.Timezone, n.Customer.Timezone)
	return c
}

// Suppression is an address that must not be written to, kept as its salted hash,
// also after erasure, so that a later import does not write again.
type Suppression struct {
	Person string // key
	Reason string
	At     time.Time
}

// The reasons of a suppression. One that stands is not replaced: the first is the
// one that counts.
const (
	Unsubscribed = "unsubscribed" // by the person, who may take it back
	Bounced      = "bounced"      // nobody is there
	Complained   = "complained"   // called spam
	Forgotten    = "erased"       // after the person's data were erased
	ByHand       = "by_hand"      // by the operator
)

// Normalise gives the form under which addresses are compared: trimmed, lower
// case, the domain in punycode; plus-tags are kept. It fails on what is not one
// address.
func Normalise(address string) (string, error) {
	a, err := mail.ParseAddress(strings.TrimSpace(address))
	if err != nil || strings.ContainsAny(a.Address, "\r\n") {
		return "", errors.New("not one mail address")
	}
	at := strings.LastIndexByte(a.Address, '@')
	domain, err := idna.Lookup.ToASCII(a.Address[at+1:])
	if err != nil || domain == "" { // some letters are none in a domain
		return "", errors.New("not a mail domain")
	}
	normal := mail.Address{Address: strings.ToLower(a.Address[:at]) + "@" + domain}
	return strings.Trim(normal.String(), "<>"), nil // quoted again where it must be
}

// isUnread says whether nobody reads what is sent to a normalised address: that of a
// machine, by the names that mail servers (RFC 5321 4.5.1, RFC 2142) and senders who
// want no answer give themselves. A survey sent there can only come back.
func isUnread(normalised string) bool {
	local, _, _ := strings.Cut(normalised[:strings.LastIndexByte(normalised, '@')], "+")
	name := strings.NewReplacer("-", "", "_", "", ".", "").Replace(local)
	begins := func(with string) bool { return strings.HasPrefix(name, with) }
	return name == "mailerdaemon" || name == "postmaster" || slices.ContainsFunc([]string{"noreply", "donotreply", "nepasrepondre"}, begins)
}

// PersonOf is the salted hash that stands for a normalised address. The salt lives
// in the store, so the hash says nothing outside it.
func PersonOf(salt []byte, normalised string) string { return person(salt, "address", normalised) }

// PersonOfRef stands for a customer of whom a helpdesk tells an id but no address.
func PersonOfRef(salt []byte, source, ref string) string {
	return person(salt, "ref", source+"\x00"+ref)
}

func person(salt []byte, kind, what string) string {
	h := hmac.New(sha256.New, salt)
	h.Write([]byte(kind + "\x00" + what))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:16])
}
