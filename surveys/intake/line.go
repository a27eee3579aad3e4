package intake

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/entendu/entendu/surveys"
)

// line is one row being read, and the first thing found wrong in it.
type line struct {
	layout
	dates   *dates
	opt     Options
	number  int // of its first line in the file, from 1
	cells   []string
	problem string
}

func (l *line) refuse(field, what string) {
	if l.problem == "" {
		l.problem = field + ": " + what
	}
}

func (l *line) notice() surveys.Notice {
	n := surveys.Notice{
		ID: l.id("id"), Number: l.id("number"), Subject: clean(l.get("subject"), maxSubject),
		Dimensions: surveys.Dimensions{
			Team: l.word("team"), Category: l.word("category"), Product: l.word("product"),
			Channel: l.channel(), Language: l.language(),
		},
		Tags: l.tags(), Agent: l.id("agent"),
		OpenedAt: l.moment("opened_at"), ClosedAt: l.moment("closed_at"), UpdatedAt: l.moment("updated_at"),
		Contacts: l.count("contacts"), MergedInto: l.id("merged_into"),
		Customer: surveys.Contact{Email: l.email(), Name: clean(l.get("customer.name"), maxName), Timezone: timezone(l.word("customer.timezone"))},
	}
	if n.ID == "" {
		l.refuse("id", "missing")
	}
	if n.Customer.Email == "" {
		n.Customer.Ref = l.id("customer.ref")
	}
	n.Status = l.status()
	n.FirstReplyAt = l.firstReply(n.OpenedAt)
	if !l.house {
		l.mend(&n)
	}
	if n.UpdatedAt.IsZero() {
		n.UpdatedAt = latest(n.ClosedAt, n.FirstReplyAt, n.OpenedAt)
	}
	if n.UpdatedAt.IsZero() {
		l.refuse("updated_at", "no date in the whole row")
	}
	return n
}

// mend fits what helpdesks export to what our fields mean: a time of closing is
// that of a past one while the ticket is open, and begins with the solving.
func (l *line) mend(n *surveys.Notice) {
	if n.Number == "" {
		n.Number = n.ID
	}
	n.ClosedAt = cmp.Or(l.moment("resolved_at"), n.ClosedAt)
	if !n.Status.Handled() {
		n.ClosedAt = time.Time{}
	}
	noteMerge(n)
	if word := fold(l.get("status")); n.MergedInto == "" && (word == "merged" || word == "fusionne") {
		n.MergedInto = elsewhere
	}
}

func (l *line) get(field string) string {
	text := l.layout.get(l.cells, field)
	if !l.house && (text == "-" || text == "--" || strings.EqualFold(text, "n/a") || strings.EqualFold(text, "null")) {
		return ""
	}
	return text
}

func (l *line) word(field string) string { return clean(l.get(field), maxName) }

func (l *line) id(field string) string {
	id, ok := identifier(l.get(field))
	if !ok {
		l.refuse(field, fmt.Sprintf("not an id of at most %d plain characters", maxID))
	}
	return id
}

func (l *line) status() surveys.Status {
	word := l.word("status")
	if word == "" {
		l.refuse("status", "missing")
		return ""
	}
	status := translate(word, l.opt.Source, ours, zendeskWord, freshdeskWord, zammadWord, french)
	if status == "" {
		l.refuse("status", fmt.Sprintf("%q is not known; the statuses of the source may translate it", shown(word)))
	}
	return status
}

func (l *line) channel() string {
	if l.house {
		return l.word("channel")
	}
	return channelOf(l.word("channel"))
}

func (l *line) language() string {
	word := l.word("customer.language")
	tag := language(word)
	if word != "" && tag == "" && l.house {
		l.refuse("customer.language", "not a language tag like fr or pt-br")
	}
	return tag
}

// tags is nil, "not said", where the file has no such column.
func (l *line) tags() []string {
	switch text := l.get("tags"); {
	case l.at["tags"] == nil:
		return nil
	case l.house:
		return tidy(strings.Fields(text))
	case l.commas:
		return tidy(strings.Split(text, ","))
	default:
		return spaced(text)
	}
}

func (l *line) email() string {
	text := l.get("customer.email")
	if text == "" {
		return ""
	}
	bare, ok := address(text)
	if !ok && l.house {
		l.refuse("customer.email", "not one mail address")
	}
	return bare
}

func (l *line) count(field string) int {
	text := l.get(field)
	n, err := strconv.Atoi(text)
	if text != "" && (err != nil || n < 0 || n > maxCount) {
		l.refuse(field, fmt.Sprintf("not a whole number from 0 to %d", maxCount))
		return 0
	}
	return n
}

func (l *line) moment(field string) time.Time {
	text := l.get(field)
	if text == "" {
		return time.Time{}
	}
	t, ok := l.dates.read(text)
	if !ok {
		l.refuse(field, "not a date that is understood, like 2026-03-04 10:12")
		return time.Time{}
	}
	if problem := implausible(t, l.opt.Now); problem != "" {
		l.refuse(field, problem)
	}
	return surveys.Moment(t)
}

// firstReply is written as a time, or as how long it took, by some under the same
// header.
func (l *line) firstReply(opened time.Time) time.Time {
	if text := l.get("first_reply_at"); text != "" {
		took, ok := length(text, time.Hour)
		if l.house || !ok {
			return l.moment("first_reply_at")
		}
		return after(opened, took)
	}
	if l.get("first_reply_minutes") != "" {
		return l.reply(opened, "first_reply_minutes", time.Minute)
	}
	return l.reply(opened, "first_reply_hours", time.Hour)
}

// reply is when the reply came that took so many units.
func (l *line) reply(opened time.Time, field string, unit time.Duration) time.Time {
	text := l.get(field)
	if text == "" {
		return time.Time{}
	}
	took, ok := length(text, unit)
	if !ok {
		l.refuse(field, "not a duration like 01:30:00")
	}
	return after(opened, took)
}

func after(opened time.Time, took time.Duration) time.Time {
	if opened.IsZero() {
		return opened
	}
	return opened.Add(took)
}
