package intake

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/entendu/entendu/surveys"
)

// answersIn gives what a file holds, and what was refused by its line.
func answersIn(t *testing.T, file string) (answers []surveys.Brought, refused map[int]string) {
	t.Helper()
	refused = map[int]string{}
	for row, err := range Answers(strings.NewReader(file), options(t)) {
		switch {
		case err != nil:
			t.Fatal(err)
		case row.Refused != "":
			refused[row.Line] = row.Refused
		default:
			answers = append(answers, row.Answer)
		}
	}
	return answers, refused
}

func utc(month time.Month, day, hour, minute, second, milli int) time.Time {
	return time.Date(2026, month, day, hour, minute, second, milli*1e6, time.UTC)
}

func TestAnswers(t *testing.T) {
	got, refused := answersIn(t, `ticket_id,answered_at,delay,listening,resolved,recommend,comment
1,2026-03-04T10:00:00Z,4,5,yes,10,"Merci,
à bientôt"
2,2026-03-04 10:00,4.0,"5,0",,,
3,2026-03-04,4,,,,'=1+1
,2026-03-04,4,,,,
5,,4,,,,
6,someday,4,,,,
7,2027-03-04,4,,,,
8,2026-03-04T10:00:00Z,4.5,,perhaps,,
`)
	want := []surveys.Brought{
		{TicketID: "1", At: utc(3, 4, 10, 0, 0, 0), Values: map[string]string{"delay": "4", "listening": "5", "resolved": "yes", "recommend": "10", "comment": "Merci,\nà bientôt"}},
		{TicketID: "2", At: utc(3, 4, 9, 0, 0, 0), Values: map[string]string{"delay": "4", "listening": "5"}},
		{TicketID: "3", At: utc(3, 4, 22, 59, 59, 999), Values: map[string]string{"delay": "4", "comment": "=1+1"}},
		{TicketID: "8", At: utc(3, 4, 10, 0, 0, 0), Values: map[string]string{"delay": "4.5", "resolved": "perhaps"}}, // the survey refuses it
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	wantRefused := map[int]string{
		6: "ticket_id: missing", 7: "answered_at: missing", 8: "answered_at: not a date that is understood, like 2026-03-04 10:12", 9: "answered_at: in the future",
	}
	if diff := cmp.Diff(wantRefused, refused); diff != "" {
		t.Errorf("refused (-want +got)\n%s", diff)
	}
}

// TestAnswersFrench: French headers, Windows-1252, semicolons, the day first.
func TestAnswersFrench(t *testing.T) {
	got, refused := answersIn(t, "ID du ticket;R\xe9pondu le;D\xe9lai;\xc9coute;R\xe9solu;Recommandation;Commentaire\n12;03/04/2026 10:30;5;4;En partie;9;Tr\xe8s bien\n")
	want := []surveys.Brought{{TicketID: "12", At: utc(4, 3, 8, 30, 0, 0), Values: map[string]string{
		"delay": "5", "listening": "4", "resolved": "partly", "recommend": "9", "comment": "Très bien",
	}}}
	if diff := cmp.Diff(want, got); diff != "" || len(refused) > 0 {
		t.Errorf("refused %v (-want +got)\n%s", refused, diff)
	}
}

// TestAnswersUnreadable: a file without the columns that say anything is not read.
func TestAnswersUnreadable(t *testing.T) {
	for _, file := range []string{"", "ticket_id,delay\n1,4\n", "answered_at,delay\n2026-03-04,4\n", "ticket_id,answered_at,comment\n1,2026-03-04,x\n", "PK\x03\x04"} {
		for _, err := range Answers(strings.NewReader(file), options(t)) {
			var unreadable *surveys.Unreadable
			if !errors.As(err, &unreadable) {
				t.Errorf("%q: %v", file, err)
			}
		}
	}
}
