package reports_test

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/store/sqlite"
	"github.com/entendu/entendu/server/store/storetest/blank"
	"github.com/entendu/entendu/static"
	"github.com/entendu/entendu/surveys"
)

// parlour is where comments are brought and read: a real store, and a time that stands.
type parlour struct {
	*testing.T
	store       *sqlite.Store
	transcriber *reports.Transcriber
	voices      *reports.Voices
	n           int
}

var wednesday = time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)

func newParlour(t *testing.T) *parlour {
	store, err := sqlite.Open(t.Context(), blank.Path(t), func() time.Time { return wednesday })
	must(t, err)
	t.Cleanup(func() { store.Close() })
	x, err := reports.NewLexicon(static.Words())
	must(t, err)
	return &parlour{
		T: t, store: store, voices: &reports.Voices{Store: store, Lexicon: x},
		transcriber: &reports.Transcriber{Store: store, Lexicon: x, Settings: surveys.DefaultSettings, Log: slog.New(slog.DiscardHandler)},
	}
}

// said is a response with one answer, given some days after wednesday; more are values.
func (p *parlour) said(team string, days int, comment string, more ...string) surveys.Response {
	p.n++
	r := surveys.Response{
		Invitation: fmt.Sprint("r", p.n), Survey: surveys.AfterHandling, Ticket: surveys.TicketKey{Source: "desk", ID: fmt.Sprint(p.n)},
		Customer: fmt.Sprint("c", p.n), Dimensions: surveys.Dimensions{Team: team, Category: "delivery", Language: "fr"}, Agent: "u-17", Transcribe: true,
	}
	values := map[string]string{"comment": comment}
	for i := 0; i < len(more); i += 2 {
		values[more[i]] = more[i+1]
	}
	r.Answers = []surveys.Answer{{At: wednesday.AddDate(0, 0, days), Version: 1, Language: "fr", Values: values}}
	must(p.T, p.store.AddResponse(p.Context(), r))
	return r
}

func (p *parlour) transcribe() {
	p.Helper()
	for more := true; more; {
		var err error
		more, err = p.transcriber.Pass(p.Context())
		must(p.T, err)
	}
	left, err := p.store.FindResponsesToTranscribe(p.Context(), 1)
	must(p.T, err)
	if len(left) > 0 {
		p.Errorf("%s is still marked", left[0].Invitation)
	}
}

// finds compares the comments found, whose order within a week is chance.
func (p *parlour) finds(h reports.Hearing, want ...string) {
	p.Helper()
	found, more, err := p.voices.Find(p.Context(), h, 100)
	must(p.T, err)
	var got []string
	for _, v := range found {
		got = append(got, v.Comment)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) || more {
		p.Errorf("%+v: found %q, want %q", h, got, want)
	}
}

func (p *parlour) voice(response string) reports.Voice {
	p.Helper()
	v, err := p.store.GetVoice(p.Context(), response)
	must(p.T, err)
	return v
}

func TestCommentsAreFoundByWhatTheyAre(t *testing.T) {
	p := newParlour(t)
	p.said("shop", 0, "retard", "delay", "2", "listening", "4")
	p.said("shop", 7, "retards", "delay", "5", "listening", "4", "private", "yes")
	p.said("billing", 14, "facture", "delay", "3", "listening", "4")
	p.said("billing", 14, "", "delay", "1", "listening", "1")
	p.transcribe()
	all := []string{"retard", "retards", "facture"}
	p.finds(reports.Hearing{}, all...)
	p.finds(reports.Hearing{Typed: "Retards"}, "retard", "retards")
	p.finds(reports.Hearing{Score: "low"}, "retard")
	p.finds(reports.Hearing{Score: "middle"}, "facture")
	p.finds(reports.Hearing{Score: "high"}, "retards")
	p.finds(reports.Hearing{Score: "listening:4"}, all...)
	p.finds(reports.Hearing{Score: "delay:5"}, "retards")
	p.finds(reports.Hearing{Labels: []reports.Label{{Kind: reports.TeamLabel, Name: "billing"}}}, "facture")
	p.finds(reports.Hearing{Labels: []reports.Label{{Kind: reports.LanguageLabel, Name: "fr"}, {Kind: reports.CategoryLabel, Name: "delivery"}}}, all...)
	p.finds(reports.Hearing{State: reports.UnreadState}, all...)
	p.finds(reports.Hearing{State: reports.ReadState})

	p.finds(reports.Hearing{Teams: []string{"billing"}}, "facture")
	p.finds(reports.Hearing{Teams: []string{"billing"}, Typed: "retard"})
	p.finds(reports.Hearing{Teams: []string{"billing", "shop"}}, all...)
	p.finds(reports.Hearing{Teams: []string{}})
	p.finds(reports.Hearing{Teams: []string{"billing"}, Labels: []reports.Label{{Kind: reports.TeamLabel, Name: "shop"}}})

	p.finds(reports.Hearing{From: "2026-03-09"}, "retards", "facture")
	p.finds(reports.Hearing{From: "2026-03-03"}, "retards", "facture") // only whole weeks
	p.finds(reports.Hearing{To: "2026-03-16"}, "retard", "retards")
	p.finds(reports.Hearing{From: "2026-03-02", To: "2026-03-09"}, "retard")

	labels, err := p.voices.Labels(t.Context())
	must(t, err)
	if got := fmt.Sprint(labels); got != "map[category:[delivery] language:[fr] team:[billing shop]]" {
		t.Errorf("the labels: %s", got)
	}
}

// A list tells the week and no more: neither the order within it nor a place says which
// came first.
func TestNoTimeIsFinerThanTheWeek(t *testing.T) {
	p := newParlour(t)
	for n := range 40 {
		p.said("shop", n%14, fmt.Sprint("mot", n))
	}
	p.transcribe()
	found, _, err := p.voices.Find(t.Context(), reports.Hearing{}, 100)
	must(t, err)
	inOrder := 0
	for i, v := range found[1:] {
		if found[i].Week() < v.Week() {
			t.Errorf("%s stands after %s", v.Week(), found[i].Week())
		}
		if found[i].Response < v.Response {
			inOrder++
		}
	}
	if weeks := string(found[0].Week() + " " + found[len(found)-1].Week()); weeks != "2026-03-16 2026-03-02" {
		t.Errorf("weeks from %s", weeks)
	}
	if inOrder < 5 || inOrder > 35 {
		t.Errorf("%d of 40 stand in the order in which they came", inOrder)
	}
}

func TestPagesMissNothing(t *testing.T) {
	p := newParlour(t)
	for n := range 25 {
		p.said([]string{"shop", "billing"}[n%2], n, fmt.Sprint("mot", n))
	}
	p.transcribe()
	for _, h := range []reports.Hearing{{}, {Teams: []string{"shop"}}} {
		met, pages := map[string]bool{}, 0
		for more := true; more; pages++ {
			var found []reports.Voice
			var err error
			found, more, err = p.voices.Find(t.Context(), h, 4)
			must(t, err)
			for _, v := range found {
				if met[v.Response] {
					t.Errorf("%s comes twice", v.Response)
				}
				met[v.Response] = true
			}
			h.Before = found[len(found)-1].Place
		}
		if want := 25 - 12*len(h.Teams); len(met) != want || pages != (want+3)/4 {
			t.Errorf("%d comments on %d pages, want %d", len(met), pages, want)
		}
	}
}

// What a manager notes stays when the customer changes their scores; what was read or
// cleared of other words does not.
func TestAnswersThatChange(t *testing.T) {
	p := newParlour(t)
	r := p.said("shop", 0, "trop long", "delay", "2")
	p.transcribe()
	place := p.voice(r.Invitation).Place
	_, err := p.voices.Tag(t.Context(), place, "  colis   perdu ")
	must(t, err)
	_, err = p.voices.MarkRead(t.Context(), place, true)
	must(t, err)
	_, err = p.voices.Clear(t.Context(), place, "trop long", "lea")
	must(t, err)

	again := func(comment, delay string) reports.Voice {
		r, err := p.store.GetResponse(t.Context(), r.Invitation)
		must(t, err)
		a := r.Last()
		a.At, a.Values = a.At.AddDate(0, 0, 20), map[string]string{"comment": comment, "delay": delay}
		r.Answers, r.Transcribe = append(r.Answers, a), true
		must(t, p.store.PutResponse(t.Context(), r))
		p.transcribe()
		v, err := p.store.GetVoice(t.Context(), r.Invitation)
		if comment == "" && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a comment taken back: %v", err)
		}
		return v
	}
	v := again("trop long", "4")
	if !v.Read || v.Quote.Text == "" || v.Place != place || !slices.Equal(v.Tags, []string{"colis perdu"}) || v.Mood() != reports.High {
		t.Errorf("after other scores: %+v", v)
	}
	if v = again("plus long", "4"); v.Read || v.Quote.Text != "" || v.Place != place || len(v.Tags) != 1 {
		t.Errorf("after other words: %+v", v)
	}
	p.finds(reports.Hearing{Labels: []reports.Label{{Kind: reports.TagLabel, Name: "colis perdu"}}, Score: "high"}, "plus long")
	again("", "4")
	p.finds(reports.Hearing{})
}

func TestHiddenCommentsAreInNoList(t *testing.T) {
	p := newParlour(t)
	r := p.said("shop", 0, "insulte")
	p.said("shop", 0, "retard")
	p.transcribe()
	place := p.voice(r.Invitation).Place
	_, err := p.voices.Clear(t.Context(), place, "insulte", "lea")
	must(t, err)
	_, err = p.voices.Hide(t.Context(), place, " ", "lea")
	if !errors.Is(err, reports.RefusedEmpty) {
		t.Errorf("hidden for no reason: %v", err)
	}
	v, err := p.voices.Hide(t.Context(), place, "insults an adviser", "lea")
	must(t, err)
	if v.Hidden.Why != "insults an adviser" || v.Hidden.By != "lea" || !v.Hidden.At.Equal(wednesday) {
		t.Errorf("the row says %+v", v.Hidden)
	}
	for _, h := range []reports.Hearing{{}, {Typed: "insulte"}, {State: reports.UnreadState}, {State: reports.QuotedState}, {Teams: []string{"shop"}}} {
		want := []string{"retard"}
		if h.Typed != "" || h.State == reports.QuotedState {
			want = nil
		}
		p.finds(h, want...)
	}
	p.finds(reports.Hearing{State: reports.HiddenState}, "insulte")
	if all, err := p.voices.Hidden(t.Context()); err != nil || len(all) != 1 || !all[r.Invitation] {
		t.Errorf("hidden: %v, %v", all, err)
	}
	p.finds(reports.Hearing{State: reports.HiddenState, Teams: []string{"shop"}}, "insulte")
	p.finds(reports.Hearing{State: reports.HiddenState, Teams: []string{"billing"}})
	if _, err = p.voices.Clear(t.Context(), place, "insulte", "lea"); !errors.Is(err, reports.RefusedHidden) {
		t.Errorf("a hidden comment is cleared: %v", err)
	}
	_, err = p.voices.MarkRead(t.Context(), place, true)
	must(t, err)
	p.finds(reports.Hearing{}, "retard")
	_, err = p.voices.Show(t.Context(), place)
	must(t, err)
	p.finds(reports.Hearing{Typed: "insultes"}, "insulte")
}

func TestTagsComeAndGo(t *testing.T) {
	p := newParlour(t)
	a, b := p.said("shop", 0, "un"), p.said("shop", 0, "deux")
	p.transcribe()
	tags := func() []string {
		labels, err := p.voices.Labels(t.Context())
		must(t, err)
		return labels[reports.TagLabel]
	}
	for _, r := range []surveys.Response{a, b} {
		_, err := p.voices.Tag(t.Context(), p.voice(r.Invitation).Place, "colis")
		must(t, err)
	}
	for _, r := range []surveys.Response{a, b} {
		if got := tags(); !slices.Equal(got, []string{"colis"}) {
			t.Errorf("tags %q", got)
		}
		_, err := p.voices.Untag(t.Context(), p.voice(r.Invitation).Place, "colis")
		must(t, err)
	}
	if got := tags(); got != nil {
		t.Errorf("tags %q that no comment has", got)
	}
	for tag, want := range map[string]error{" ": reports.RefusedEmpty, strings.Repeat("é", 41): reports.RefusedLong} {
		if _, err := p.voices.Tag(t.Context(), p.voice(a.Invitation).Place, tag); !errors.Is(err, want) {
			t.Errorf("tag %q: %v", tag, err)
		}
	}
}

// Erasing reaches the comment, its terms, tags and quote, also where the transcriber was
// about to keep the words that are erased.
func TestErasedCommentsAreGone(t *testing.T) {
	p := newParlour(t)
	r := p.said("shop", 0, "je suis Lina Roche")
	p.transcribe()
	_, err := p.voices.Clear(t.Context(), p.voice(r.Invitation).Place, "je suis […] Roche", "lea")
	must(t, err)
	late := p.said("shop", 0, "et moi Paul")
	late.Rev = 1
	for _, one := range []surveys.Response{r, late} {
		i := surveys.Invitation{ID: one.Invitation, Person: "her", State: surveys.Sent, Ticket: one.Ticket, Survey: one.Survey}
		must(t, p.store.AddInvitation(t.Context(), i))
	}
	_, err = (&surveys.Eraser{Store: p.store, Settings: surveys.DefaultSettings}).Erase(t.Context(), "her")
	must(t, err)
	if _, err := p.store.GetVoice(t.Context(), r.Invitation); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the comment is kept: %v", err)
	}
	must(t, p.transcriber.Settle(t.Context(), late)) // what it had read before
	p.transcribe()
	if _, err := p.store.GetVoice(t.Context(), late.Invitation); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the other comment is kept: %v", err)
	}
	p.finds(reports.Hearing{})
	p.finds(reports.Hearing{Typed: "roche"})
}

// Responses that were kept before they could be marked are transcribed once.
func TestOlderCommentsAreCaughtUp(t *testing.T) {
	p := newParlour(t)
	r := surveys.Response{Invitation: "old", Survey: surveys.AfterHandling, Answers: []surveys.Answer{
		{At: wednesday, Version: 1, Language: "fr", Values: map[string]string{"comment": "ancien"}},
	}}
	must(t, p.store.AddResponse(t.Context(), r))
	p.transcribe()
	p.finds(reports.Hearing{}, "ancien")
	r.Invitation = "unmarked"
	must(t, p.store.AddResponse(t.Context(), r))
	p.transcribe()
	p.finds(reports.Hearing{}, "ancien")
}
