package surveys

import (
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// houseMark parts the random id of a customer from the sign of their house.
const houseMark = "."

// newCustomerID is a random id, which ends with a sign of the house that the address
// belongs to: a figure of which one organisation makes more than half is that
// organisation's, not many customers'. The sign is twelve bits of a salted hash of the
// domain, so that one in four thousand others shares it: enough to see that half of
// the answers come from one house, too little to name it, once the address is erased,
// for sure.
func newCustomerID(salt []byte, normalised string) string {
	return newID() + houseSign(salt, normalised)
}

// houseSign is "" for addresses that say nothing of whom somebody belongs to.
func houseSign(salt []byte, normalised string) string {
	domain := normalised[strings.LastIndexByte(normalised, '@')+1:]
	registered, err := publicsuffix.EffectiveTLDPlusOne(domain)
	if err != nil || isMailProvider(registered) {
		return ""
	}
	return houseMark + person(salt, "house", registered)[:2] // of six bits each
}

// HouseOf is the sign of the house at the end of a customer's id; "" where the address
// told none.
func HouseOf(customer string) string {
	_, house, _ := strings.Cut(customer, houseMark)
	return house
}

// isMailProvider says whether a domain gives addresses to anybody: its customers share
// nothing. The list need not be whole, for a figure in the whole of which one house
// makes more than half is told all the same.
func isMailProvider(registered string) bool {
	name, _, _ := strings.Cut(registered, ".")
	everywhere := []string{"aol", "gmail", "googlemail", "gmx", "hotmail", "icloud", "live", "mail", "msn", "outlook", "proton", "yahoo", "yandex", "ymail"}
	providers := []string{
		"163.com", "126.com", "qq.com", "sina.com", "naver.com", "mac.com", "me.com", "pm.me", "protonmail.com", "fastmail.com", "hey.com", "tutanota.com", "zoho.com",
		"bbox.fr", "free.fr", "laposte.net", "neuf.fr", "numericable.fr", "orange.fr", "sfr.fr", "wanadoo.fr",
		"freenet.de", "t-online.de", "web.de", "bluewin.ch", "aon.at", "chello.at",
		"proximus.be", "scarlet.be", "skynet.be", "telenet.be", "voo.be", "home.nl", "kpnmail.nl", "planet.nl", "upcmail.nl", "xs4all.nl", "ziggo.nl",
		"alice.it", "libero.it", "tin.it", "tiscali.it", "virgilio.it", "telefonica.net", "terra.es", "sapo.pt", "mail.ru", "rambler.ru", "wp.pl", "o2.pl", "seznam.cz",
		"btinternet.com", "sky.com", "talktalk.net", "virginmedia.com", "att.net", "comcast.net", "cox.net", "verizon.net", "sympatico.ca", "videotron.ca", "bigpond.com",
	}
	return slices.Contains(everywhere, name) || slices.Contains(providers, registered)
}
