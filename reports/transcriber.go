package reports

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/entendu/entendu/surveys"
)

// Transcriber is the worker that brings what customers wrote to the comments that
// managers read, and takes away what was erased. A response that it has to look at is
// marked; the mark is cleared once the comment is as the response says, by a write that
// fails if the response has changed meanwhile. So it may be killed anywhere and run
// several times at once.
type Transcriber struct {
	Store    TranscriberStore
	Lexicon  *Lexicon
	Settings func() surveys.Settings
	Log      *slog.Logger

	labels sync.Map // those that are known to be kept
}

// TranscriberStore is what transcribing needs kept.
type TranscriberStore interface {
	VoiceStore
	FindResponsesToTranscribe(ctx context.Context, limit int) ([]surveys.Response, error)
	ResponsesClosed(ctx context.Context, from, to time.Time) iter.Seq2[surveys.Response, error]
	PutResponse(ctx context.Context, r surveys.Response) error
	GetTicket(ctx context.Context, key surveys.TicketKey) (surveys.Ticket, error)
	GetSlot(ctx context.Context, name string) (string, error)
	PutSlot(ctx context.Context, name, value string) error
}

const (
	// transcribed is the slot that says that the responses from before there was a mark
	// have been looked at.
	transcribed     = "transcribed"
	transcribeBatch = 256
	transcribePause = time.Second
)

// Run transcribes until ctx ends.
func (t *Transcriber) Run(ctx context.Context) error {
	return surveys.Work(ctx, t.Log, "transcriber", transcribePause, nil, t.Pass)
}

// Pass takes one batch; more says that others wait.
func (t *Transcriber) Pass(ctx context.Context) (more bool, err error) {
	if err := t.catchUp(ctx); err != nil {
		return false, fmt.Errorf("transcribing what was answered before: %w", err)
	}
	marked, err := t.Store.FindResponsesToTranscribe(ctx, transcribeBatch)
	if err != nil {
		return false, err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(clearers)
	for _, r := range marked {
		group.Go(func() error { return t.settle(ctx, r) })
	}
	return len(marked) == transcribeBatch, group.Wait()
}

// catchUp looks once at every response that was kept before responses had the mark.
func (t *Transcriber) catchUp(ctx context.Context) error {
	if done, err := t.Store.GetSlot(ctx, transcribed); err != nil || done != "" {
		return err
	}
	group, within := errgroup.WithContext(ctx)
	group.SetLimit(clearers)
	for r, err := range t.Store.ResponsesClosed(within, time.Time{}, time.Time{}) {
		if err != nil {
			return errors.Join(err, group.Wait())
		}
		if !r.Transcribe {
			group.Go(func() error { _, err := t.transcribe(within, r); return err })
		}
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return t.Store.PutSlot(ctx, transcribed, "yes")
}

// settle transcribes a marked response and clears its mark. Where somebody else changed
// the response or the comment meanwhile, the mark stays, and the next pass looks again.
func (t *Transcriber) settle(ctx context.Context, r surveys.Response) error {
	done, err := t.transcribe(ctx, r)
	if err != nil || !done {
		return err
	}
	r.Transcribe = false
	if err := t.Store.PutResponse(ctx, r); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("clearing the mark of a transcribed response: %w", err)
	}
	return nil
}

// transcribe makes the comment as the response says; done is false if somebody else was
// at it.
func (t *Transcriber) transcribe(ctx context.Context, r surveys.Response) (done bool, err error) {
	known, err := t.Store.GetVoice(ctx, r.Invitation)
	isNew := errors.Is(err, fs.ErrNotExist)
	if err != nil && !isNew {
		return false, err
	}
	wrote := r.Last().Written()
	switch {
	case wrote == "" && isNew:
		return true, nil
	case wrote == "":
		err = t.Store.RemoveVoice(ctx, r.Invitation)
		return true, unless(err, fs.ErrNotExist)
	}
	if r.Agent == "" {
		ticket, err := t.Store.GetTicket(ctx, r.Ticket)
		if unless(err, fs.ErrNotExist) != nil {
			return false, err
		}
		r.Agent = ticket.Agent
	}
	v := t.voice(known, r, wrote)
	if err := t.keepLabels(ctx, v); err != nil {
		return false, err
	}
	write := t.Store.PutVoice
	if isNew {
		write = t.Store.AddVoice
	}
	err = write(ctx, v)
	return err == nil, unless(err, fs.ErrExist)
}

// unless is err, or nil where it is one that changes nothing.
func unless(err, harmless error) error {
	if errors.Is(err, harmless) {
		return nil
	}
	return err
}

// voice is what is known of a comment, or a new one, saying what its response says now.
// Other words than those that somebody read, or cleared for everybody, are unread, and
// not cleared.
func (t *Transcriber) voice(v Voice, r surveys.Response, wrote string) Voice {
	if v.Agent = ""; r.Agent != "" {
		v.Agent = r.Ticket.Source + "/" + r.Agent
	}
	if v.Response == "" {
		v.Response = r.Invitation
		v.Place = PlaceIn(surveys.DayOf(r.Answers[0].At, t.Settings().Zone()))
	}
	if v.Comment != wrote {
		v.Comment, v.Read, v.Quote = wrote, false, Quote{}
	}
	v.Customer, v.Dimensions = r.Customer, r.Dimensions
	v.Spoken, v.Values = r.Last().Language, r.Last().Chosen()
	return v.indexed(t.Lexicon.words(v.Comment, v.Spoken))
}

// keepLabels adds to the list of labels what the comment has and the list lacks.
func (t *Transcriber) keepLabels(ctx context.Context, v Voice) error {
	for _, l := range v.Labels() {
		if _, known := t.labels.Load(l); known || l.Kind == TagLabel {
			continue
		}
		if err := unless(t.Store.AddLabel(ctx, l), fs.ErrExist); err != nil {
			return err
		}
		t.labels.Store(l, true)
	}
	return nil
}
