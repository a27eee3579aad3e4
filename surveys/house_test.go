package surveys

import (
	"fmt"
	"testing"
)

// TestHouses: those of one organisation have one sign, whatever their addresses; those
// whom only a mail provider ties together have none.
func TestHouses(t *testing.T) {
	salt := []byte("salt")
	house := func(address string) string { return HouseOf(newCustomerID(salt, address)) }
	acme := house("lina@acme.example")
	if len(acme) != 2 || acme != house("boss@mail.acme.example") {
		t.Errorf("two of one house have the signs %q and %q", acme, house("boss@mail.acme.example"))
	}
	if other := house("lina@poulain.example"); other == acme || other == "" {
		t.Errorf("another house has the sign %q, and the first %q", other, acme)
	}
	if HouseOf(newCustomerID([]byte("pepper"), "lina@acme.example")) == acme {
		t.Error("the sign says something outside the store")
	}
	for _, address := range []string{"lina@gmail.com", "lina@yahoo.co.uk", "lina@orange.fr", "lina@co.uk", "lina@localhost"} {
		if sign := house(address); sign != "" {
			t.Errorf("%s has the sign %q", address, sign)
		}
	}
	if a, b := newCustomerID(salt, "lina@acme.example"), newCustomerID(salt, "lina@acme.example"); a == b {
		t.Error("an id is not random")
	}
	if HouseOf("an older id") != "" {
		t.Error("an id from before has a house")
	}
}

// TestHousesShareFewSigns: of a thousand houses nearly all have a sign of their own; with
// twelve bits some 112 pairs share one, with eight there would be two thousand.
func TestHousesShareFewSigns(t *testing.T) {
	pairs, met := 0, map[string]int{}
	for i := range 1000 {
		sign := houseSign([]byte("salt"), fmt.Sprintf("lina@house%d.example", i))
		pairs += met[sign]
		met[sign]++
	}
	if pairs < 60 || pairs > 180 {
		t.Errorf("%d pairs of a thousand houses share a sign", pairs)
	}
}
