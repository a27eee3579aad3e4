package main

import (
	"context"

	"github.com/entendu/entendu/reports"
)

// tagged is a tag of the made-up shop and the words of the comments that bear it.
type tagged struct {
	name  string // of its text
	words []string
}

func tagsOfStory() []tagged {
	return []tagged{
		{"refund", []string{"remboursement", "refund"}},
		{"silence", []string{"nouvelle", "silence", "prévenu", "nobody told"}},
		{"again", []string{"trois fois", "three times", "redemandé", "asked again"}},
	}
}

const (
	// taggedEach bounds how many comments of one search the story tags, and readUpTo how
	// many of the newest nobody has read: the demo must stand soon.
	taggedEach, readUpTo = 6, 12
)

// hear brings what customers wrote to the comments, and lets a manager of the shop read,
// tag, hide and clear some.
func (y *story) hear(ctx context.Context) error {
	if err := untilDone(ctx, y.service.transcriber.Pass); err != nil {
		return err
	}
	voices, w := y.service.voices, y.service.words.For(y.service.live.Settings().Organisation.Languages[0])
	for _, t := range tagsOfStory() {
		for _, words := range t.words {
			if err := y.each(ctx, reports.Hearing{Typed: words}, taggedEach, func(v reports.Voice) error {
				_, err := voices.Tag(ctx, v.Place, w.T("demo.tag."+t.name))
				return err
			}); err != nil {
				return err
			}
		}
	}
	n := 0
	return y.each(ctx, reports.Hearing{}, 3*readUpTo, func(v reports.Voice) (err error) {
		switch n++; {
		case n == 2*readUpTo:
			_, err = voices.Hide(ctx, v.Place, w.T("demo.hidden"), w.T("demo.person.manager"))
		case n == readUpTo+1:
			_, err = voices.Clear(ctx, v.Place, v.Comment, w.T("demo.person.manager"))
		case n > readUpTo:
			_, err = voices.MarkRead(ctx, v.Place, true)
		}
		return err
	})
}

// each does something with the newest comments that are found.
func (y *story) each(ctx context.Context, h reports.Hearing, most int, do func(reports.Voice) error) error {
	found, _, err := y.service.voices.Find(ctx, h, most)
	for _, v := range found {
		if err == nil {
			err = do(v)
		}
	}
	return err
}
