package reports

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/entendu/entendu/surveys"
)

// Voices is how managers read comments, sort them, hide them and clear them.
type Voices struct {
	Store   VoiceStore
	Lexicon *Lexicon
}

// Hearing is which comments a manager wants to read. What is empty does not bound.
type Hearing struct {
	Teams  []string // those that the reader may see; nil: all
	Labels []Label
	Typed  string // words to look for
	Theme  string // a Theme.Term
	Score  string // a Mood, or "delay:2", "listening:5"
	State  string // "read", "unread", "hidden", "quoted"; "" for all that are not hidden

	From, To surveys.Day // of weeks that begin in From <= Monday < To
	Before   int64       // places before this one: the next page
}

// The states that comments can be looked for by.
const (
	UnreadState = "unread"
	ReadState   = "read"
	HiddenState = "hidden"
	QuotedState = "quoted"
)

// Find gives the newest comments that a manager wants to read; more says that others
// follow.
func (s *Voices) Find(ctx context.Context, h Hearing, limit int) (found []Voice, more bool, err error) {
	if h.Teams != nil && len(h.Teams) == 0 {
		return nil, false, nil
	}
	q := s.query(h)
	q.Limit = limit + 1
	found, err = s.Store.FindVoices(ctx, q)
	if err != nil {
		return nil, false, err
	}
	return found[:min(len(found), limit)], len(found) > limit, nil
}

// query is what the store is asked. Words come first: they are rarer than the rest.
func (s *Voices) query(h Hearing) VoiceQuery {
	q := VoiceQuery{Below: math.MaxInt64}
	if h.From != "" {
		q.From = weekStart(firstWeekFrom(h.From))
	}
	if h.To != "" {
		q.Below = weekStart(firstWeekFrom(h.To))
	}
	if h.Before > 0 {
		q.Below = min(q.Below, h.Before)
	}
	if h.State == HiddenState {
		q.Terms = h.ofTeams(hiddenTerm, hidden)
		return q
	}
	q.Terms = s.Lexicon.search(h.Typed)
	if isWord(h.Theme) {
		q.Terms = append(q.Terms, []string{h.Theme})
	}
	for _, l := range h.Labels {
		q.Terms = append(q.Terms, []string{l.term()})
	}
	q.Terms = append(q.Terms, h.terms()...)
	if h.Teams != nil || len(q.Terms) == 0 {
		q.Terms = append(q.Terms, h.ofTeams(teamTerm, shown)...)
	}
	return q
}

// ofTeams asks for one of the teams that the reader may see, or by a term that all have.
func (h Hearing) ofTeams(term func(team string) string, all string) [][]string {
	if h.Teams == nil {
		return [][]string{{all}}
	}
	var teams []string
	for _, team := range h.Teams {
		teams = append(teams, term(team))
	}
	return [][]string{teams}
}

// terms are those of score and state.
func (h Hearing) terms() (all [][]string) {
	switch Mood(h.Score) {
	case "":
	case Low, Middle, High:
		all = append(all, []string{"score:" + h.Score})
	default:
		all = append(all, []string{h.Score})
	}
	switch h.State {
	case UnreadState:
		all = append(all, []string{readTerm(false)})
	case ReadState:
		all = append(all, []string{readTerm(true)})
	case QuotedState:
		all = append(all, []string{quoted})
	}
	return all
}

// firstWeekFrom is the first week that begins on a day or after it.
func firstWeekFrom(day surveys.Day) int64 { return weekNumber(day.Add(week - 1)) }

// Get gives the comment at a place; fs.ErrNotExist if there is none.
func (s *Voices) Get(ctx context.Context, place int64) (Voice, error) {
	found, err := s.Store.FindVoices(ctx, VoiceQuery{From: place, Below: place + 1, Limit: 1})
	if err == nil && len(found) == 0 {
		err = fs.ErrNotExist
	}
	if err != nil {
		return Voice{}, fmt.Errorf("reading the comment at %d: %w", place, err)
	}
	return found[0], nil
}

// change applies what a manager noted to the comment at a place, however often others
// note something at once.
func (s *Voices) change(ctx context.Context, place int64, note func(v *Voice) error) (Voice, error) {
	for {
		v, err := s.Get(ctx, place)
		if err != nil {
			return v, err
		}
		words := v.words(s.Lexicon)
		if err := note(&v); err != nil {
			return v, err
		}
		v = v.indexed(words)
		err = s.Store.PutVoice(ctx, v)
		if !errors.Is(err, fs.ErrExist) || ctx.Err() != nil {
			return v, err
		}
	}
}

// words are the terms of the comment's words: those it has, or anew where it has none
// because it was hidden.
func (v Voice) words(x *Lexicon) []string {
	if slices.Contains(v.Terms, hidden) {
		return x.words(v.Comment, v.Spoken)
	}
	return slices.DeleteFunc(slices.Clone(v.Terms), func(term string) bool { return !isWord(term) })
}

// MarkRead notes that the comment was read, or that it is to be read again.
func (s *Voices) MarkRead(ctx context.Context, place int64, read bool) (Voice, error) {
	return s.change(ctx, place, func(v *Voice) error {
		v.Read = read
		return nil
	})
}

// What a tag, a reason and a quote may hold, in characters.
const (
	MaxTag    = 40
	MaxTags   = 12
	MaxReason = 300
)

// Refused is why something cannot be noted, as a key that the page turns into a
// sentence.
type Refused string

// What is missing, too long, one too many, not the customer's words, or hidden.
const (
	RefusedEmpty   Refused = "empty"
	RefusedLong    Refused = "long"
	RefusedMany    Refused = "many"
	RefusedChanged Refused = "changed"
	RefusedHidden  Refused = "hidden"
)

// Error is the key.
func (r Refused) Error() string { return "this cannot be noted: " + string(r) }

// Tag adds a tag, which becomes one of the list.
func (s *Voices) Tag(ctx context.Context, place int64, tag string) (Voice, error) {
	tag, err := checked(strings.Join(strings.Fields(tag), " "), MaxTag)
	if err != nil {
		return Voice{}, err
	}
	v, err := s.change(ctx, place, func(v *Voice) error {
		if slices.Contains(v.Tags, tag) {
			return nil
		}
		if len(v.Tags) == MaxTags {
			return RefusedMany
		}
		v.Tags = append(slices.Clone(v.Tags), tag)
		slices.Sort(v.Tags)
		return nil
	})
	if err == nil {
		err = unless(s.Store.AddLabel(ctx, Label{TagLabel, tag}), fs.ErrExist)
	}
	return v, err
}

// checked is a text that may be kept: not empty, and of so many characters at most.
func checked(text string, most int) (string, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "" || !utf8.ValidString(text):
		return "", RefusedEmpty
	case utf8.RuneCountInString(text) > most:
		return "", RefusedLong
	}
	return text, nil
}

// Untag takes a tag away. The tag leaves the list with the last comment that has it.
func (s *Voices) Untag(ctx context.Context, place int64, tag string) (Voice, error) {
	v, err := s.change(ctx, place, func(v *Voice) error {
		v.Tags = slices.DeleteFunc(slices.Clone(v.Tags), func(t string) bool { return t == tag })
		return nil
	})
	if err != nil {
		return v, err
	}
	l := Label{TagLabel, tag}
	left, err := s.Store.FindVoices(ctx, VoiceQuery{Terms: [][]string{{l.term()}}, Below: math.MaxInt64, Limit: 1})
	if err == nil && len(left) == 0 {
		err = unless(s.Store.RemoveLabel(ctx, l), fs.ErrNotExist)
	}
	return v, err
}

// Hide takes the comment out of every list, export and theme, and out of what was
// cleared for everybody. The row keeps why and who.
func (s *Voices) Hide(ctx context.Context, place int64, why, by string) (Voice, error) {
	why, err := checked(why, MaxReason)
	if err != nil {
		return Voice{}, err
	}
	now, err := s.Store.Now(ctx)
	if err != nil {
		return Voice{}, err
	}
	return s.change(ctx, place, func(v *Voice) error {
		v.Hidden = Hiding{Why: why, By: by, At: surveys.Moment(now)}
		v.Quote = Quote{}
		return nil
	})
}

// Show takes a hiding back.
func (s *Voices) Show(ctx context.Context, place int64) (Voice, error) {
	return s.change(ctx, place, func(v *Voice) error {
		v.Hidden = Hiding{}
		return nil
	})
}

// Clear lets everybody read of a comment what a person leaves of it: passages in the
// customer's own words and order, with "[…]" where something was left out. So it cannot
// be made to say what the customer did not.
func (s *Voices) Clear(ctx context.Context, place int64, text, by string) (Voice, error) {
	text, err := checked(strings.ReplaceAll(text, "\r\n", "\n"), math.MaxInt)
	if err != nil {
		return Voice{}, err
	}
	now, err := s.Store.Now(ctx)
	if err != nil {
		return Voice{}, err
	}
	return s.change(ctx, place, func(v *Voice) error {
		if !v.Hidden.At.IsZero() {
			return RefusedHidden
		}
		if !shortened(text, v.Comment) {
			return RefusedChanged
		}
		v.Quote = Quote{Text: text, By: by, At: surveys.Moment(now)}
		return nil
	})
}

// Withdraw takes a clearance back.
func (s *Voices) Withdraw(ctx context.Context, place int64) (Voice, error) {
	return s.change(ctx, place, func(v *Voice) error {
		v.Quote = Quote{}
		return nil
	})
}

// shortened says whether a text is another one but for passages left out, each marked.
func shortened(text, of string) bool {
	rest := folds(of)
	for passage := range strings.SplitSeq(strings.ReplaceAll(text, "[...]", "[…]"), "[…]") {
		words := folds(passage)
		at := 0
		for at+len(words) <= len(rest) && !slices.Equal(rest[at:at+len(words)], words) {
			at++
		}
		if at+len(words) > len(rest) {
			return false
		}
		rest = rest[at+len(words):]
	}
	return len(folds(text)) > 0
}

func folds(text string) (all []string) {
	for _, w := range wordsOf(text) {
		all = append(all, w.folded)
	}
	return all
}

// Hidden gives the responses whose comments are hidden.
func (s *Voices) Hidden(ctx context.Context) (map[string]bool, error) {
	all := map[string]bool{}
	h := Hearing{State: HiddenState}
	for more := true; more; {
		var found []Voice
		var err error
		if found, more, err = s.Find(ctx, h, hiddenPage); err != nil {
			return nil, err
		}
		for _, v := range found {
			all[v.Response], h.Before = true, v.Place
		}
	}
	return all, nil
}

const hiddenPage = 500

// Quotes gives the newest that were cleared for everybody.
func (s *Voices) Quotes(ctx context.Context, limit int) ([]Voice, error) {
	found, _, err := s.Find(ctx, Hearing{State: QuotedState}, limit)
	return found, err
}

// Labels gives the names of each kind, in their order.
func (s *Voices) Labels(ctx context.Context) (map[string][]string, error) {
	all := map[string][]string{}
	for l, err := range s.Store.Labels(ctx) {
		if err != nil {
			return nil, err
		}
		all[l.Kind] = append(all[l.Kind], l.Name)
	}
	return all, nil
}
