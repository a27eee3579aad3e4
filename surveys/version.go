package surveys

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
)

// shelf holds the versions of surveys that were read: a published one never changes,
// so each is read once.
type shelf struct{ kept sync.Map } // versionKey → Survey

type versionKey struct {
	name    string
	version int
}

// find gives a survey as it was at a version; fs.ErrNotExist if there never was one. A
// draft is none.
func (h *shelf) find(ctx context.Context, st Store, name string, version int) (Survey, error) {
	if s, err := FindSurvey(name, version); err == nil {
		return s, nil
	}
	if version < 1 {
		return Survey{}, fmt.Errorf("survey %q version %d: %w", name, version, fs.ErrNotExist)
	}
	key := versionKey{name, version}
	if kept, ok := h.kept.Load(key); ok {
		return kept.(Survey), nil
	}
	s, err := st.GetSurvey(ctx, name, version)
	if err == nil {
		h.kept.Store(key, s)
	}
	return s, err
}

// SurveyInForce gives the version by which closings are asked about from now on: the
// last one published, or the one that comes with the program.
func SurveyInForce(ctx context.Context, st Store, name string) (Survey, error) {
	s, err := st.LatestSurvey(ctx, name)
	if errors.Is(err, fs.ErrNotExist) || err == nil && s.Version < 1 {
		return FindSurvey(name, 1)
	}
	return s, err
}

// FurtherQuestions are those that any version ever asked beside the ones that come with
// the program, in the order in which they were added.
func FurtherQuestions(ctx context.Context, st Store) (names []string, err error) {
	shipped, err := FindSurvey(AfterHandling, 1)
	if err != nil {
		return nil, err
	}
	for v, err := range st.Surveys(ctx) {
		if err != nil {
			return nil, err
		}
		for _, q := range v.Questions {
			if _, known := shipped.Question(q.Name); v.Version > 0 && !known && !slices.Contains(names, q.Name) {
				names = append(names, q.Name)
			}
		}
	}
	return names, nil
}

// The texts of a survey beside those of its questions.
const (
	MailSubject = "mail.subject" // {number} stands for that of the request
	MailOpening = "mail.opening" // also {date}, of its closing
)

// Question finds one by its name.
func (s Survey) Question(name string) (Question, bool) {
	for _, q := range s.Questions {
		if q.Name == name {
			return q, true
		}
	}
	return Question{}, false
}

// Own is the organisation's own text for a key in a language, if it has one. What stands
// in it in braces is filled in: pairs are names and values in turn.
func (s Survey) Own(language, key string, pairs ...string) (text string, ok bool) {
	for _, t := range s.Texts {
		if t.Language == language && t.Key == key {
			return strings.NewReplacer(pairs...).Replace(t.Text), true
		}
	}
	return "", false
}

// Say gives a text that customers read: the organisation's own, or what the language
// file has under the key. Where a language came to be offered after the survey was
// written, the text of another one is better than none.
func (s Survey) Say(language, key string, look func(key string) (string, bool)) string {
	if text, ok := s.Own(language, key); ok {
		return text
	}
	if text, ok := look(key); ok {
		return text
	}
	for _, t := range s.Texts {
		if t.Key == key {
			return t.Text
		}
	}
	return ""
}

// IsWords says whether a field holds what customers wrote by hand. It is told by the
// name, for good, so that erasing words needs to look nowhere else.
func IsWords(field string) bool {
	return field == "comment" || strings.HasPrefix(field, "comment_")
}
