package surveys

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// FollowUps is what people who call customers back do with follow-ups. Who may see
// which is the caller's affair: teams narrow down what is looked for, nil to none.
type FollowUps struct {
	Store    Store
	Settings func() Settings
}

// ErrChanged is for a form that was filled in while somebody else changed what it is
// about.
var ErrChanged = errors.New("somebody else was faster")

const (
	// MaxNote is how many characters a note may have.
	MaxNote = 2000
	// countMost is up to how many follow-ups of a team are counted.
	countMost = 1000
	// maxCents is beyond any gesture: a slip.
	maxCents = 100_000_00
)

// WaitingFollowUps is how many there are.
type WaitingFollowUps struct {
	N, Overdue int
	More       bool // than were counted
}

// Waiting counts what waits, by a look at the order of due times alone.
func (f *FollowUps) Waiting(ctx context.Context, teams []string) (WaitingFollowUps, error) {
	now, err := f.Store.Now(ctx)
	if err != nil {
		return WaitingFollowUps{}, err
	}
	return countWaiting(ctx, f.Store, teams, now)
}

func countWaiting(ctx context.Context, st Store, teams []string, now time.Time) (w WaitingFollowUps, err error) {
	for _, of := range ofTeams(FollowUpsOf{State: FollowUpWaiting}, teams) {
		due, err := st.DueOfFollowUps(ctx, of, countMost)
		if err != nil {
			return w, err
		}
		w.N, w.More = w.N+len(due), w.More || len(due) == countMost
		for _, at := range due {
			if at.Before(now) {
				w.Overdue++
			}
		}
	}
	return w, nil
}

// ofTeams makes of one search one for each team; itself where there is no limit to any.
func ofTeams(of FollowUpsOf, teams []string) (all []FollowUpsOf) {
	if teams == nil {
		return []FollowUpsOf{of}
	}
	for _, team := range teams {
		of.By, of.Name = OfTeam, team
		all = append(all, of)
	}
	return all
}

// FollowUpFilter says what a list shows.
type FollowUpFilter struct {
	State FollowUpState
	Teams []string // nil for all
	Owner string   // "" for anybody's
	After FollowUpPlace
}

// List gives a page of follow-ups: those that wait by due time, others the latest first.
// more says that others come behind the last.
func (f *FollowUps) List(ctx context.Context, filter FollowUpFilter, limit int) (page []FollowUp, more bool, err error) {
	of := FollowUpsOf{State: filter.State, Latest: filter.State != FollowUpWaiting, After: filter.After}
	searches := ofTeams(of, filter.Teams)
	if filter.Owner != "" {
		of.By, of.Name = OfOwner, filter.Owner
		searches = []FollowUpsOf{of}
	}
	for _, search := range searches {
		found, err := f.Store.FindFollowUps(ctx, search, limit+1)
		if err != nil {
			return nil, false, err
		}
		more = more || len(found) > limit
		page = append(page, found...)
	}
	page = slices.DeleteFunc(page, func(f FollowUp) bool { return filter.Teams != nil && !slices.Contains(filter.Teams, f.Team) })
	slices.SortFunc(page, func(a, b FollowUp) int {
		order := cmp.Or(a.DueAt.Compare(b.DueAt), cmp.Compare(a.ID, b.ID))
		if of.Latest {
			return -order
		}
		return order
	})
	if len(page) > limit {
		return page[:limit], true, nil
	}
	return page, more, nil
}

// FollowUpCase is a follow-up with everything that is known of it.
type FollowUpCase struct {
	FollowUp FollowUp
	Ticket   Ticket
	Customer Customer // the zero one where nobody is known any more
	Answer   Answer
	Now      time.Time
}

// Open gives all there is to know to call somebody back; fs.ErrNotExist where there is
// no such follow-up.
func (f *FollowUps) Open(ctx context.Context, id string) (c FollowUpCase, err error) {
	if c.FollowUp, err = f.Store.GetFollowUp(ctx, id); err != nil {
		return c, err
	}
	if c.Ticket, err = f.Store.GetTicket(ctx, c.FollowUp.Ticket); err != nil {
		return c, err
	}
	if c.Customer, err = follower(ctx, f.Store, c.Ticket); err != nil {
		return c, err
	}
	r, err := f.Store.GetResponse(ctx, id)
	if err != nil {
		return c, err
	}
	c.Answer = r.Last()
	c.Now, err = f.Store.Now(ctx)
	return c, err
}

// Assign gives a follow-up to somebody, or to nobody; ErrChanged if it was not was's.
func (f *FollowUps) Assign(ctx context.Context, id, was, owner string) error {
	return f.change(ctx, id, func(f *FollowUp, _ time.Time) error {
		if f.Owner != was && f.Owner != owner {
			return ErrChanged
		}
		f.Owner = owner
		return nil
	})
}

// WriteNote keeps the field note; ErrChanged if it does not follow on the note that the
// field before stands for.
func (f *FollowUps) WriteNote(ctx context.Context, id string, form url.Values) error {
	note, problems := readNote(form)
	if problems != nil {
		return &Invalid{Problems: problems, Values: map[string]string{"note": note}}
	}
	return f.change(ctx, id, func(f *FollowUp, _ time.Time) error { return f.write(note, form.Get("before")) })
}

// Close keeps the fields outcome, gesture, amount and note, and closes the follow-up of
// who was called back. Closing again corrects what was said, not when it was over.
func (f *FollowUps) Close(ctx context.Context, id string, form url.Values) error {
	end, err := readEnd(form)
	if err != nil {
		return err
	}
	return f.change(ctx, id, func(f *FollowUp, now time.Time) error {
		if f.State == FollowUpWithdrawn {
			return ErrChanged
		}
		if f.State == FollowUpWaiting {
			f.ClosedAt = now
		}
		f.State, f.Outcome, f.Gesture, f.TellAt = FollowUpClosed, end.Outcome, end.Gesture, time.Time{}
		return f.write(end.Note, form.Get("before"))
	})
}

// NoteMark stands for the note as a form shows it.
func (f FollowUp) NoteMark() string { return nameOf("note", f.Note)[:8] }

func (f *FollowUp) write(note, before string) error {
	if note != f.Note && before != f.NoteMark() {
		return ErrChanged
	}
	f.Note = note
	return nil
}

// change makes a change on the follow-up as it stands.
func (f *FollowUps) change(ctx context.Context, id string, make func(f *FollowUp, now time.Time) error) error {
	for {
		now, err := f.Store.Now(ctx)
		if err != nil {
			return err
		}
		one, err := f.Store.GetFollowUp(ctx, id)
		if err == nil {
			err = make(&one, now)
		}
		if err == nil {
			err = f.Store.PutFollowUp(ctx, one)
		}
		if !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
}

func readNote(form url.Values) (note string, problems []Problem) {
	note, key := Question{Kind: Text, Max: MaxNote}.check(form["note"])
	if key != "" {
		problems = []Problem{{Field: "note", Key: key}}
	}
	return note, problems
}

// readEnd reads how a follow-up ended, or says in *Invalid what cannot be taken.
func readEnd(form url.Values) (end FollowUp, err error) {
	note, problems := readNote(form)
	end = FollowUp{Note: note, Outcome: FollowUpOutcome(form.Get("outcome"))}
	if !slices.Contains(FollowUpOutcomes(), end.Outcome) {
		problems = append(problems, Problem{Field: "outcome", Key: "choose"})
	}
	if end.Outcome == GestureMade {
		end.Gesture.Kind = GestureKind(form.Get("gesture"))
		if !slices.Contains(GestureKinds(), end.Gesture.Kind) {
			problems = append(problems, Problem{Field: "gesture", Key: "choose"})
		}
		if end.Gesture.Cents, err = parseAmount(form.Get("amount")); err != nil {
			problems = append(problems, Problem{Field: "amount", Key: "amount"})
		}
	}
	if problems != nil {
		values := map[string]string{"note": note}
		for _, field := range []string{"outcome", "gesture", "amount"} {
			values[field] = form.Get(field)
		}
		return end, &Invalid{Problems: problems, Values: values}
	}
	return end, nil
}

// parseAmount reads "12", "12.5" or "12,50" as hundredths; nothing is 0.
func parseAmount(text string) (cents int64, err error) {
	text = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", ",", ".").Replace(text)
	if text == "" {
		return 0, nil
	}
	whole, part, _ := strings.Cut(text, ".")
	units, err := strconv.ParseUint(whole, 10, 32)
	if err != nil || len(part) > 2 {
		return 0, fmt.Errorf("%q is not an amount like 12.50", text)
	}
	hundredths, err := strconv.ParseUint((part + "00")[:2], 10, 8)
	if cents = int64(units)*100 + int64(hundredths); err != nil || cents > maxCents {
		return 0, fmt.Errorf("%q is not an amount like 12.50", text)
	}
	return cents, nil
}
