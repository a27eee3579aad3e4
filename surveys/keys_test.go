package surveys_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/entendu/entendu/surveys"
)

func purposes() []surveys.Purpose {
	return []surveys.Purpose{surveys.ToAnswer, surveys.ToStop, surveys.ToFollow, surveys.ToName}
}

// id draws an id as the domain makes them: 16 bytes in base64url.
func id(t *rapid.T) string {
	return base64.RawURLEncoding.EncodeToString(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
}

func TestTokensOpenForTheirPurposeOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, id := surveys.NewKeys(rapid.String().Draw(t, "secret")), id(t)
		for _, p := range purposes() {
			token := k.Sign(p, id)
			if len(token) != 43 || strings.ContainsAny(token, "+/=") {
				t.Fatalf("token %q", token)
			}
			for _, q := range purposes() {
				got, err := k.Open(q, token)
				if p == q && (got != id || err != nil) || p != q && !errors.Is(err, surveys.ErrForged) {
					t.Fatalf("a token to %s opened to %s gives %q, %v", p, q, got, err)
				}
			}
		}
	})
}

// TestChangedTokensAreRefused flips every bit of a token, cuts it everywhere and
// writes it in other ways.
func TestChangedTokensAreRefused(t *testing.T) {
	k := surveys.NewKeys("secret")
	token := k.Sign(surveys.ToAnswer, idOf("1", 1))
	var changed []string
	for i := range token {
		for bit := range 8 {
			b := []byte(token)
			b[i] ^= 1 << bit
			changed = append(changed, string(b))
		}
		changed = append(changed, token[:i], token[i+1:], token[:i]+"\n"+token[i:], token[:i]+"A"+token[i:])
	}
	for _, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" {
		if last := token[:42] + string(c); last != token {
			changed = append(changed, last)
		}
	}
	raw, _ := base64.RawURLEncoding.DecodeString(token)
	changed = append(changed, token+"=", token+"\r\n", token+token, strings.Repeat("A", 1<<20), base64.RawURLEncoding.EncodeToString(raw[16:]))
	for _, c := range changed {
		if got, err := k.Open(surveys.ToAnswer, c); !errors.Is(err, surveys.ErrForged) || got != "" {
			t.Errorf("%.60q opens %q, %v", c, got, err)
		}
	}
}

func TestRotation(t *testing.T) {
	before, both, after := surveys.NewKeys("old"), surveys.NewKeys("new", "old"), surveys.NewKeys("new")
	id := idOf("1", 1)
	for _, test := range []struct {
		name         string
		signs, opens surveys.Keys
		want         bool
	}{
		{"the same", before, before, true},
		{"an old link while both verify", before, both, true},
		{"a new link", both, after, true},
		{"a new link, by who has only the old", both, before, false},
		{"an old link after the old one is gone", before, after, false},
	} {
		got, err := test.opens.Open(surveys.ToStop, test.signs.Sign(surveys.ToStop, id))
		if (err == nil) != test.want || test.want && got != id {
			t.Errorf("%s: %q, %v", test.name, got, err)
		}
		if knows := test.opens.Knows(test.signs.Fingerprint()); knows != test.want {
			t.Errorf("%s: knows the fingerprint: %v", test.name, knows)
		}
	}
	if strings.Contains(before.Fingerprint(), "old") || before.Fingerprint() == after.Fingerprint() {
		t.Error("a fingerprint tells the secret, or is that of another")
	}
}

// word draws what may stand in an id: no control character, which intake refuses.
func word() *rapid.Generator[string] {
	return rapid.StringMatching(`[a-z0-9 :,/é]{0,4}`)
}

// TestIDsDoNotRunTogether: two different tuples never share an id.
func TestIDsDoNotRunTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type tuple struct {
			survey, source, id string
			closing            int
		}
		draw := func(name string) tuple {
			return tuple{word().Draw(t, name), word().Draw(t, name), word().Draw(t, name), rapid.IntRange(1, 12).Draw(t, name)}
		}
		a, b := draw("a"), draw("b")
		if rapid.Bool().Draw(t, "shift") { // the same letters, parted elsewhere
			b = a
			b.source, b.id = a.source+a.id, ""
		}
		of := func(x tuple) string {
			return surveys.InvitationID(x.survey, surveys.TicketKey{Source: x.source, ID: x.id}, x.closing)
		}
		if (of(a) == of(b)) != (a == b) {
			t.Fatalf("%+v and %+v", a, b)
		}
		if x, y := surveys.PersonOfRef(salt, a.source, a.id), surveys.PersonOfRef(salt, b.source, b.id); (x == y) != (a.source == b.source && a.id == b.id) {
			t.Fatalf("%+v and %+v are one person", a, b)
		}
		if surveys.PersonOf(salt, a.source+a.id) == surveys.PersonOfRef(salt, a.source, a.id) {
			t.Fatalf("an address and an id are one person")
		}
	})
}

func TestEventIDs(t *testing.T) {
	now := monday
	type event struct {
		source, delivery, body string
		at                     time.Time
	}
	for _, test := range []struct {
		name string
		a, b event
		same bool
	}{
		{"delivered again, later, in other words", event{"desk", "d-1", "x", now}, event{"desk", "d-1", "y", now.Add(day)}, true},
		{"another delivery of the same words", event{"desk", "d-1", "x", now}, event{"desk", "d-2", "x", now}, false},
		{"another source", event{"desk", "d-1", "x", now}, event{"shop", "d-1", "x", now}, false},
		{"no delivery, the same words", event{"desk", "", "x", now}, event{"desk", "", "x", now.Add(59 * minute)}, true},
		{"no delivery, the same words an hour later", event{"desk", "", "x", now}, event{"desk", "", "x", now.Add(hour)}, false},
		{"no delivery, other words", event{"desk", "", "x", now}, event{"desk", "", "y", now}, false},
		{"letters parted elsewhere", event{"desk", "1x", "", now}, event{"desk1", "x", "", now}, false},
		{"the delivery is the body", event{"desk", "x", "", now}, event{"desk", "", "x", now}, false},
		{"in another zone", event{"desk", "", "x", now}, event{"desk", "", "x", now.In(time.FixedZone("", 7200))}, true},
	} {
		of := func(e event) string { return surveys.EventID(e.source, e.delivery, []byte(e.body), e.at) }
		if (of(test.a) == of(test.b)) != test.same {
			t.Errorf("%s: the same %v", test.name, !test.same)
		}
	}
}
