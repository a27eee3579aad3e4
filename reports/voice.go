package reports

import (
	"crypto/rand"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/entendu/entendu/surveys"
)

// Voice is what one customer wrote in one response, as managers read it: the words, the
// scores beside them, the week. The ticket is not in it, so that no list can show it.
type Voice struct {
	Response string // the id of the response that it was written in
	Place    int64  // in every list: see PlaceIn; it never changes, and is the address
	Customer string // counted behind a theme, shown nowhere
	Agent    string // likewise: "source/agent", "" if the helpdesk does not say
	surveys.Dimensions
	Spoken  string            // the language of the page that it was written on
	Values  map[string]string // what was chosen beside it
	Comment string
	Tags    []string // sorted
	Read    bool
	Hidden  Hiding
	Quote   Quote
	Terms   []string // by which it is found: see terms
	Rev     int64
}

// Hiding is why a comment is in no list, export or theme, and who said so; the zero
// one where it is not hidden.
type Hiding struct {
	Why string
	By  string
	At  time.Time
}

// Quote is what a person cleared for everybody to read of a comment, perhaps shorter
// than it was; the zero one where nobody did.
type Quote struct {
	Text string
	By   string
	At   time.Time
}

// Label is a word that comments are sorted by: a tag that a manager made, or a value of
// a dimension that some comment has.
type Label struct{ Kind, Name string }

// The kinds of labels.
const (
	TagLabel      = "tag"
	TeamLabel     = "team"
	CategoryLabel = "category"
	ProductLabel  = "product"
	ChannelLabel  = "channel"
	LanguageLabel = "language"
)

const (
	// chanceBits is how much of a place is chance: so many that two never meet.
	chanceBits = 49
	week       = 7
)

// firstMonday is where weeks are counted from.
const firstMonday = surveys.Day("1970-01-05")

// PlaceIn gives a new place in the week of a day. Weeks come in their order; within one
// it is chance, so that neither a list nor an address tells who wrote first, nor which
// response it was.
func PlaceIn(day surveys.Day) int64 {
	var chance [8]byte
	rand.Read(chance[:])
	return weekStart(weekNumber(day)) | int64(binary.BigEndian.Uint64(chance[:])>>(64-chanceBits))
}

// weekStart is the first place of a week.
func weekStart(number int64) int64 { return number << chanceBits }

// weekNumber counts the weeks, of which each begins on a Monday.
func weekNumber(day surveys.Day) int64 {
	since := day.Start(time.UTC).Sub(firstMonday.Start(time.UTC))
	return int64(since / (week * 24 * time.Hour))
}

// Week is the Monday of the week in which it was first written.
func (v Voice) Week() surveys.Day {
	return firstMonday.Add(week * int(v.Place>>chanceBits))
}

// score is the number given to a question; ok is false if it was left out.
func (v Voice) score(question string) (score int, ok bool) {
	n, err := strconv.Atoi(v.Values[question])
	return n, err == nil
}

// Mood is how satisfied a comment's author was, by the two scores of every survey.
type Mood string

// Low: one of delay and listening is 1 or 2. High: each that is known is 4 or 5. Middle
// is what is left.
const (
	Low    Mood = "low"
	Middle Mood = "middle"
	High   Mood = "high"
)

// Mood is by what was chosen; Middle where nothing was.
func (v Voice) Mood() Mood {
	least := 0
	for _, question := range []string{"delay", "listening"} {
		if n, ok := v.score(question); ok && (least == 0 || n < least) {
			least = n
		}
	}
	switch {
	case least == 0 || least == 3:
		return Middle
	case least < 3:
		return Low
	default:
		return High
	}
}

// The terms that are not words: by them a comment is found through filters.
const (
	shown  = "shown"  // by which every comment is found that is not hidden
	hidden = "hidden" // by which those are found that are, which have only hiddenTerm besides
	quoted = "quoted" // cleared for everybody
)

// facets are the terms that follow from all but the words.
func (v Voice) facets() []string {
	all := []string{shown, "score:" + string(v.Mood()), readTerm(v.Read)}
	for _, l := range v.Labels() {
		all = append(all, l.term())
	}
	for _, question := range []string{"delay", "listening"} {
		if n, ok := v.score(question); ok {
			all = append(all, scoreTerm(question, n))
		}
	}
	if v.Quote.Text != "" {
		all = append(all, quoted)
	}
	return all
}

func scoreTerm(question string, n int) string { return question + ":" + strconv.Itoa(n) }

func readTerm(read bool) string { return "read:" + strconv.FormatBool(read) }

func hiddenTerm(team string) string { return hidden + ":" + team }

func teamTerm(team string) string { return Label{TeamLabel, team}.term() }

func (l Label) term() string { return l.Kind + ":" + l.Name }

// Labels are the words that the comment is sorted by.
func (v Voice) Labels() []Label {
	all := []Label{
		{TeamLabel, v.Team}, {CategoryLabel, v.Category}, {ProductLabel, v.Product}, {ChannelLabel, v.Channel}, {LanguageLabel, v.Language},
	}
	all = slices.DeleteFunc(all, func(l Label) bool { return l.Name == "" })
	for _, tag := range v.Tags {
		all = append(all, Label{TagLabel, tag})
	}
	return all
}

// indexed is the comment with its terms made anew, its words being these.
func (v Voice) indexed(words []string) Voice {
	v.Terms = []string{hidden, hiddenTerm(v.Team)}
	if v.Hidden.At.IsZero() {
		v.Terms = append(v.facets(), words...)
		slices.Sort(v.Terms)
	}
	return v
}

// isWord says whether a term comes from the comment's words.
func isWord(term string) bool {
	return strings.HasPrefix(term, stemTerm) || strings.HasPrefix(term, nameTerm) || strings.HasPrefix(term, pairTerm)
}
