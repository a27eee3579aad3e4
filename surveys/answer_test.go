package surveys_test

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/entendu/entendu/surveys"
)

// asked opens a house in which lina has been asked about ticket 1, and gives her
// link.
func asked(t *testing.T) (*house, string) {
	h := due(t)
	h.send()
	return h, h.mail.carried()[0].AnswerToken
}

func (h *house) answers() *surveys.Answers {
	return &surveys.Answers{Store: h.store, Settings: h.inForce, Keys: h.keys}
}

func (h *house) response() surveys.Response {
	h.Helper()
	r, err := h.store.GetResponse(h.Context(), idOf("1", 1))
	h.must(err)
	return r
}

func (h *house) unanswered() {
	h.Helper()
	if _, err := h.store.GetResponse(h.Context(), idOf("1", 1)); !absent(err) {
		h.Errorf("a response is stored: %v", err)
	}
}

// form is a whole answer; fields come in pairs of name and value.
func form(fields ...string) url.Values {
	f := url.Values{"delay": {"4"}, "listening": {"5"}}
	for i := 0; i < len(fields); i += 2 {
		f.Set(fields[i], fields[i+1])
	}
	return f
}

func TestConfirm(t *testing.T) {
	h, token := asked(t)
	h.clock.pass(minute) // a machine would be faster
	got, err := h.answers().Confirm(t.Context(), token, form("comment", "Merci !", "unknown", "x", "recommend", ""), "fr")
	h.must(err)
	i := h.invitation("1", 1)
	want := surveys.Response{
		Invitation: i.ID, Survey: surveys.AfterHandling, Ticket: i.Ticket, Closing: 1, ClosedAt: i.ClosedAt, Customer: i.Customer,
		Answers: []surveys.Answer{{At: monday.Add(minute), Version: 1, Language: "fr", Values: map[string]string{"delay": "4", "listening": "5", "comment": "Merci !"}}},
		Recount: []surveys.Day{"2026-03-02"}, Transcribe: true, Rev: 1,
	}
	if diff := cmp.Diff(want, h.response()); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
	want.Rev = got.Response.Rev
	if diff := cmp.Diff(&want, got.Response); diff != "" {
		t.Errorf("given back (-want +got):\n%s", diff)
	}
}

// TestLookingChangesNothing: mail scanners open every link.
func TestLookingChangesNothing(t *testing.T) {
	h, token := asked(t)
	before, stop := h.invitation("1", 1), h.mail.carried()[0].StopToken
	for range 10 {
		got, err := h.answers().Find(t.Context(), token)
		h.must(err)
		if got.Response != nil || got.Survey.Version != 1 || !got.Until.Equal(monday.Add(28*day)) || got.Invitation.ID != before.ID {
			t.Fatalf("%+v", got)
		}
		if stopped, err := h.answers().Stopped(t.Context(), stop); stopped || err != nil {
			t.Fatal(stopped, err)
		}
	}
	h.unanswered()
	if diff := cmp.Diff(before, h.invitation("1", 1)); diff != "" {
		t.Errorf("looking changed the invitation (-before +after):\n%s", diff)
	}
}

// TestTwentyClicks at once, on two clients, of one answer.
func TestTwentyClicks(t *testing.T) {
	h, token := asked(t)
	stores := []surveys.Store{h.store, h.beside(h.clock)}
	together(20, func(n int) {
		a := h.answers()
		a.Store = stores[n%2]
		if got, err := a.Confirm(t.Context(), token, form(), "fr"); err != nil || got.Response == nil {
			t.Errorf("click %d: %v", n, err)
		}
	})
	if r := h.response(); r.Rev != 1 || len(r.Answers) != 1 {
		t.Errorf("%d writes, %d answers", r.Rev, len(r.Answers))
	}
}

// TestTwentyTabs at once, each with another answer: none is lost.
func TestTwentyTabs(t *testing.T) {
	h, token := asked(t)
	stores := []surveys.Store{h.store, h.beside(h.clock)}
	together(20, func(n int) {
		a := h.answers()
		a.Store = stores[n%2]
		if _, err := a.Confirm(t.Context(), token, form("comment", strconv.Itoa(n)), "fr"); err != nil {
			t.Errorf("tab %d: %v", n, err)
		}
	})
	said := map[string]bool{}
	for _, a := range h.response().Answers {
		said[a.Values["comment"]] = true
	}
	if len(said) != 20 {
		t.Errorf("%d of 20 answers are kept", len(said))
	}
}

func TestTheLastAnswerCounts(t *testing.T) {
	h, token := asked(t)
	var want []string
	confirm := func(comment string, stored bool) {
		h.clock.pass(minute)
		got, err := h.answers().Confirm(t.Context(), token, form("comment", comment), "fr")
		h.must(err)
		if stored {
			want = append(want, comment)
		}
		r := h.response()
		if len(r.Answers) > surveys.MaxAnswers {
			t.Errorf("%d answers are kept", len(r.Answers))
		}
		if last := r.Last(); last.Values["comment"] != comment || stored != last.At.Equal(h.clock.Now()) {
			t.Errorf("after %q the last answer is %+v", comment, last)
		}
		if diff := cmp.Diff(r.Answers, got.Response.Answers); diff != "" {
			t.Errorf("shown is not what is stored (-stored +shown):\n%s", diff)
		}
	}
	for _, comment := range []string{"a", "b", "a"} {
		confirm(comment, true)
		confirm(comment, false)
		confirm(comment, false)
	}
	for i := range 25 {
		confirm(fmt.Sprint(i), true)
	}
	var got []string
	for _, a := range h.response().Answers {
		got = append(got, a.Values["comment"])
	}
	if diff := cmp.Diff(want[len(want)-surveys.MaxAnswers:], got); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
}

func TestWindow(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*house)
		over   bool
	}{
		{"at its end", func(h *house) { h.clock.pass(28 * day) }, false},
		{"after its end", func(h *house) { h.clock.pass(28*day + time.Millisecond) }, true},
		{"without end", func(h *house) {
			h.decide(func(s *surveys.Settings) { s.Asking.AnswerWithin = surveys.Span{} })
			h.clock.pass(1000 * day)
		}, false},
		{"erased", func(h *house) {
			i := h.invitation("1", 1)
			i.Person = ""
			h.must(h.store.PutInvitation(h.Context(), i))
		}, true},
		{"reopened after the mail", func(h *house) { h.hear(told(surveys.Reopened, 1)) }, false},
	} {
		for _, answered := range []bool{false, true} {
			h, token := asked(t)
			if answered {
				_, err := h.answers().Confirm(t.Context(), token, form(), "fr")
				h.must(err)
			}
			test.change(h)
			seen, err := h.answers().Find(t.Context(), token)
			_, posted := h.answers().Confirm(t.Context(), token, form("delay", "1"), "fr")
			if errors.Is(err, surveys.ErrOver) != test.over || errors.Is(posted, surveys.ErrOver) != test.over {
				t.Errorf("%s: looking %v, answering %v", test.name, err, posted)
			}
			if (seen.Response != nil) != answered {
				t.Errorf("%s: the earlier answer is shown: %v; given: %v", test.name, seen.Response != nil, answered)
			}
			switch {
			case test.over && answered && h.response().Last().Values["delay"] != "4", !test.over && h.response().Last().Values["delay"] != "1":
				t.Errorf("%s: the answer that counts is %v", test.name, h.response().Last())
			case test.over && !answered:
				h.unanswered()
			}
		}
	}
}

// TestAnswerToAMailOfUnknownOutcome: the link of a mail that nobody knows to have
// left works.
func TestAnswerToAMailOfUnknownOutcome(t *testing.T) {
	h := due(t)
	h.mail.script = []surveys.Outcome{surveys.Unknown, surveys.Unknown}
	h.send()
	h.passes(hour)
	h.stands("1", 1, surveys.Skipped, surveys.Failed)
	_, err := h.answers().Confirm(t.Context(), h.mail.carried()[0].AnswerToken, form(), "fr")
	h.must(err)
	h.response()
}

func TestLinksThatLeadNowhere(t *testing.T) {
	h, token := asked(t)
	for _, test := range []struct {
		name, token string
		want        error
	}{
		{"empty", "", surveys.ErrForged},
		{"truncated", token[:len(token)-1], surveys.ErrForged},
		{"longer", token + "A", surveys.ErrForged},
		{"to stop mail", h.mail.carried()[0].StopToken, surveys.ErrForged},
		{"of another secret", surveys.NewKeys("another").Sign(surveys.ToAnswer, idOf("1", 1)), surveys.ErrForged},
		{"of nothing", h.keys.Sign(surveys.ToAnswer, idOf("1", 2)), nil},
	} {
		_, looked := h.answers().Find(t.Context(), test.token)
		_, posted := h.answers().Confirm(t.Context(), test.token, form(), "fr")
		for _, err := range []error{looked, posted} {
			if test.want == nil && !absent(err) || test.want != nil && !errors.Is(err, test.want) {
				t.Errorf("%s: %v", test.name, err)
			}
		}
	}
	for _, err := range []error{
		h.answers().Stop(t.Context(), token), h.answers().Resume(t.Context(), token), second(h.answers().Stopped(t.Context(), token)),
	} {
		if !errors.Is(err, surveys.ErrForged) {
			t.Errorf("a link to answer stops mail: %v", err)
		}
	}
	h.unanswered()
}

func second(_ bool, err error) error { return err }

// TestInvalidStoresNothing and gives back what was typed.
func TestInvalidStoresNothing(t *testing.T) {
	for _, test := range []struct {
		name string
		form url.Values
		want surveys.Invalid
	}{
		{"nothing", url.Values{}, surveys.Invalid{
			Problems: []surveys.Problem{{Field: "delay", Key: "required"}, {Field: "listening", Key: "required"}}, Values: map[string]string{},
		}},
		{"a long comment", form("comment", strings.Repeat("é", 2001)), surveys.Invalid{
			Problems: []surveys.Problem{{Field: "comment", Key: "long"}},
			Values:   map[string]string{"delay": "4", "listening": "5", "comment": strings.Repeat("é", 2001)},
		}},
		{"a version that never was", form("version", "2", "comment", "typed"), surveys.Invalid{
			Problems: []surveys.Problem{{Field: "version", Key: "unreadable"}},
			Values:   map[string]string{"delay": "4", "listening": "5", "comment": "typed"},
		}},
		{"no version at all", form("version", "x", "delay", "9"), surveys.Invalid{
			Problems: []surveys.Problem{{Field: "version", Key: "unreadable"}, {Field: "delay", Key: "choose"}},
			Values:   map[string]string{"listening": "5"},
		}},
		{"two versions", url.Values{"delay": {"4"}, "listening": {"5"}, "version": {"1", "1"}}, surveys.Invalid{
			Problems: []surveys.Problem{{Field: "version", Key: "repeated"}}, Values: map[string]string{"delay": "4", "listening": "5"},
		}},
	} {
		h, token := asked(t)
		got, err := h.answers().Confirm(t.Context(), token, test.form, "fr")
		invalid, ok := surveys.AsInvalid(err)
		if !ok {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if diff := cmp.Diff(test.want, *invalid); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
		if got.Survey.Name == "" || got.Invitation.ID == "" {
			t.Errorf("%s: the page cannot be shown again: %+v", test.name, got)
		}
		if strings.Contains(err.Error(), "typed") {
			t.Errorf("%s: the error repeats what was typed: %v", test.name, err)
		}
		h.unanswered()
	}
}

func TestVersionThatWasSeen(t *testing.T) {
	for _, seen := range []string{"", "1"} {
		h, token := asked(t)
		_, err := h.answers().Confirm(t.Context(), token, form("version", seen), "fr")
		h.must(err)
		if got := h.response().Last().Version; got != 1 {
			t.Errorf("seen %q, stored as version %d", seen, got)
		}
	}
}

// TestKilledAfterTheAnswer: what is posted again is the same answer.
func TestKilledAfterTheAnswer(t *testing.T) {
	h, token := asked(t)
	a := h.answers()
	a.At = dying("K17")
	for range 3 {
		if _, err := a.Confirm(t.Context(), token, form(), "fr"); !errors.Is(err, errKilled) {
			t.Fatalf("%v; want to be killed", err)
		}
	}
	if r := h.response(); r.Rev != 1 || len(r.Answers) != 1 {
		t.Errorf("%d writes, %d answers", r.Rev, len(r.Answers))
	}
}

// TestStopIsForEver and may be repeated; Resume takes back only what Stop did.
func TestStopIsForEver(t *testing.T) {
	h, _ := asked(t)
	token, a := h.mail.carried()[0].StopToken, h.answers()
	stopped := func(want bool) {
		t.Helper()
		if got, err := a.Stopped(t.Context(), token); got != want || err != nil {
			t.Errorf("stopped %v, %v; want %v", got, err, want)
		}
	}
	stopped(false)
	together(10, func(int) {
		if err := a.Stop(t.Context(), token); err != nil {
			t.Error(err)
		}
	})
	h.clock.pass(4000 * day)
	h.must(a.Stop(t.Context(), token))
	stopped(true)
	if s, err := h.store.GetSuppression(t.Context(), personOf("lina@example.net")); err != nil || s.Reason != surveys.Unsubscribed || !s.At.Equal(monday) {
		t.Errorf("%+v, %v", s, err)
	}
	for range 2 {
		h.must(a.Resume(t.Context(), token))
		stopped(false)
	}
	h.must(h.store.AddSuppression(t.Context(), surveys.Suppression{Person: personOf("lina@example.net"), Reason: surveys.ByHand}))
	h.must(a.Stop(t.Context(), token))
	h.must(a.Resume(t.Context(), token))
	stopped(true)
}
