package main

import (
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/entendu/entendu/server/store/sqlite"
	"github.com/entendu/entendu/surveys"
)

// TestCountFindsWhatIsWrong stores five answers, one of them under another's link
// and one twice, and acknowledges a sixth that was never stored.
func TestCountFindsWhatIsWrong(t *testing.T) {
	path := filepath.Join(t.TempDir(), storeFile)
	store, err := sqlite.Open(t.Context(), path, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	a := newAnswers(makeLinks(6))
	for n := range 5 {
		said := n
		if n == 3 {
			said = 4
		}
		r := surveys.Response{Invitation: a.links[n].id, ClosedAt: time.Now(), Answers: []surveys.Answer{saidAt(said)}}
		if n == 2 {
			r.Answers = append(r.Answers, saidAt(n))
		}
		if err := store.AddResponse(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	for n := range 6 {
		a.acknowledged[n] = n != 0 // the first broke, and was stored all the same
	}
	got, err := a.count(t.Context(), path)
	if want := (kept{acknowledged: 5, stored: 5, lost: 2, twice: 1}); got != want || err != nil {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
}

func saidAt(n int) surveys.Answer {
	delay, listening := scores(n)
	return surveys.Answer{Values: map[string]string{
		"delay": strconv.Itoa(delay), "listening": strconv.Itoa(listening), "comment": comment,
	}}
}
