package intake

import (
	"fmt"
	"io"
	"iter"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/entendu/entendu/surveys"
)

// AnswerRow is one row of a file: an answer, or why it was refused.
type AnswerRow struct {
	Line    int // where the row begins, from 1
	Answer  surveys.Brought
	Refused string // "" if the row could be read; never holds personal data
}

// Answers walks the answers in a file that another tool exported, in the encodings,
// separators and date forms that CSV reads too, and ends as it does.
func Answers(file io.ReadSeeker, opt Options) iter.Seq2[AnswerRow, error] {
	answers := form{answersLayout, []string{"answered_at"}}
	return func(yield func(AnswerRow, error) bool) {
		for l, err := range answers.lines(file, opt) {
			if err != nil {
				yield(AnswerRow{}, err)
				return
			}
			if !yield(l.answer(), nil) {
				return
			}
		}
	}
}

// answerColumns are the columns of import responses, by our names and by what
// others head them with.
func answerColumns() []column {
	return []column{
		{"ticket_id", "ticketid id", "idduticket identifiantduticket idticket"},
		{"answered_at", "answeredat respondedat submittedat ratedat answered date", "repondule datedereponse datedelareponse"},
		{"delay", "delay", "delai"},
		{"listening", "listening", "ecoute"},
		{"resolved", "resolved", "resolu"},
		{"recommend", "recommend recommendation", "recommandation"},
		{"comment", "comment comments", "commentaire commentaires"},
	}
}

// answersLayout reads the header of a file of answers.
func answersLayout(headers []string) (layout, error) {
	l := layoutBy(answerColumns(), headers)
	for _, field := range []string{"ticket_id", "answered_at"} {
		if l.at[field] == nil {
			return layout{}, &surveys.Unreadable{What: fmt.Sprintf("no column is headed %q", field)}
		}
	}
	if l.at["delay"] == nil && l.at["listening"] == nil && l.at["resolved"] == nil && l.at["recommend"] == nil {
		return layout{}, &surveys.Unreadable{What: `no column is headed "delay", "listening", "resolved" or "recommend"`}
	}
	return l, nil
}

// answer is the row as one of answers. What it may hold is the survey's to say.
func (l *line) answer() AnswerRow {
	row := AnswerRow{Line: l.number}
	if l.problem == "" {
		row.Answer = surveys.Brought{TicketID: l.id("ticket_id"), At: l.answered(), Values: map[string]string{}}
		for field, read := range map[string]func(string) string{"delay": wholeScore, "listening": wholeScore, "recommend": wholeScore, "resolved": outcome, "comment": asIs} {
			if text := l.get(field); text != "" {
				row.Answer.Values[field] = read(text)
			}
		}
	}
	switch {
	case l.problem != "":
	case row.Answer.TicketID == "":
		l.refuse("ticket_id", "missing")
	case row.Answer.At.IsZero():
		l.refuse("answered_at", "missing")
	}
	row.Refused = l.problem
	return row
}

// answered is when the answer was given: a day without a time stands for its end,
// so that an answer given on the day of the closing comes after it.
func (l *line) answered() time.Time {
	at := l.moment("answered_at")
	if at.IsZero() || strings.Trim(l.get("answered_at"), "0123456789/.-") != "" {
		return at
	}
	return surveys.Moment(at.In(l.dates.zone).AddDate(0, 0, 1).Add(-time.Millisecond))
}

// wholeScore writes a score that some tools export as a decimal as the whole number that
// it is; anything else stays as it is, for the survey to refuse.
func wholeScore(text string) string {
	n, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	if err != nil || n != math.Trunc(n) || math.Abs(n) > 1000 {
		return text
	}
	return strconv.Itoa(int(n))
}

// outcome knows yes, partly and no in English and in French.
func outcome(word string) string {
	switch fold(word) {
	case "yes", "oui":
		return "yes"
	case "partly", "partially", "enpartie", "partiellement":
		return "partly"
	case "no", "non":
		return "no"
	}
	return word
}

func asIs(text string) string { return text }
