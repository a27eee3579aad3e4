package reports

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/entendu/entendu/surveys"
)

const (
	// MaxTheme and MaxDecision are how many characters the texts of an action may have.
	MaxTheme    = 200
	MaxDecision = 2000
)

// Read gives the action as a form says it: theme.<language> and decision.<language> in
// at least one language, will, decided_on, figure (several) with of_category, and where
// it was raised: raised_category, raised_from, raised_to (the last day), or none. What
// cannot be taken is in the problems, and the rest is read all the same.
func (a Action) Read(form url.Values, languages, figures []string) (Action, []surveys.Problem) {
	var problems []surveys.Problem
	wrong := func(field, key string) { problems = append(problems, surveys.Problem{Field: field, Key: key}) }
	a.Texts = nil
	for _, language := range languages {
		text := ActionText{language, oneOf(form, "theme."+language), oneOf(form, "decision."+language)}
		if text.Theme == "" && text.Decision == "" {
			continue
		}
		a.Texts = append(a.Texts, text)
		checkText("theme."+language, text.Theme, MaxTheme, wrong)
		checkText("decision."+language, text.Decision, MaxDecision, wrong)
	}
	if len(a.Texts) == 0 && len(languages) > 0 {
		wrong("theme."+languages[0], "empty")
	}
	a.Will = form.Get("will") != "no"
	day, err := surveys.ParseDay(form.Get("decided_on"))
	if a.DecidedOn = day; err != nil {
		wrong("decided_on", "day")
	}
	a.Figures = nil
	for _, name := range form["figure"] {
		if slices.Contains(figures, name) {
			a.Figures = append(a.Figures, FigureOf{name, oneOf(form, "of_category")})
		}
	}
	var bad string
	if a.Raised, bad = readRaised(form); bad != "" {
		wrong(bad, "day")
	}
	return a, problems
}

func oneOf(form url.Values, field string) string {
	return strings.TrimSpace(strings.ReplaceAll(form.Get(field), "\r\n", "\n"))
}

func checkText(field, text string, most int, wrong func(field, key string)) {
	switch {
	case text == "":
		wrong(field, "empty")
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		wrong(field, "unreadable")
	case utf8.RuneCountInString(text) > most:
		wrong(field, "long")
	}
}

// readRaised reads where an action was raised; bad is the field that is no day.
func readRaised(form url.Values) (r Raised, bad string) {
	if oneOf(form, "raised_from") == "" && oneOf(form, "raised_to") == "" {
		return Raised{}, ""
	}
	from, err := surveys.ParseDay(oneOf(form, "raised_from"))
	if err != nil {
		bad = "raised_from"
	}
	last, err := surveys.ParseDay(oneOf(form, "raised_to"))
	if err != nil || bad == "" && last < from {
		bad = "raised_to"
	}
	if bad != "" {
		return Raised{}, bad
	}
	return Raised{Category: oneOf(form, "raised_category"), From: from, To: last.Add(1)}, ""
}
