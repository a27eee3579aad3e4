package web

import (
	"strconv"
	"time"

	"github.com/entendu/entendu/reports"
)

// voiceItem is one comment in a list: what the customer wrote and chose, and the week.
// What would lead to a person is not in it.
type voiceItem struct {
	Address string
	Place   string
	Week    string
	About   []string // team, category, product, channel
	Comment string
	Spoken  string
	Scores  []string
	Notes   []string // what the customer asked for, what was done
	Tags    []tagLink
	Read    bool
	Hidden  string // who hid it and why, in place of the comment
	Quote   string
}

// tagLink is a tag and the list of comments that have it.
type tagLink struct{ Name, Address string }

// placeText is a place as addresses have it.
func placeText(place int64) string { return strconv.FormatInt(place, 36) }

// item writes a comment for a list.
func (p page) item(v reports.Voice, a voicesAsked) voiceItem {
	i := voiceItem{
		Address: voicesPath + "/" + placeText(v.Place) + a.with("", ""), Place: placeText(v.Place), Week: p.weekOf(v),
		Comment: v.Comment, Spoken: v.Spoken, Scores: p.scores(v), Notes: p.notes(v), Read: v.Read, Quote: v.Quote.Text,
	}
	for _, name := range []string{v.Team, v.Category, v.Product, v.Channel} {
		if name != "" {
			i.About = append(i.About, name)
		}
	}
	for _, tag := range v.Tags {
		i.Tags = append(i.Tags, tagLink{tag, voicesPath + voicesAsked{lang: a.lang}.with(reports.TagLabel, tag)})
	}
	if !v.Hidden.At.IsZero() {
		i.Comment, i.Hidden = "", p.T("voices.hidden", "By", v.Hidden.By, "Date", p.Date(v.Hidden.At), "Why", v.Hidden.Why)
	}
	return i
}

// weekOf names the week of a comment by its Monday.
func (p page) weekOf(v reports.Voice) string {
	return p.T("voices.week", "Date", p.Date(v.Week().Start(time.UTC)))
}

// scores are what was chosen, in words and digits.
func (p page) scores(v reports.Voice) (all []string) {
	for _, question := range []string{"delay", "listening"} {
		if n := v.Values[question]; n != "" {
			all = append(all, p.T("voices.score.one", "Question", p.T("voices.question."+question), "Level", p.level(question, n), "N", n))
		}
	}
	if said := v.Values["resolved"]; said != "" {
		all = append(all, p.T("voices.resolved", "Said", p.T("question.resolved."+said)))
	}
	if n := v.Values["recommend"]; n != "" {
		all = append(all, p.T("voices.recommend", "N", n))
	}
	return all
}

// notes are what the customer ticked, and whether everybody may read the comment.
func (p page) notes(v reports.Voice) (all []string) {
	for _, ticked := range []string{"private", "callback", "tell"} {
		if v.Values[ticked] == "yes" {
			all = append(all, p.T("voices.note."+ticked))
		}
	}
	if v.Values["nudged"] == "yes" {
		all = append(all, p.T("voices.note.nudged"))
	}
	if v.Quote.Text != "" {
		all = append(all, p.T("voices.note.quoted"))
	}
	return all
}
