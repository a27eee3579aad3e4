package reports_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
)

func (h *house) verified(t testing.TB) (all []reports.Verified) {
	t.Helper()
	must(t, h.Verify(t.Context(), func(v reports.Verified) { all = append(all, v) }))
	return all
}

// TestVerify: whatever happened since, every edition is what its rows said then.
func TestVerify(t *testing.T) {
	for seed := range 8 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			past := rapid.Custom(func(t *rapid.T) history { return draw(t, 60, 50) }).Example(seed)
			h := build(t)
			h.settings.Publishing.Minimum = 2 + seed%4
			h.live(t, past)
			for day := range 18 {
				h.now = firstDay.AddDate(0, 0, 5*day).Add(time.Hour)
				h.published(t)
			}
			must(t, h.counter.Recount(t.Context(), nil)) // tallies of today say nothing of then
			all := h.verified(t)
			if len(all) != 18 {
				t.Fatalf("%d editions were counted again", len(all))
			}
			for _, v := range all {
				if len(v.Differs) > 0 {
					t.Errorf("edition %s differs: %v", v.Edition, v.Differs)
				}
			}
		})
	}
}

// tampered is a store in which one byte of one edition was changed.
type tampered struct {
	reports.Store
	id string
	at int

	hash bool // too
}

func (s tampered) GetEdition(ctx context.Context, id string) (reports.Edition, error) {
	e, err := s.Store.GetEdition(ctx, id)
	if err == nil && id == s.id {
		e.Bytes = slices.Clone(e.Bytes)
		e.Bytes[s.at]++
		if s.hash {
			sum := sha256.Sum256(e.Bytes)
			e.SHA256 = hex.EncodeToString(sum[:])
		}
	}
	return e, err
}

// unhashed is a store from before hashes were kept.
type unhashed struct{ reports.Store }

func (s unhashed) GetEdition(ctx context.Context, id string) (reports.Edition, error) {
	e, err := s.Store.GetEdition(ctx, id)
	e.SHA256 = ""
	return e, err
}

// TestVerifyPlanted: no byte of an edition can be changed without being noticed, not
// even by who also changes the hash that is kept beside it.
func TestVerifyPlanted(t *testing.T) {
	h := build(t)
	month(h, t, "2026-03", 14, surveys.Dimensions{Category: "delivery"}, "5", "2")
	month(h, t, "2026-03", 13, surveys.Dimensions{Category: "refund"}, "4", "1")
	h.at(t, "2026-04-20 12:00:00")
	first := h.published(t)
	h.at(t, "2026-05-20 12:00:00")
	h.published(t)
	if all := h.verified(t); len(all[0].Differs)+len(all[1].Differs) > 0 {
		t.Fatalf("untouched editions differ: %v", all)
	}
	at := bytes.Index(first.Bytes, []byte(`"opened":{"n":27}`)) + len(`"opened":{"n":2`)
	h.Publisher.Store = tampered{h.store, first.ID, at, true}
	if all := h.verified(t); !slices.Equal(all[0].Differs, []string{"periods/2026-03/opened"}) {
		t.Errorf("27 opened were made 28, and verified as %v", all)
	}
	// An edition of before hashes were kept is counted again like the others.
	h.Publisher.Store = unhashed{h.store}
	if all := h.verified(t); len(all[0].Differs)+len(all[1].Differs) > 0 {
		t.Errorf("editions without a hash differ: %v", all)
	}
	for at := 0; at < len(first.Bytes); at += 61 {
		h.Publisher.Store = tampered{h.store, first.ID, at, false}
		if all := h.verified(t); len(all[0].Differs) == 0 {
			t.Errorf("byte %d, in %q, was changed and nobody noticed", at, first.Bytes[max(0, at-20):min(len(first.Bytes), at+20)])
		}
	}
}

// TestRevision: a final month changes by a revision only, which says which figures it
// corrects, and is verified like every edition.
func TestRevision(t *testing.T) {
	h := build(t)
	month(h, t, "2026-03", 14, surveys.Dimensions{Category: "delivery"}, "5", "2")
	h.at(t, "2026-05-20 12:00:00")
	h.published(t)
	h.late = h.now.Add(time.Hour)
	month(h, t, "2026-03", 20, surveys.Dimensions{Category: "late"}, "1", "5")
	opened := func(d reports.Document) int { return find(t, d.Periods, "2026-03").Opened.N }

	h.at(t, "2026-05-21 12:00:00")
	if d := h.made(t); opened(d) != 14 || len(d.Revisions) > 0 {
		t.Errorf("without a revision: %d opened, %v", opened(d), d.Revisions)
	}
	e, err := h.Publish(t.Context(), "2026-03")
	must(t, err)
	d, err := e.Document()
	must(t, err)
	if opened(d) != 34 || len(d.Periods) != 3 {
		t.Errorf("the revision tells of %d opened in %d periods", opened(d), len(d.Periods))
	}
	if len(d.Revisions) != 1 || d.Revisions[0].Edition != e.ID || !d.Revisions[0].PublishedAt.Equal(e.PublishedAt) || d.Revisions[0].Period != "2026-03" {
		t.Fatalf("revisions %+v", d.Revisions)
	}
	for _, path := range []string{"periods/2026-03/opened", "periods/2026-03/delay", "categories/late/2026-03/opened"} {
		if !slices.Contains(d.Revisions[0].Figures, path) {
			t.Errorf("the revision does not name %s: %v", path, d.Revisions[0].Figures)
		}
	}
	h.at(t, "2026-05-22 12:00:00")
	again, err := h.Publish(t.Context(), "2026-03")
	must(t, err)
	next, err := again.Document()
	must(t, err)
	if diff := cmp.Diff(d.Revisions, next.Revisions); diff != "" {
		t.Errorf("a revision that corrects nothing\n%s", diff)
	}
	for _, v := range h.verified(t) {
		if len(v.Differs) > 0 {
			t.Errorf("edition %s differs: %v", v.Edition, v.Differs)
		}
	}
}

// TestRevisionOfFew: a correction by fewer customers than the minimum is not shown,
// not even as a revision.
func TestRevisionOfFew(t *testing.T) {
	h := build(t)
	month(h, t, "2026-03", 14, surveys.Dimensions{}, "5", "2")
	h.at(t, "2026-05-20 12:00:00")
	h.published(t)
	h.late = h.now.Add(time.Hour)
	month(h, t, "2026-03", 10, surveys.Dimensions{Category: "late"}, "1", "5")
	h.at(t, "2026-05-21 12:00:00")
	e, err := h.Publish(t.Context(), "2026-03")
	must(t, err)
	d, err := e.Document()
	must(t, err)
	if p := find(t, d.Periods, "2026-03"); p.Opened.N != 14 || p.Opened.AsOf != "" || len(d.Revisions) > 0 {
		t.Errorf("opened %+v, revisions %v", p.Opened, d.Revisions)
	}
}

// TestChangedLength: no month is in two periods, whichever lengths were published.
func TestChangedLength(t *testing.T) {
	h := build(t)
	for _, name := range []string{"2026-01", "2026-02", "2026-03", "2026-04", "2026-05"} {
		month(h, t, name, 12, surveys.Dimensions{})
	}
	h.at(t, "2026-05-20 12:00:00")
	h.published(t)
	h.settings.Publishing.Period = reports.Quarter
	for _, step := range []struct{ at, want string }{
		{"2026-06-20 12:00:00", "2026-01 2026-02 2026-03 2026-04 2026-05 2026-06"}, // the quarter's two others are out
		{"2026-07-20 12:00:00", "2026-01 2026-02 2026-03 2026-04 2026-05 2026-06 2026-Q3"},
	} {
		h.at(t, step.at)
		d, err := h.published(t).Document()
		must(t, err)
		got := ""
		for _, p := range d.Periods {
			got += " " + p.Period
		}
		if got != " "+step.want {
			t.Errorf("on %s the periods are%s, want %s", step.at, got, step.want)
		}
	}
}

// TestRetentionChangesNoFigure: when names and words have gone, every edition is still
// what its rows say, and the next one tells the same of the past.
func TestRetentionChangesNoFigure(t *testing.T) {
	h := build(t)
	month(h, t, "2026-03", 14, surveys.Dimensions{Category: "delivery"}, "5", "2")
	month(h, t, "2026-03", 13, surveys.Dimensions{Category: "refund"}, "4", "1")
	h.at(t, "2026-04-20 12:00:00")
	h.published(t)
	lead := func(change func(*surveys.Ticket)) (changed int) {
		for k, err := range h.store.TicketsOpened(t.Context(), time.Time{}, time.Time{}) {
			must(t, err)
			before := k
			if change(&k); before.Person != k.Person {
				changed++
				must(t, h.store.PutTicket(t.Context(), k))
			}
		}
		return changed
	}
	lead(func(k *surveys.Ticket) { k.Person, k.Subject, k.Settle = "person of "+k.ID, "Facture en double", false })
	h.at(t, "2028-05-20 12:00:00")
	before := h.made(t)
	f := &surveys.Forgetter{Store: h.store, Settings: h.in}
	for more := true; more; {
		var err error
		more, err = f.Pass(t.Context())
		must(t, err)
	}
	if left := lead(func(k *surveys.Ticket) { k.Person = "" }); left > 0 {
		t.Fatalf("%d tickets still lead to a person", left)
	}
	if diff := cmp.Diff(before, h.made(t)); diff != "" {
		t.Errorf("figures before - and after + retention\n%s", diff)
	}
	for _, v := range h.verified(t) {
		if len(v.Differs) > 0 {
			t.Errorf("edition %s differs: %v", v.Edition, v.Differs)
		}
	}
}
