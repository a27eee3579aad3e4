package surveys_test

import (
	"errors"
	"io/fs"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/entendu/entendu/surveys"
)

func survey(t tester) surveys.Survey {
	t.Helper()
	s, err := surveys.FindSurvey(surveys.AfterHandling, 1)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return s
}

// TestCheck posts one field beside a good answer.
func TestCheck(t *testing.T) {
	family := "👩‍👩‍👧‍👦" // 7 characters, 25 bytes
	for _, test := range []struct {
		field  string
		posted []string
		want   string // value
		key    string // of the problem
	}{
		{"delay", []string{"1"}, "1", ""},
		{"delay", []string{"5"}, "5", ""},
		{"delay", nil, "", "required"},
		{"delay", []string{""}, "", "required"},
		{"delay", []string{" \r\n"}, "", "required"},
		{"delay", []string{"0"}, "", "choose"},
		{"delay", []string{"6"}, "", "choose"},
		{"delay", []string{"-1"}, "", "choose"},
		{"delay", []string{"+4"}, "", "choose"},
		{"delay", []string{"04"}, "", "choose"},
		{"delay", []string{"4.0"}, "", "choose"},
		{"delay", []string{" 4"}, "", "choose"},
		{"delay", []string{"٤"}, "", "choose"},
		{"delay", []string{"99999999999999999999"}, "", "choose"},
		{"delay", []string{"4", "4"}, "", "repeated"},
		{"delay", []string{"", ""}, "", "repeated"},
		{"recommend", []string{"0"}, "0", ""},
		{"recommend", []string{"10"}, "10", ""},
		{"recommend", []string{"11"}, "", "choose"},
		{"recommend", []string{""}, "", ""},
		{"resolved", []string{"partly"}, "partly", ""},
		{"resolved", []string{"Partly"}, "", "choose"},
		{"resolved", []string{""}, "", ""},
		{"nudged", []string{"no"}, "no", ""},
		{"callback", []string{"yes"}, "yes", ""},
		{"callback", []string{"on"}, "", "choose"},
		{"callback", nil, "", ""},
		{"comment", []string{"  Merci !\r\nLina  "}, "Merci !\nLina", ""},
		{"comment", []string{"<script>{{.}}=cmd\u202e"}, "<script>{{.}}=cmd\u202e", ""},
		{"comment", []string{strings.Repeat("é", 2000)}, strings.Repeat("é", 2000), ""},
		{"comment", []string{strings.Repeat("é", 2001)}, strings.Repeat("é", 2001), "long"},
		{"comment", []string{strings.Repeat(family, 285) + "12345"}, strings.Repeat(family, 285) + "12345", ""},
		{"comment", []string{strings.Repeat(family, 285) + "123456"}, strings.Repeat(family, 285) + "123456", "long"},
		{"comment", []string{strings.Repeat("x\r\n", 999) + "yz"}, strings.Repeat("x\n", 999) + "yz", ""},
		{"comment", []string{"a\x00b"}, "", "unreadable"},
		{"comment", []string{"\xff"}, "", "unreadable"},
		{"comment", []string{"a", "b"}, "", "repeated"},
		{"no-question", []string{"x", "y"}, "", ""},
	} {
		f := url.Values{"delay": {"4"}, "listening": {"5"}}
		f[test.field] = test.posted
		values, err := survey(t).Check(f)
		invalid, _ := surveys.AsInvalid(err)
		key := ""
		if invalid != nil {
			values = invalid.Values
			if key = invalid.Problems[0].Key; len(invalid.Problems) != 1 || invalid.Problems[0].Field != test.field {
				t.Errorf("%s %.20q: %v", test.field, test.posted, invalid.Problems)
			}
		}
		if values[test.field] != test.want || key != test.key {
			t.Errorf("%s %.20q: %.20q, problem %q; want %.20q, %q", test.field, test.posted, values[test.field], key, test.want, test.key)
		}
		if values["listening"] != "5" {
			t.Errorf("%s %.20q: the other field was lost", test.field, test.posted)
		}
	}
}

// TestCheckKeepsWhatItTook: what passed once passes again and is the same.
func TestCheckKeepsWhatItTook(t *testing.T) {
	s := survey(t)
	rapid.Check(t, func(t *rapid.T) {
		f := url.Values{}
		for _, q := range s.Questions {
			f[q.Name] = rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(append(q.Choices, "", "yes", "3")), rapid.String()), 0, 2).Draw(t, q.Name)
		}
		values, err := s.Check(f)
		invalid, bad := surveys.AsInvalid(err)
		if bad {
			soundProblems(t, s, invalid)
			return
		}
		again := url.Values{}
		for name, v := range values {
			again.Set(name, v)
			if !utf8.ValidString(v) || v == "" || strings.ContainsRune(v, 0) {
				t.Fatalf("%s holds %q", name, v)
			}
		}
		if diff := cmp.Diff(values, must(s.Check(again))); diff != "" {
			t.Fatalf("checked again (-once +twice):\n%s", diff)
		}
	})
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func soundProblems(t tester, s surveys.Survey, i *surveys.Invalid) {
	t.Helper()
	for _, p := range i.Problems {
		if !slices.ContainsFunc(s.Questions, func(q surveys.Question) bool { return q.Name == p.Field }) ||
			!slices.Contains([]string{"required", "choose", "long", "unreadable", "repeated"}, p.Key) {
			t.Fatalf("problem %+v", p)
		}
	}
}

func TestSurveyOfTheDesign(t *testing.T) {
	var names, required []string
	for _, q := range survey(t).Questions {
		names = append(names, q.Name)
		if q.Required {
			required = append(required, q.Name)
		}
	}
	if diff := cmp.Diff([]string{"delay", "listening", "resolved", "recommend", "comment", "callback", "nudged", "private", "tell"}, names); diff != "" {
		t.Errorf("questions (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"delay", "listening"}, required); diff != "" {
		t.Errorf("required (-want +got):\n%s", diff)
	}
	for _, v := range []int{-1, 0, 2} {
		if _, err := surveys.FindSurvey(surveys.AfterHandling, v); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("version %d: %v", v, err)
		}
	}
	if _, err := surveys.FindSurvey("another", 1); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("another survey: %v", err)
	}
}

func TestScore(t *testing.T) {
	a := surveys.Answer{Values: map[string]string{"delay": "4", "comment": "x"}}
	for question, want := range map[string]int{"delay": 4, "comment": -1, "listening": -1} {
		n, ok := a.Score(question)
		if ok != (want >= 0) || ok && strconv.Itoa(n) != a.Values[question] {
			t.Errorf("%s: %d, %v", question, n, ok)
		}
	}
}
