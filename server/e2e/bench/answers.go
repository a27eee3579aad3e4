package main

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/entendu/entendu/server/store/sqlite"
	"github.com/entendu/entendu/surveys"
)

const (
	formKind = "application/x-www-form-urlencoded"
	// comment is about as long as people write.
	comment        = "Conseillère très claire. Elle m'a rappelé comme promis."
	escapedComment = "Conseill%C3%A8re+tr%C3%A8s+claire.+Elle+m%27a+rappel%C3%A9+comme+promis."
)

// link is where one invitation is answered.
type link struct{ id, token string }

// answers is what customers do with the links of one store: every answer is to an
// invitation of its own, and what was acknowledged is remembered.
type answers struct {
	links        []link
	next         atomic.Int64
	opened       atomic.Int64
	acknowledged []bool // by link; each is one client's alone
}

func newAnswers(links []link) *answers {
	return &answers{links: links, acknowledged: make([]bool, len(links))}
}

// take gives a link that nobody has answered.
func (a *answers) take() (n int, err error) {
	n = int(a.next.Add(1)) - 1
	if n >= len(a.links)-neverAnswered {
		return 0, errNoMore
	}
	return n, nil
}

// answer posts a complete answer.
func (a *answers) answer(w *wire) error {
	n, err := a.take()
	if err != nil {
		return err
	}
	return a.post(w, n)
}

// visit opens the page and posts a complete answer.
func (a *answers) visit(w *wire) error {
	n, err := a.take()
	if err != nil {
		return err
	}
	status, err := w.get("/a/"+a.links[n].token, "")
	if err := expect(http.StatusOK, status, err); err != nil {
		return err
	}
	return a.post(w, n)
}

func (a *answers) post(w *wire, n int) error {
	status, err := w.post("/a/"+a.links[n].token, formKind, "", form(n))
	if err := expect(http.StatusSeeOther, status, err); err != nil {
		return err
	}
	a.acknowledged[n] = true
	return nil
}

// open opens a survey that nobody answers: one of the last.
func (a *answers) open(w *wire) error {
	unanswered := a.links[len(a.links)-neverAnswered:]
	n := int(a.opened.Add(1)) % neverAnswered
	status, err := w.get("/a/"+unanswered[n].token, "")
	return expect(http.StatusOK, status, err)
}

// scores are what the customer of a link says; they differ, so that an answer kept
// under another's link is noticed.
func scores(n int) (delay, listening int) { return 1 + n%5, 1 + n/5%5 }

func form(n int) string {
	delay, listening := scores(n)
	return fmt.Sprintf("version=1&language=fr&delay=%d&listening=%d&resolved=yes&recommend=9&comment=", delay, listening) + escapedComment
}

// kept is what became of the answers of one store.
type kept struct {
	acknowledged int
	stored       int // responses to links of ours
	lost         int // acknowledged, and not in the store as they were posted
	twice        int // kept more than once
}

// count compares what was acknowledged with what a store holds that nobody writes.
func (a *answers) count(ctx context.Context, path string) (k kept, err error) {
	store, err := sqlite.Open(ctx, path, time.Now)
	if err != nil {
		return k, err
	}
	defer store.Close()
	number := make(map[string]int, len(a.links))
	for n, l := range a.links {
		number[l.id] = n
	}
	right := make([]bool, len(a.links))
	for r, err := range store.ResponsesClosed(ctx, time.Time{}, time.Time{}) {
		if err != nil {
			return k, err
		}
		if n, ours := number[r.Invitation]; ours {
			k.stored++
			right[n] = as(n, r.Last())
			if len(r.Answers) > 1 {
				k.twice++
			}
		}
	}
	for n, yes := range a.acknowledged {
		if yes {
			k.acknowledged++
			if !right[n] {
				k.lost++
			}
		}
	}
	return k, nil
}

// as says whether an answer is the one that was posted to link n.
func as(n int, given surveys.Answer) bool {
	delay, listening := scores(n)
	v := given.Values
	return v["delay"] == strconv.Itoa(delay) && v["listening"] == strconv.Itoa(listening) && v["comment"] == comment
}
