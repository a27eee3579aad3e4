package surveys

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The changes that can be made to the draft of a survey. Each gives the draft as it is
// then, or *Invalid with what stands against it; what it is given stays as it was.

const (
	mostQuestions = 20
	mostChoices   = 12
	mostText      = 300 // characters of a question or an answer to choose
	mostOpening   = 1000
	mostComment   = 2000
)

// Sort is one of the kinds of question that can be added.
type Sort string

// The sorts, as the form of the editor posts them.
const (
	Scale5       Sort = "scale-5"
	Scale10      Sort = "scale-10"
	OneChoice    Sort = "choice"
	SomeChoices  Sort = "several"
	WrittenWords Sort = "text"
)

// Sorts are all there are.
func Sorts() []Sort { return []Sort{Scale5, Scale10, OneChoice, SomeChoices, WrittenWords} }

// question makes a new one of a sort.
func (o Sort) question(name string) (Question, bool) {
	switch o {
	case Scale5:
		return Question{Name: name, Kind: Scale, Low: 1, High: 5}, true
	case Scale10:
		return Question{Name: name, Kind: Scale, Low: 0, High: 10}, true
	case OneChoice:
		return Question{Name: name, Kind: Choice}, true
	case SomeChoices:
		return Question{Name: name, Kind: Several}, true
	case WrittenWords:
		return Question{Name: name, Kind: Text, Max: mostComment}, true
	}
	return Question{}, false
}

// IsCore says whether a question is one that the public figures are counted from. It
// stays, with its name, its kind and its being required; only its words can be others.
func IsCore(name string) bool { return name == "delay" || name == "listening" }

// isFieldName keeps field names to what stands in addresses, columns and scripts. The
// others that the form posts are taken.
func isFieldName(name string) bool {
	return regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`).MatchString(name) && name != "version" && name != "language"
}

// Code makes of an answer's words the code that is posted and stands in exports: "Trop
// long !" becomes trop_long. It is for the first words; changed ones keep the code.
func Code(label string) string {
	var code strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(label)) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9' && code.Len() > 0:
			code.WriteRune(r)
		case !unicode.Is(unicode.Mn, r) && code.Len() > 0:
			code.WriteByte('_')
		}
	}
	text := regexp.MustCompile(`_+`).ReplaceAllString(code.String(), "_")
	return cmp.Or(strings.Trim(text[:min(len(text), 24)], "_"), "a")
}

// invalid is one problem with one field.
func invalid(field, key string) error {
	return &Invalid{Problems: []Problem{{Field: field, Key: key}}}
}

// add puts a new question at the end. A name that any version ever had keeps its kind
// for good: answers under one name must be comparable with each other.
func (s Survey) add(past []Survey, name string, sort Sort) (Survey, error) {
	q, ok := sort.question(name)
	_, taken := s.Question(name)
	switch {
	case !isFieldName(name):
		return s, invalid("name", "name")
	case !ok:
		return s, invalid("sort", "choose")
	case taken:
		return s, invalid("name", "taken")
	case IsWords(name) != (q.Kind == Text):
		return s, invalid("name", "words")
	case len(s.Questions) >= mostQuestions:
		return s, invalid("name", "many")
	}
	for _, v := range past {
		if old, ok := v.Question(name); ok {
			if old.Kind != q.Kind || old.Low != q.Low || old.High != q.High {
				return s, invalid("name", "kind")
			}
			return s.bringBack(past, name)
		}
	}
	s.Questions = append(slices.Clone(s.Questions), q)
	return s, nil
}

// bringBack puts a question of an earlier version at the end, as it was there.
func (s Survey) bringBack(past []Survey, name string) (Survey, error) {
	_, taken := s.Question(name)
	for _, v := range slices.Backward(past) {
		if q, ok := v.Question(name); ok && !taken {
			q.When = Condition{}
			s.Questions = append(slices.Clone(s.Questions), q)
			for _, t := range v.Texts {
				if t.about(name) {
					s.Texts = append(slices.Clone(s.Texts), t)
				}
			}
			return s, nil
		}
	}
	return s, invalid("name", "choose")
}

// remove takes a question out, and every condition on it.
func (s Survey) remove(name string) (Survey, error) {
	at := s.place(name)
	if at < 0 || IsCore(name) {
		return s, invalid("name", "core")
	}
	s.Questions = slices.Delete(slices.Clone(s.Questions), at, at+1)
	for i, q := range s.Questions {
		if q.When.Question == name {
			s.Questions[i].When = Condition{}
		}
	}
	s.Texts = slices.DeleteFunc(slices.Clone(s.Texts), func(t SurveyText) bool { return t.about(name) })
	return s, nil
}

// move takes a question one place up or down. The first stays the first, because the
// mail asks it; and a question stays behind the one that its condition is about.
func (s Survey) move(name string, up bool) (Survey, error) {
	at := s.place(name)
	to := at + 1
	if up {
		to = at - 1
	}
	if at < 1 || to < 1 || to >= len(s.Questions) {
		return s, invalid("name", "first")
	}
	s.Questions = slices.Clone(s.Questions)
	s.Questions[at], s.Questions[to] = s.Questions[to], s.Questions[at]
	if later := s.Questions[max(at, to)]; s.Questions[min(at, to)].When.Question == later.Name {
		return s, invalid("name", "behind")
	}
	return s, nil
}

func (s Survey) place(name string) int {
	return slices.IndexFunc(s.Questions, func(q Question) bool { return q.Name == name })
}

// Change is what the page of one question posts.
type Change struct {
	Required bool
	When     Condition
	Drop     []string     // answers to choose that are taken out
	New      string       // the code of one more; "" for none
	Texts    []SurveyText // every text of the question; an empty one stands for that of the language file
}

// change changes one question.
func (s Survey) change(name string, c Change) (Survey, error) {
	at := s.place(name)
	if at < 0 {
		return s, invalid("name", "choose")
	}
	q := s.Questions[at]
	if !IsCore(name) {
		q.Required = c.Required && q.Kind != Tick
		q.When = c.When
	}
	if q.When.Question != "" {
		if problem := s.unfit(q.When, at); problem != "" {
			return s, invalid("when", problem)
		}
	}
	var err error
	if q.Choices, err = q.chosen(c); err != nil {
		return s, err
	}
	s.Questions = slices.Clone(s.Questions)
	s.Questions[at] = q
	s.dropConditions(q)
	return s.reword(c.Texts, func(t SurveyText) bool { return t.about(name) })
}

// unfit says why a condition cannot stand before the question at a place; "" if it can.
func (s Survey) unfit(c Condition, at int) string {
	before := s.place(c.Question)
	switch {
	case before < 0, before >= at, s.Questions[before].Kind == Text:
		return "earlier"
	case len(c.Answers) == 0:
		return "answers"
	}
	for _, v := range c.Answers {
		if !slices.Contains(s.Questions[before].Values(), v) {
			return "answers"
		}
	}
	return ""
}

// Values are the answers that can be chosen, as they are posted.
func (q Question) Values() (all []string) {
	switch q.Kind {
	case Choice, Several:
		return q.Choices
	case Tick:
		return []string{"yes"}
	case Scale:
		for n := q.Low; n <= q.High; n++ {
			all = append(all, strconv.Itoa(n))
		}
	}
	return all
}

// chosen are the answers to choose after a change.
func (q Question) chosen(c Change) ([]string, error) {
	all := slices.DeleteFunc(slices.Clone(q.Choices), func(v string) bool { return slices.Contains(c.Drop, v) })
	switch {
	case c.New == "":
		return all, nil
	case q.Kind != Choice && q.Kind != Several, !isFieldName(c.New):
		return all, invalid("new", "name")
	case slices.Contains(all, c.New):
		return all, invalid("new", "taken")
	case len(all) >= mostChoices:
		return all, invalid("new", "many")
	}
	return append(all, c.New), nil
}

// dropConditions takes away those on answers that cannot be chosen any more.
func (s Survey) dropConditions(changed Question) {
	for i, q := range s.Questions {
		if q.When.Question != changed.Name {
			continue
		}
		left := slices.DeleteFunc(slices.Clone(q.When.Answers), func(v string) bool { return !slices.Contains(changed.Values(), v) })
		if s.Questions[i].When.Answers = left; len(left) == 0 {
			s.Questions[i].When = Condition{}
		}
	}
}

// about says whether a text belongs to a question.
func (t SurveyText) about(question string) bool {
	return t.Key == "question."+question || strings.HasPrefix(t.Key, "question."+question+".")
}

// reword puts new texts in place of those that in names.
func (s Survey) reword(texts []SurveyText, in func(SurveyText) bool) (Survey, error) {
	s.Texts = slices.DeleteFunc(slices.Clone(s.Texts), in)
	var problems []Problem
	for _, t := range texts {
		if t.Text = strings.TrimSpace(strings.ReplaceAll(t.Text, "\r\n", "\n")); t.Text == "" || !in(t) {
			continue
		}
		if key := t.problem(); key != "" {
			problems = append(problems, Problem{Field: t.Language + " " + t.Key, Key: key})
		}
		s.Texts = append(s.Texts, t)
	}
	if problems != nil {
		return s, &Invalid{Problems: problems}
	}
	return s, nil
}

// problem says why a text cannot be shown: only the opening of the mail may have lines.
func (t SurveyText) problem() string {
	most, control := mostText, unicode.IsControl
	if t.Key == MailOpening {
		most, control = mostOpening, func(r rune) bool { return r != '\n' && unicode.IsControl(r) }
	}
	switch {
	case !utf8.ValidString(t.Text) || strings.ContainsFunc(t.Text, control):
		return "unreadable"
	case utf8.RuneCountInString(t.Text) > most:
		return "long"
	}
	return ""
}

// Lacking is what keeps a draft from being published: questions without their words in
// a language, choices with less than two answers. look says what the language files have.
func (s Survey) Lacking(languages []string, look func(language, key string) bool) (problems []Problem) {
	for _, q := range s.Questions {
		if (q.Kind == Choice || q.Kind == Several) && len(q.Choices) < 2 {
			problems = append(problems, Problem{Field: q.Name, Key: "choices"})
		}
		for _, language := range languages {
			for _, key := range q.keys() {
				if _, own := s.Own(language, key); !own && !look(language, key) {
					problems = append(problems, Problem{Field: q.Name, Key: "words_lacking"})
					break
				}
			}
		}
	}
	return slices.Compact(problems)
}

// keys are the texts that a question must have. The steps of a scale of five have words
// of their own only where an organisation gives them.
func (q Question) keys() []string {
	all := []string{"question." + q.Name}
	switch {
	case q.Kind == Choice, q.Kind == Several:
		for _, v := range q.Choices {
			all = append(all, fmt.Sprintf("question.%s.%s", q.Name, v))
		}
	case q.Kind == Scale && q.High == 10 && q.Name != "recommend":
		all = append(all, "question."+q.Name+".low", "question."+q.Name+".high")
	}
	return all
}

// Reworded are the core questions that a version asks in other words than the one before
// it, in any language: what was answered to the one cannot be compared with what was
// answered to the other.
func Reworded(before, after Survey) (names []string) {
	for _, name := range []string{"delay", "listening"} {
		if fmt.Sprint(before.texts(name)) != fmt.Sprint(after.texts(name)) {
			names = append(names, name)
		}
	}
	return names
}

// texts are those of a question, in one order.
func (s Survey) texts(question string) []SurveyText {
	return sorted(slices.DeleteFunc(slices.Clone(s.Texts), func(t SurveyText) bool { return !t.about(question) }))
}

func sorted(texts []SurveyText) []SurveyText {
	return slices.SortedFunc(slices.Values(texts), func(a, b SurveyText) int { return strings.Compare(a.Language+" "+a.Key, b.Language+" "+b.Key) })
}
