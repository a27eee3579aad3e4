package surveys_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/entendu/entendu/surveys"
)

// decided has one of everything that managers decide.
func decided() surveys.Settings {
	s := surveys.DefaultSettings()
	s.Teams = []surveys.Team{{Name: "billing"}}
	s.Sources = []surveys.Source{{Name: "desk", Kind: "generic", Secret: "0123456789abcdef"}}
	return s
}

// notDecided are the fields of Settings that nobody decides by a key.
func notDecided(field string) bool { return field == "Promise.Past" }

// fields gives the address of every field of settings.
func fields(t *testing.T, v reflect.Value, name string) (all map[any]string) {
	all = map[any]string{}
	if name != "" && notDecided(name) {
		return all
	}
	if v.Kind() == reflect.Struct && v.Type() != reflect.TypeFor[surveys.Span]() {
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				for at, of := range fields(t, v.Field(i), strings.TrimPrefix(name+"."+f.Name, ".")) {
					all[at] = of
				}
			}
		}
		return all
	}
	if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct {
		return fields(t, v.Index(0), name)
	}
	all[v.Addr().Interface()] = name
	return all
}

// A field that is added to Settings and has no key would be on no page and in no log.
func TestEverySettingHasAKey(t *testing.T) {
	s := decided()
	all := fields(t, reflect.ValueOf(&s).Elem(), "")
	var keys []string
	for _, x := range s.All() {
		if all[x.Value] == "" {
			t.Errorf("%s stands for no field, or for one that another key stands for", x.Key)
		}
		delete(all, x.Value)
		keys = append(keys, x.Key)
	}
	for _, field := range all {
		t.Errorf("%s has no key", field)
	}
	if slices.Sort(keys); len(slices.Compact(keys)) != len(s.All()) {
		t.Errorf("a key stands twice in %q", keys)
	}
}

func TestDifferencesTellNoSecret(t *testing.T) {
	before, after := decided(), decided()
	before.Mail.Bounces, after.Mail.DKIMKey = "imaps://user:tidepool@mail.example.org", "the private key"
	after.Sources = []surveys.Source{{Name: "desk", Kind: "zammad", Secret: "fedcba9876543210", Token: "tidepool"}}
	after.Teams, after.Asking.Sample = nil, 0.5
	after.Promise.Category = map[string]surveys.Span{"b": {N: 1, Unit: "d"}, "a": {N: 2, Unit: "h"}}
	want := []surveys.Difference{
		{Key: "promise.category", To: "a = 2h, b = 1d"},
		{Key: "asking.sample", From: "1", To: "0.5"},
		{Key: "mail.bounces", From: "***"},
		{Key: "mail.dkim_key", To: "***"},
		{Key: "source[desk].kind", From: "generic", To: "zammad"},
		{Key: "source[desk].secret", From: "***", To: "***"},
		{Key: "source[desk].token", To: "***"},
		{Key: "team[billing].name", From: "billing"},
	}
	if got := before.Differences(after); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if got := before.Differences(before); got != nil {
		t.Errorf("settings differ from themselves by %v", got)
	}
}
