package surveys_test

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/entendu/entendu/surveys"
)

// editor edits the survey of the house. Look stands for the language files.
func (h *house) editor() *surveys.Editor {
	return &surveys.Editor{Store: h.store, Look: func(_, key string) bool {
		for _, q := range []string{"delay", "listening", "resolved", "recommend", "comment", "callback", "nudged", "private", "tell"} {
			if strings.HasPrefix(key, "question."+q) && !strings.HasPrefix(key, "question."+q+"_") {
				return true
			}
		}
		return false
	}}
}

func (h *house) edited() surveys.Edited {
	h.Helper()
	all, err := h.editor().Open(h.Context())
	h.must(err)
	return all
}

// edit makes one change to the draft as it stands.
func (h *house) edit(change func(e *surveys.Editor, ctx context.Context, rev int64) error) error {
	h.Helper()
	return change(h.editor(), h.Context(), h.edited().Draft.Rev)
}

func (h *house) publish() (version int, err error) {
	h.Helper()
	return h.editor().Publish(h.Context(), h.edited().Draft.Rev, "Ada", []string{"fr", "en"})
}

// problemOf is the key of the first problem in err; "" for none.
func problemOf(t *testing.T, err error) string {
	t.Helper()
	if invalid, ok := surveys.AsInvalid(err); ok {
		return invalid.Problems[0].Key
	}
	if err != nil {
		t.Fatalf("%v", err)
	}
	return ""
}

// inWords says the same in both languages of the house.
func inWords(pairs ...string) (all []surveys.SurveyText) {
	for i := 0; i < len(pairs); i += 2 {
		for _, tag := range []string{"fr", "en"} {
			all = append(all, surveys.SurveyText{Language: tag, Key: pairs[i], Text: tag + " " + pairs[i+1]})
		}
	}
	return all
}

func names(s surveys.Survey) (all []string) {
	for _, q := range s.Questions {
		all = append(all, q.Name)
	}
	return all
}

func TestWhatCanBeAdded(t *testing.T) {
	h := open(t)
	for _, test := range []struct {
		name string
		sort surveys.Sort
		want string
	}{
		{"reach", surveys.Scale5, ""},
		{"reach", surveys.Scale5, "taken"},
		{"delay", surveys.Scale5, "taken"},
		{"Reach", surveys.Scale5, "name"},
		{"version", surveys.Scale5, "name"},
		{"r each", surveys.Scale5, "name"},
		{strings.Repeat("r", 41), surveys.Scale5, "name"},
		{"other", "tick", "choose"},
		{"other", surveys.WrittenWords, "words"},
		{"comment_more", surveys.Scale5, "words"},
		{"comment_more", surveys.WrittenWords, ""},
	} {
		err := h.edit(func(e *surveys.Editor, ctx context.Context, rev int64) error {
			return e.Add(ctx, rev, test.name, test.sort)
		})
		if got := problemOf(t, err); got != test.want {
			t.Errorf("adding %s as %s: %q, want %q", test.name, test.sort, got, test.want)
		}
	}
}

// A name has one kind for ever, also after its question is gone.
func TestANameKeepsItsKind(t *testing.T) {
	h := open(t)
	add := func(name string, sort surveys.Sort) error {
		return h.edit(func(e *surveys.Editor, ctx context.Context, rev int64) error { return e.Add(ctx, rev, name, sort) })
	}
	remove := func(name string) error {
		return h.edit(func(e *surveys.Editor, ctx context.Context, rev int64) error { return e.Remove(ctx, rev, name) })
	}
	h.must(add("reach", surveys.Scale5))
	h.must(remove("reach"))
	h.must(add("reach", surveys.Scale10)) // no customer ever saw it
	h.must(h.edit(func(e *surveys.Editor, ctx context.Context, rev int64) error {
		return e.Change(ctx, rev, "reach", surveys.Change{Texts: inWords("question.reach", "Reach?", "question.reach.low", "hard", "question.reach.high", "easy")})
	}))
	_, err := h.publish()
	h.must(err)
	h.must(remove("reach"))
	if got := problemOf(t, add("reach", surveys.Scale5)); got != "kind" {
		t.Errorf("another kind under a name that was published: %q", got)
	}
	if gone := h.edited().Gone(); !slices.Equal(gone, []string{"reach"}) {
		t.Errorf("gone: %q", gone)
	}
	h.must(add("reach", surveys.Scale10))
	if text, ok := h.edited().Draft.Own("fr", "question.reach"); !ok || text != "fr Reach?" {
		t.Errorf("brought back without its words: %q", text)
	}
	for _, core := range []string{"delay", "listening"} {
		if got := problemOf(t, remove(core)); got != "core" {
			t.Errorf("removing %s: %q", core, got)
		}
	}
	h.must(remove("recommend"))
	if got := problemOf(t, add("recommend", surveys.Scale5)); got != "kind" {
		t.Errorf("another kind under a name that comes with the program: %q", got)
	}
}

func TestOrder(t *testing.T) {
	h := open(t)
	move := func(name string, up bool) string {
		return problemOf(t, h.edit(func(e *surveys.Editor, ctx context.Context, rev int64) error { return e.Move(ctx, rev, name, up) }))
	}
	change := func(name string, c surveys.Change) string {
		return problemOf(t, h.edit(func(e *surveys.Editor, ctx context.Context, rev int64) error { return e.Change(ctx, rev, name, c) }))
	}
	for _, test := range []struct {
		name string
		up   bool
		want string
	}{{"delay", false, "first"}, {"listening", true, "first"}, {"tell", false, "first"}, {"resolved", true, ""}} {
		if got := move(test.name, test.up); got != test.want {
			t.Errorf("moving %s: %q, want %q", test.name, got, test.want)
		}
	}
	if got := names(h.edited().Draft)[:3]; !slices.Equal(got, []string{"delay", "resolved", "listening"}) {
		t.Errorf("order %q", got)
	}
	if got := change("recommend", surveys.Change{When: surveys.Condition{Question: "listening", Answers: []string{"1", "2"}}}); got != "" {
		t.Errorf("a condition: %q", got)
	}
	if got := move("recommend", true); got != "behind" {
		t.Errorf("moving before what it depends on: %q", got)
	}
	if got := move("listening", false); got != "behind" {
		t.Errorf("moving behind what depends on it: %q", got)
	}
	for _, c := range []surveys.Condition{
		{Question: "tell", Answers: []string{"yes"}}, {Question: "recommend", Answers: []string{"1"}}, {Question: "none", Answers: []string{"1"}},
		{Question: "listening"}, {Question: "listening", Answers: []string{"6"}}, {Question: "comment", Answers: []string{"x"}},
	} {
		if got := change("recommend", surveys.Change{When: c}); got != "earlier" && got != "answers" {
			t.Errorf("a condition that cannot be, %+v: %q", c, got)
		}
	}
	h.must(h.edit(func(e *surveys.Editor, ctx context.Context, rev int64) error {
		return e.Change(ctx, rev, "nudged", surveys.Change{When: surveys.Condition{Question: "resolved", Answers: []string{"partly", "no"}}})
	}))
	change("resolved", surveys.Change{Drop: []string{"no"}})
	if q, _ := h.edited().Draft.Question("nudged"); !slices.Equal(q.When.Answers, []string{"partly"}) {
		t.Errorf("after an answer was dropped: %+v", q.When)
	}
	h.must(h.edit(func(e *surveys.Editor, ctx context.Context, rev int64) error { return e.Remove(ctx, rev, "resolved") }))
	if q, _ := h.edited().Draft.Question("nudged"); q.When.Question != "" {
		t.Errorf("after its question was removed: %+v", q.When)
	}
}

// Of two who edit one draft, the second is told.
func TestTwoEditors(t *testing.T) {
	h := open(t)
	rev := h.edited().Draft.Rev
	h.must(h.editor().Add(t.Context(), rev, "reach", surveys.Scale5))
	if err := h.editor().Add(t.Context(), rev, "other", surveys.Scale5); !taken(err) {
		t.Errorf("an edit of a draft that was changed: %v", err)
	}
	if _, err := h.editor().Publish(t.Context(), rev, "Ada", nil); !taken(err) {
		t.Errorf("publishing a draft that was changed: %v", err)
	}
}

// A draft is published whole: every question has its words in every language.
func TestWhatIsLackingIsNotPublished(t *testing.T) {
	h := open(t)
	if _, err := h.publish(); !errors.Is(err, surveys.ErrNothing) {
		t.Errorf("publishing no change: %v", err)
	}
	h.must(h.edit(func(e *surveys.Editor, ctx context.Context, rev int64) error {
		return e.Add(ctx, rev, "why", surveys.SomeChoices)
	}))
	wants := func(when string, want ...string) {
		t.Helper()
		_, err := h.publish()
		var got []string
		if invalid, ok := surveys.AsInvalid(err); ok {
			for _, p := range invalid.Problems {
				got = append(got, p.Field+" "+p.Key)
			}
		} else {
			h.must(err)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", when, got, want)
		}
	}
	change := func(c surveys.Change) {
		t.Helper()
		h.must(h.edit(func(e *surveys.Editor, ctx context.Context, rev int64) error { return e.Change(ctx, rev, "why", c) }))
	}
	wants("a question without anything", "why choices", "why words_lacking")
	change(surveys.Change{New: "price", Texts: inWords("question.why", "Why?", "question.why.price", "The price")})
	wants("one choice", "why choices")
	change(surveys.Change{New: "time", Texts: inWords("question.why", "Why?", "question.why.price", "The price")})
	wants("a choice without words", "why words_lacking")
	change(surveys.Change{Texts: inWords("question.why", "Why?", "question.why.price", "The price", "question.why.time", "The time")[:5]})
	wants("a choice without words in one language", "why words_lacking")
	change(surveys.Change{Texts: inWords("question.why", "Why?", "question.why.price", "The price", "question.why.time", "The time")})
	wants("all")
	if all := h.edited(); all.InForce.Version != 2 || all.InForce.MadeBy != "Ada" || all.Differs() {
		t.Errorf("after publishing: version %d by %q, differs: %v", all.InForce.Version, all.InForce.MadeBy, all.Differs())
	}
	h.must(h.edit(func(e *surveys.Editor, ctx context.Context, rev int64) error { return e.Restore(ctx, rev) }))
	if version, err := h.publish(); version != 3 || err != nil {
		t.Errorf("restoring the default: version %d, %v", version, err)
	}
}

// R08: who was asked by one version answers it, whatever is published meanwhile.
func TestAnAnswerStaysWithTheVersionSeen(t *testing.T) {
	h, token := asked(t)
	h.must(h.edit(func(e *surveys.Editor, ctx context.Context, rev int64) error { return e.Remove(ctx, rev, "recommend") }))
	h.must(h.edit(func(e *surveys.Editor, ctx context.Context, rev int64) error {
		return e.Change(ctx, rev, "delay", surveys.Change{Texts: inWords("question.delay", "The wait?")})
	}))
	_, err := h.publish()
	h.must(err)
	found, err := h.answers().Find(t.Context(), token)
	h.must(err)
	if _, there := found.Survey.Question("recommend"); !there || found.Survey.Version != 1 {
		t.Errorf("the link opens version %d", found.Survey.Version)
	}
	_, err = h.answers().Confirm(t.Context(), token, form("version", "1", "recommend", "10"), "fr")
	h.must(err)
	if a := h.response().Last(); a.Version != 1 || a.Values["recommend"] != "10" {
		t.Errorf("stored by version %d: %v", a.Version, a.Values)
	}

	h.hear(about(told(surveys.Closed, 0), "2", "omar@example.net"))
	if i := h.invitation("2", 1); i.Version != 2 {
		t.Fatalf("a closing after the publication is asked about by version %d", i.Version)
	}
	h.clock.pass(2 * hour)
	h.send()
	letters := h.mail.carried()
	last := letters[len(letters)-1]
	if text, _ := last.Survey.Own("en", "question.delay"); text != "en The wait?" {
		t.Errorf("the letter asks %q", text)
	}
	second, err := h.answers().Confirm(t.Context(), last.AnswerToken, form("recommend", "10"), "fr")
	h.must(err)
	if a := second.Response.Last(); a.Version != 2 || a.Values["recommend"] != "" {
		t.Errorf("stored by version %d: %v", a.Version, a.Values)
	}
	for _, version := range []string{"0", "3", "-1", "x"} {
		_, err := h.answers().Confirm(t.Context(), token, form("version", version), "fr")
		if got := problemOf(t, err); got != "unreadable" {
			t.Errorf("version %s, which was never published: %q", version, got)
		}
	}
}

// What was not asked counts for nothing, and what is required is so only of who is asked.
func TestConditionsAndSeveral(t *testing.T) {
	s := surveys.Survey{Questions: []surveys.Question{
		{Name: "resolved", Kind: surveys.Choice, Choices: []string{"yes", "no"}},
		{Name: "why", Kind: surveys.Several, Choices: []string{"price", "time", "tone"}, Required: true, When: surveys.Condition{Question: "resolved", Answers: []string{"no"}}},
		{Name: "comment_why", Kind: surveys.Text, Max: 10, When: surveys.Condition{Question: "why", Answers: []string{"tone", "time"}}},
	}}
	for _, test := range []struct {
		form url.Values
		why  string
		said string
		want string // problem
	}{
		{url.Values{"resolved": {"yes"}}, "", "", ""},
		{url.Values{"resolved": {"yes"}, "why": {"price"}, "comment_why": {"rude"}}, "", "", ""},
		{url.Values{"why": {"price"}}, "", "", ""},
		{url.Values{"resolved": {"no"}}, "", "", "required"},
		{url.Values{"resolved": {"no"}, "why": {"tone", "price"}}, "price tone", "", ""},
		{url.Values{"resolved": {"no"}, "why": {"price"}, "comment_why": {"rude"}}, "price", "", ""},
		{url.Values{"resolved": {"no"}, "why": {"time", "price"}, "comment_why": {"rude"}}, "price time", "rude", ""},
		{url.Values{"resolved": {"no"}, "why": {"time", "time"}}, "", "", "choose"},
		{url.Values{"resolved": {"no"}, "why": {"time", "other"}}, "", "", "choose"},
		{url.Values{"resolved": {"no"}, "why": {"", ""}}, "", "", "required"},
		{url.Values{"resolved": {"no"}, "why": {"time"}, "comment_why": {"much too long"}}, "", "", "long"},
	} {
		values, err := s.Check(test.form)
		if got := problemOf(t, err); got != test.want || values["why"] != test.why || values["comment_why"] != test.said {
			t.Errorf("%v: %v, problem %q; want %q and %q, problem %q", test.form, values, got, test.why, test.said, test.want)
		}
	}
}

// Words are told by the name of their field, so that erasing them needs no survey.
func TestErasingTakesTheWordsOfEveryVersion(t *testing.T) {
	h := open(t)
	for name, sort := range map[string]surveys.Sort{"comment_more": surveys.WrittenWords, "reach": surveys.Scale5} {
		h.must(h.edit(func(e *surveys.Editor, ctx context.Context, rev int64) error { return e.Add(ctx, rev, name, sort) }))
		h.must(h.edit(func(e *surveys.Editor, ctx context.Context, rev int64) error {
			return e.Change(ctx, rev, name, surveys.Change{Texts: inWords("question."+name, "More?")})
		}))
	}
	_, err := h.publish()
	h.must(err)
	h.hear(told(surveys.Closed, 0))
	h.clock.pass(2 * hour)
	h.send()
	_, err = h.answers().Confirm(t.Context(), h.mail.carried()[0].AnswerToken, form("comment_more", "my name is Lina", "reach", "2", "comment", "so"), "fr")
	h.must(err)
	_, err = (&surveys.Eraser{Store: h.store, Settings: h.inForce}).Erase(t.Context(), personOf("lina@example.net"))
	h.must(err)
	if further, err := surveys.FurtherQuestions(t.Context(), h.store); err != nil || len(further) != 2 {
		t.Errorf("further columns of exports: %q, %v", further, err)
	}
	values := h.response().Last().Values
	if values["comment_more"] != "" || values["comment"] != "" || values["reach"] != "2" || values["delay"] != "4" {
		t.Errorf("left after erasure: %v", values)
	}
}

// Other words break what can be compared; other questions beside them do not.
func TestReworded(t *testing.T) {
	one := survey(t)
	two := one
	two.Texts = []surveys.SurveyText{{Language: "fr", Key: "question.recommend", Text: "?"}, {Language: "fr", Key: "mail.opening", Text: "!"}}
	if got := surveys.Reworded(one, two); got != nil {
		t.Errorf("other words of other questions: %q", got)
	}
	two.Texts = append(two.Texts, surveys.SurveyText{Language: "de", Key: "question.listening.3", Text: "Na ja"})
	if got := surveys.Reworded(one, two); !slices.Equal(got, []string{"listening"}) {
		t.Errorf("another word of a core question: %q", got)
	}
	three := two
	three.Texts = []surveys.SurveyText{two.Texts[2], two.Texts[0]}
	if got := surveys.Reworded(two, three); got != nil {
		t.Errorf("the same words in another order: %q", got)
	}
}
