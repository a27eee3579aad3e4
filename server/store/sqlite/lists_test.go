package sqlite

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/entendu/entendu/surveys"
)

// What the store writes is read without package json, and says the same.
func TestListsAreReadAsWritten(t *testing.T) {
	now := surveys.Moment(time.Now())
	asWritten(t, []surveys.Transition{{Status: surveys.Open, At: now, LearntAt: now}, {}, {Status: surveys.Closed, LearntAt: now}}, fromTransition, readTransition)
	asWritten(t, []surveys.Closing{{N: 1, At: now, LearntAt: now, EndedAt: now}, {N: 2, Quiet: true}, {N: 3, Misdated: true, EndedAt: now}}, fromClosing, readClosing)
	asWritten(t, []surveys.Attempt{{At: now, Outcome: surveys.Accepted, Reply: "250 2.0.0 taken"}, {Step: surveys.ReminderMail}}, fromAttempt, readAttempt)
	asWritten(t, []surveys.Answer{
		{At: now, Version: 1, Language: "fr", Values: map[string]string{"delay": "4", "comment": "Très bien, {rien} à [redire] : \u202f« merci »"}},
		{At: now, Version: 2, Values: map[string]string{}, Suspect: true, LearntAt: now},
	}, fromAnswer, readAnswer)
}

func asWritten[D, K any](t *testing.T, want []D, from func(D) K, read func(*cursor) D) {
	t.Helper()
	text := list(each(want, from))
	if got, ok := elements(text, read); !ok || !reflect.DeepEqual(got, want) {
		t.Errorf("%s was read as %v, %v", text, got, ok)
	}
	for end := range text { // what is cut off is never taken for whole
		if got, ok := elements(text[:end], read); ok {
			t.Errorf("%s was read as %v", text[:end], got)
		}
	}
}

// What is written in any other way is left to package json.
func TestListsWrittenOtherwise(t *testing.T) {
	for _, values := range []map[string]string{nil, {"comment": "\"oui\""}, {"comment": "a\\b"}, {"comment": "<b>\n\x01\u2028"}, {"\"": ""}} {
		want := []surveys.Answer{{Language: "fr", Values: values}, {Values: map[string]string{"delay": "1"}}}
		otherwise(t, list(each(want, fromAnswer)), want)
	}
	later := []surveys.Answer{{Version: 2, Values: map[string]string{"delay": "1"}}}
	written := list(each(later, fromAnswer))
	otherwise(t, strings.Replace(written, `{"at"`, `{"new":{"a":[1]},"at"`, 1), later)
	otherwise(t, strings.ReplaceAll(written, `,`, `, `), later)
}

func otherwise(t *testing.T, text string, want []surveys.Answer) {
	t.Helper()
	if _, ok := elements(text, readAnswer); ok {
		t.Errorf("%s was read letter by letter", text)
	}
	var got []surveys.Answer
	if err := (listed[answer, surveys.Answer]{&got, readAnswer, answer.domain}).Scan(text); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%s was read as %v, %v", text, got, err)
	}
}
