package mailer

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/entendu/entendu/surveys"
)

// TestFormKeepsNothingOfALetter: what a Mailer has written before changes nothing.
func TestFormKeepsNothingOfALetter(t *testing.T) {
	kept := newMailer(t, config(t))
	for _, l := range oddLetters(t) {
		got, err := kept.invitation(l)
		want, fresh := newMailer(t, config(t)).invitation(l)
		if err != nil || fresh != nil {
			t.Fatal(err, fresh)
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(message{})); diff != "" {
			t.Errorf("the mail after others (-alone +after):\n%s", diff)
		}
	}
	if n := len(kept.forms.kept); n == 0 || n > mostForms {
		t.Errorf("%d forms are kept", n)
	}
}

// oddLetters differ from each other in everything that a mail says, one by one.
func oddLetters(t *testing.T) []surveys.Letter {
	l, r := letter(t, "fr"), reminder(t, "fr")
	all := []surveys.Letter{l, r}
	for _, change := range []func(*surveys.Letter){
		func(l *surveys.Letter) { l.Invitation.Number = "<b>0&1" },
		func(l *surveys.Letter) { l.Invitation.ClosedAt = l.Invitation.ClosedAt.AddDate(0, 1, 0) },
		func(l *surveys.Letter) { l.AnswerToken, l.StopToken = l.StopToken, l.AnswerToken },
		func(l *surveys.Letter) { l.FollowToken = "" },
		func(l *surveys.Letter) { l.FollowToken = l.StopToken },
		func(l *surveys.Letter) { l.Until = l.Date.AddDate(0, 0, 9) },
		func(l *surveys.Letter) { l.Organisation.Name = "Maison & Fils" },
		func(l *surveys.Letter) { l.Organisation.HelpdeskAddress = "" },
		func(l *surveys.Letter) { l.Organisation.Timezone = "Asia/Tokyo" },
		func(l *surveys.Letter) { l.Controller = "Maison Poulain SA" },
		func(l *surveys.Letter) { l.Keep = surveys.Span{} },
		func(l *surveys.Letter) { l.Language = "de" },
		func(l *surveys.Letter) { l.To, l.Name = "noah@example.net", "Noah" },
		func(l *surveys.Letter) { *l = r },
		func(l *surveys.Letter) { *l = r; l.Until = l.Date },
	} {
		other := l
		change(&other)
		all = append(all, other, l)
	}
	for n := range mostForms + 1 {
		other := l
		other.Controller = fmt.Sprint("Maison ", n)
		all = append(all, other)
	}
	return all
}
