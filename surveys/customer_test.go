package surveys_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/entendu/entendu/surveys"
)

func TestNormalise(t *testing.T) {
	for given, want := range map[string]string{
		"lina@example.net":                         "lina@example.net",
		" Lina@Example.NET ":                       "lina@example.net",
		"lina+shop@example.net":                    "lina+shop@example.net",
		"li.na@example.net":                        "li.na@example.net",
		"Lina Roche <Lina@example.net>":            "lina@example.net",
		`"Roche, Lina" <lina@example.net>`:         "lina@example.net",
		"=?utf-8?q?L=C3=AFna?= <lina@example.net>": "lina@example.net",
		"lina@Bücher.example":                      "lina@xn--bcher-kva.example",
		"lina@XN--BCHER-KVA.example":               "lina@xn--bcher-kva.example",
		"lina@bu\u0308cher.example":                "lina@xn--bcher-kva.example",
		"LÏNA@例え.jp":                               "lïna@xn--r8jz45g.jp",
		`"lina"@example.net`:                       "lina@example.net",
		`"Lina Roche"@example.net`:                 `"lina roche"@example.net`,
		`"a@b"@example.net`:                        `"a@b"@example.net`,
		"lina@example.net\r\n":                     "lina@example.net",
		"":                                         "",
		"lina":                                     "",
		"@example.net":                             "",
		"lina@":                                    "",
		"lina@@example.net":                        "",
		"lina@exa mple.net":                        "",
		"lina@example.net, paul@example.net":       "",
		"lina@example.net\r\nBcc: paul@x.org":      "",
		"lina@example.net\nBcc:paul@x.org":         "",
		"\"li\r\nna\"@example.net":                 "",
		"lina@[192.0.2.1]":                         "",
		"lina@-example.net":                        "",
		"lina@example..net":                        "",
		"lina\x00@example.net":                     "",
		"lina@example.net (Lina)":                  "lina@example.net",
	} {
		got, err := surveys.Normalise(given)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v; want %q", given, got, err, want)
		}
		if err != nil && given != "" && strings.Contains(err.Error(), given) {
			t.Errorf("%q: the error tells the address: %v", given, err)
		}
	}
}

// TestNormaliseOnce: the normal form is its own, holds nothing that ends a line,
// and letters' case makes no difference to it.
func TestNormaliseOnce(t *testing.T) {
	part := rapid.OneOf(rapid.StringMatching(`[a-zA-Z0-9.+_-]{1,8}`), rapid.StringMatching(`"[ -~]{0,8}"`), rapid.StringN(1, 6, 20))
	rapid.Check(t, func(t *rapid.T) {
		given := part.Draw(t, "local") + "@" + rapid.OneOf(rapid.StringMatching(`[a-zA-Z0-9-]{1,6}\.[a-z]{2,3}`), part).Draw(t, "domain")
		once, err := surveys.Normalise(given)
		if err != nil {
			return
		}
		if twice, err := surveys.Normalise(once); twice != once || err != nil {
			t.Fatalf("%q is %q, and that is %q, %v", given, once, twice, err)
		}
		if strings.ContainsAny(once, "\r\n\x00") || strings.Count(once, "@") == 0 {
			t.Fatalf("%q is %q", given, once)
		}
	})
}

func TestPersonHidesTheAddress(t *testing.T) {
	a := surveys.PersonOf(salt, "lina@example.net")
	if len(a) != 22 || a != surveys.PersonOf(salt, "lina@example.net") {
		t.Errorf("%q", a)
	}
	for _, other := range []string{
		surveys.PersonOf(salt, "paul@example.net"), surveys.PersonOf([]byte("another salt"), "lina@example.net"),
		surveys.PersonOfRef(salt, "desk", "lina@example.net"), surveys.PersonOfRef(salt, "", "lina@example.net"),
	} {
		if other == a {
			t.Error("two persons are one")
		}
	}
	if surveys.PersonOfRef(salt, "desk", "7") == surveys.PersonOfRef(salt, "shop", "7") {
		t.Error("one id in two helpdesks is one person")
	}
}
