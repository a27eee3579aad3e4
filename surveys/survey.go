package surveys

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Survey is a versioned list of questions. An answer is checked against the
// version its customer saw, and stays with it.
type Survey struct {
	Name      string
	Version   int // from 1; 0 is the draft of the next one
	Questions []Question
	Texts     []SurveyText // what an organisation says in its own words
	MadeAt    time.Time    // when it was published; zero for what comes with the program
	MadeBy    string       // who published it, by name
	Rev       int64        // of the draft: a published version never changes
}

// SurveyText is one text of one language that stands in place of the one in the
// language files.
type SurveyText struct {
	Language string
	Key      string // as in the language files: "question.delay", "level.1"
	Text     string
}

// Kind says how a question is answered.
type Kind string

// Scale is a whole number from Low to High, Choice one of Choices, Several any of
// them, Text free words of at most Max characters, Tick either "yes" or left out.
const (
	Scale   Kind = "scale"
	Choice  Kind = "choice"
	Several Kind = "several"
	Text    Kind = "text"
	Tick    Kind = "tick"
)

// Question is one field of a survey, posted under its name. Its words are the
// survey's own or live in the language files, under "question.<name>".
type Question struct {
	Name      string
	Kind      Kind
	Low, High int
	Choices   []string
	Max       int
	Required  bool
	When      Condition
}

// Condition is for a question that is asked only of who answered another one in a
// certain way; the zero one always holds.
type Condition struct {
	Question string   // an earlier one
	Answers  []string // any of these
}

// AfterHandling is the survey that asks about the handling of one ticket: the
// default one.
const AfterHandling = "after-handling"

// FindSurvey gives the survey as it was at a version; fs.ErrNotExist if there
// never was one.
func FindSurvey(name string, version int) (Survey, error) {
	if name != AfterHandling || version != 1 {
		return Survey{}, fmt.Errorf("survey %q version %d: %w", name, version, fs.ErrNotExist)
	}
	return Survey{Name: name, Version: 1, Questions: []Question{
		{Name: "delay", Kind: Scale, Low: 1, High: 5, Required: true},
		{Name: "listening", Kind: Scale, Low: 1, High: 5, Required: true},
		{Name: "resolved", Kind: Choice, Choices: []string{"yes", "partly", "no"}},
		{Name: "recommend", Kind: Scale, Low: 0, High: 10},
		{Name: "comment", Kind: Text, Max: 2000},
		{Name: "callback", Kind: Tick},
		{Name: "nudged", Kind: Choice, Choices: []string{"yes", "no"}},
		{Name: "private", Kind: Tick},
		{Name: "tell", Kind: Tick},
	}}, nil
}

// Problem is one thing wrong with one field, as a key that the page turns into a
// sentence.
type Problem struct {
	Field string
	Key   string // required, choose, long, unreadable, repeated
}

// Invalid is what is returned for an answer that was not stored. Values holds
// what was typed, to be shown again.
type Invalid struct {
	Problems []Problem
	Values   map[string]string
}

// Error names the fields; it never repeats what was typed.
func (i *Invalid) Error() string {
	var b strings.Builder
	for n, p := range i.Problems {
		if n > 0 {
			b.WriteString(", ")
		}
		b.WriteString(p.Field + ": " + p.Key)
	}
	return "the answer cannot be taken: " + b.String()
}

// Check reads a posted form: empty is not answered, unknown fields are ignored, a
// repeated field is an error. It gives the values that were answered, or *Invalid.
func (s Survey) Check(form url.Values) (map[string]string, error) {
	values, problems := s.read(form)
	if problems != nil {
		return nil, &Invalid{Problems: problems, Values: values}
	}
	return values, nil
}

func (s Survey) read(form url.Values) (values map[string]string, problems []Problem) {
	values = map[string]string{}
	for _, q := range s.Questions {
		if !q.When.Holds(values) { // it was not asked, so what was put there counts for nothing
			continue
		}
		v, key := q.check(form[q.Name])
		if v != "" {
			values[q.Name] = v
		}
		if key != "" {
			problems = append(problems, Problem{Field: q.Name, Key: key})
		}
	}
	return values, problems
}

// Holds says whether a question with this condition is asked of who answered so.
func (c Condition) Holds(values map[string]string) bool {
	return c.Question == "" || slices.ContainsFunc(strings.Fields(values[c.Question]), func(v string) bool { return slices.Contains(c.Answers, v) })
}

// check gives what one field holds and, where it cannot be taken, the key of why.
func (q Question) check(posted []string) (value, problem string) {
	if q.Kind == Several {
		posted = []string{strings.Join(posted, " ")}
	}
	if len(posted) > 1 {
		return "", "repeated"
	}
	if len(posted) == 0 || strings.TrimSpace(posted[0]) == "" {
		if q.Required {
			return "", "required"
		}
		return "", ""
	}
	v := posted[0]
	switch q.Kind {
	case Text:
		return q.checkText(v)
	case Tick:
		return among(v, []string{"yes"})
	case Choice:
		return among(v, q.Choices)
	case Several:
		return q.checkSeveral(strings.Fields(v))
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < q.Low || n > q.High || strconv.Itoa(n) != v {
		return "", "choose"
	}
	return v, ""
}

// checkSeveral writes all that were chosen in the order in which they were offered.
func (q Question) checkSeveral(chosen []string) (value, problem string) {
	var all []string
	for _, choice := range q.Choices {
		if slices.Contains(chosen, choice) {
			all = append(all, choice)
		}
	}
	if len(all) != len(chosen) {
		return "", "choose"
	}
	return strings.Join(all, " "), ""
}

// checkText counts characters, not bytes, as the customer does. Line ends come
// from browsers as CR LF and count as one.
func (q Question) checkText(v string) (value, problem string) {
	if !utf8.ValidString(v) || strings.ContainsRune(v, 0) {
		return "", "unreadable"
	}
	v = strings.TrimSpace(strings.ReplaceAll(v, "\r\n", "\n"))
	if utf8.RuneCountInString(v) > q.Max {
		return v, "long"
	}
	return v, ""
}

func among(v string, choices []string) (value, problem string) {
	if slices.Contains(choices, v) {
		return v, ""
	}
	return "", "choose"
}

// AsInvalid gives the *Invalid inside err, if there is one.
func AsInvalid(err error) (*Invalid, bool) {
	var invalid *Invalid
	ok := errors.As(err, &invalid)
	return invalid, ok
}
