package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/surveys"
)

// bothWays gives for each key another value than the default, as a file has it and as
// its page posts it: names that begin with a dot go on after the key, which "" is.
type bothWays struct {
	toml string
	form map[string][]string
}

func one(value string) map[string][]string { return map[string][]string{"": {value}} }

func span(n, unit string) map[string][]string { return map[string][]string{"": {n}, ".unit": {unit}} }

func examples(t *testing.T) map[string]bothWays {
	key := dkimKey(t)
	return map[string]bothWays{
		"organisation.name":             {`"Atelier & Fils"`, one("Atelier & Fils")},
		"organisation.languages":        {`["de", "fr"]`, map[string][]string{"": {"de", "fr", ""}}},
		"organisation.timezone":         {`"Pacific/Kiritimati"`, one("Pacific/Kiritimati")},
		"organisation.helpdesk_address": {`"support@example.org"`, one(" support@example.org ")},
		"promise.default":               {`"3d"`, span("3", "d")},
		"promise.since":                 {`2026-01-31`, one("2026-01-31")},
		"promise.category": {`{ "vol. 2" = "24h", delivery = "2d" }`, map[string][]string{
			"": {"delivery", "vol. 2", ""}, ".n": {"2", "24", ""}, ".unit": {"d", "h", "h"}}},
		"asking.delay":           {`"0"`, span("0", "h")},
		"asking.hours":           {`"mon-sun 08:00-20:00"`, one("mon-sun 08:00-20:00")},
		"asking.rest":            {`"2mo"`, span("2", "mo")},
		"asking.answer_within":   {`"14d"`, span("14", "d")},
		"asking.reminder_after":  {`"4d"`, span("4", "d")},
		"asking.sample":          {`0.333`, one("0,333")},
		"asking.skip_tags":       {`["test", "vip client"]`, one("test\r\nvip client\r\n")},
		"asking.staff":           {`["@example.org"]`, one("@example.org")},
		"asking.too_old":         {`"12h"`, span("12", "h")},
		"comparing.advisers":     {`7`, one("7")},
		"publishing.public":      {`false`, one("false")},
		"publishing.period":      {`"quarter"`, one("quarter")},
		"publishing.minimum":     {`15`, one("15")},
		"privacy.raw_events":     {`"7d"`, span("7", "d")},
		"privacy.addresses":      {`"30d"`, span("30", "d")},
		"privacy.answers":        {`"13mo"`, span("13", "mo")},
		"privacy.controller":     {`"Maison Poulain, 1 rue X"`, one("Maison Poulain, 1 rue X")},
		"privacy.notice":         {`"one\ntwo"`, one("one\r\ntwo")},
		"mail.connections":       {`4`, one("4")},
		"mail.per_second":        {`2.5`, one("2.5")},
		"mail.return_path":       {`"bounces.example.org"`, one("bounces.example.org")},
		"mail.bounces":           {`"imaps://user:tidepool@mail.example.org/INBOX"`, one("imaps://user:tidepool@mail.example.org/INBOX")},
		"mail.dkim_key":          {"'''\n" + key + "'''\ndkim_selector = \"entendu\"", map[string][]string{"": {strings.ReplaceAll(key, "\n", "\r\n")}, "mail.dkim_selector": {"entendu"}}},
		"mail.dkim_selector":     {"\"other\"\ndkim_key = '''\n" + key + "'''", map[string][]string{"": {"other"}, "mail.dkim_key": {key}}},
		"team[billing].name":     {"", nil}, // it is what the team is found by
		"team[billing].address":  {`"new@example.org"`, one("new@example.org")},
		"source[desk].name":      {"", nil}, // likewise
		"source[desk].kind":      {`"freshdesk"`, one("freshdesk")},
		"source[desk].secret":    {"", nil}, // begun and ended by buttons: web's TestASecretIsReplacedWithoutLoss
		"source[desk].freshness": {`"0"`, span("0", "m")},
		"source[desk].api":       {"\"https://x.example.org\"\ntoken = \"abc\"", map[string][]string{"": {"https://x.example.org"}, "source[desk].token": {"abc"}}},
		"source[desk].token":     {"\"abc\"\napi = \"https://x.example.org\"", map[string][]string{"": {"abc"}, "source[desk].api": {"https://x.example.org"}}},
		"source[desk].statuses":  {`{ "on hold" = "pending" }`, map[string][]string{"": {"on hold", ""}, ".status": {"pending", ""}}},
	}
}

// TestEverySettingOnItsPage: for every key there is, its page has a control and says what
// it is, and saving there keeps the same as the settings file.
func TestEverySettingOnItsPage(t *testing.T) {
	s := assembled(t)
	cookie := enterAs(t, s, standIn{"manager", auth.Person{Role: auth.Manager, AllTeams: true}})
	start := surveys.DefaultSettings()
	start.Teams = []surveys.Team{{Name: "billing", Address: "old@example.org"}}
	start.Sources = []surveys.Source{{Name: "desk", Kind: "zendesk", Secret: "0123456789abcdef", Freshness: surveys.Span{N: 5, Unit: "m"}}}
	all := examples(t)
	for _, x := range start.All() {
		e, ok := all[x.Key]
		if !ok {
			t.Errorf("%s has no example here", x.Key)
		}
		delete(all, x.Key)
		if e.toml == "" {
			continue
		}
		t.Run(x.Key, func(t *testing.T) {
			reset(t, s, start)
			address := pageOf(x.Key)
			page := visit(t, s, http.MethodGet, address, cookie, nil)
			if !strings.Contains(page, `name="`+x.Key+`"`) || strings.Contains(page, "⟦") {
				t.Errorf("its page has no control for it, or lacks a text")
			}
			form := url.Values{"seen": {"0"}, "corrects": {"yes"}}
			for name, values := range e.form {
				if name == "" || strings.HasPrefix(name, ".") {
					name = x.Key + name
				}
				form[name] = values
			}
			form.Set("seen", latestN(t, s))
			visit(t, s, http.MethodPost, address, cookie, form)
			want, err := merge(start, []byte(fileOf(x.Key, e.toml)), s.words.Languages())
			if err != nil {
				t.Fatal(err)
			}
			got, err := latestSettings(t.Context(), s.store)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got.Settings, kept); diff != "" {
				t.Errorf("file -, page +\n%s", diff)
			}
			if len(start.Differences(want)) == 0 || got.By != "manager" {
				t.Errorf("nothing was changed, or nobody is named: %q", got.By)
			}
		})
	}
	for key := range all {
		t.Errorf("there is no setting %s", key)
	}
}

// pageOf is where a key is decided.
func pageOf(key string) string {
	table, _, named := strings.Cut(key, "[")
	switch {
	case named && table == "team":
		return "/manage/settings/teams"
	case named:
		return "/manage/settings/sources/desk"
	}
	table, _, _ = strings.Cut(key, ".")
	return "/manage/settings/" + table
}

// fileOf is the settings file that sets a key.
func fileOf(key, value string) string {
	table, name, _ := strings.Cut(key, ".")
	if kind, rest, named := strings.Cut(table, "["); named {
		return "[[" + kind + "]]\nname = " + strconv.Quote(strings.TrimSuffix(rest, "]")) + "\n" + name + " = " + value + "\n"
	}
	return "[" + table + "]\n" + name + " = " + value + "\n"
}

// reset puts settings in force.
func reset(t *testing.T, s *service, to surveys.Settings) {
	t.Helper()
	_, err := deciderIn(s.store, s.words).Decide(t.Context(), surveys.Decision{By: "reset", Seen: surveys.Whatever, Corrects: true, Alter: func(now *surveys.Settings) error {
		*now = to
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
}

func latestN(t *testing.T, s *service) string {
	t.Helper()
	change, err := latestSettings(t.Context(), s.store)
	if err != nil {
		t.Fatal(err)
	}
	return strconv.FormatInt(change.N, 10)
}

// visit asks for a page inside, and must be let.
func visit(t *testing.T, s *service, method, address, cookie string, form url.Values) string {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "http://localhost:8080")
	r.Header.Set("Cookie", "entendu_session="+cookie)
	w := httptest.NewRecorder()
	s.pages.ServeHTTP(w, r)
	if want := map[string]int{http.MethodGet: http.StatusOK, http.MethodPost: http.StatusSeeOther}[method]; w.Code != want {
		t.Fatalf("%s %s: %d, want %d: %.600s", method, address, w.Code, want, w.Body)
	}
	return w.Body.String()
}
