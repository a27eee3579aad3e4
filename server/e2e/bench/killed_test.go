package main

import "testing"

// TestKilledJudgesTheLog lets pass what may be and nothing more.
func TestKilledJudgesTheLog(t *testing.T) {
	whole := killed{log{accepted: 110, distinct: 100, doubles: 10, most: 2}, 2}
	if !whole.holds() {
		t.Errorf("%+v was not let pass", whole)
	}
	for name, spoil := range map[string]func(*killed){
		"a lost mail":                   func(k *killed) { k.missing = 1 },
		"a mail that nobody awaited":    func(k *killed) { k.foreign = 1 },
		"one mail three times":          func(k *killed) { k.most = 3 },
		"more doubles than connections": func(k *killed) { k.doubles = 2*connections + 1 },
	} {
		k := whole
		spoil(&k)
		if k.holds() {
			t.Errorf("%s was let pass", name)
		}
	}
}

func TestPartsAreNamed(t *testing.T) {
	p := usualParts()
	if err := p.Set("mail,claim"); err != nil || p.String() != "mail,claim" || p.has(killPart) || !p.has(drainPart, claimPart) {
		t.Errorf("%s, %v", p, err)
	}
	if err := p.Set("mail,post"); err == nil {
		t.Error("a part that there is not was taken")
	}
}
