package reports

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/entendu/entendu/surveys"
)

// Verified is what became of counting one edition again.
type Verified struct {
	Edition string
	// Differs are the paths of the figures that the rows do not bear out, "edition" for
	// what it says of itself, "bytes" where they are not those that were published, and
	// "earlier" where those of an edition that it builds on cannot be read.
	Differs []string
}

// Verify counts every edition again as of its cut-off, from rows and from what was
// published before it, without believing a tally, and tells each what became of it,
// the oldest first. The minimum, the zone and the periods are those that the edition
// names.
func (p *Publisher) Verify(ctx context.Context, each func(Verified)) error {
	var ids []string
	for e, err := range p.Store.Editions(ctx) {
		if err != nil {
			return fmt.Errorf("reading the list of editions: %w", err)
		}
		ids = append(ids, e.ID)
	}
	var before Document
	for _, id := range slices.Backward(ids) {
		e, err := p.Store.GetEdition(ctx, id)
		if err != nil {
			return fmt.Errorf("reading edition %s: %w", id, err)
		}
		d, err := e.Document()
		if err != nil || d.Edition == nil || e.SHA256 != "" && hashOf(e.Bytes) != e.SHA256 {
			each(Verified{id, []string{"bytes"}})
			before = d
			continue
		}
		differs, err := p.verify(ctx, e, d, before)
		if errors.Is(err, errUnreadable) {
			differs, err = []string{"earlier"}, nil
		}
		if err != nil {
			return fmt.Errorf("counting edition %s again: %w", id, err)
		}
		each(Verified{id, differs})
		before = d
	}
	return nil
}

func (p *Publisher) verify(ctx context.Context, e Edition, d, before Document) (differs []string, err error) {
	as := p.asOf(d)
	again, err := as.draw(ctx, d.plan(e, before, as.Settings().Zone()))
	if err != nil {
		return nil, err
	}
	again.Edition = &EditionNote{ID: e.ID, PublishedAt: e.PublishedAt, CutOff: e.CutOff}
	again.Revisions = dated(again.Revisions, e.ID, e.PublishedAt)
	b, err := json.Marshal(again)
	if err != nil || bytes.Equal(b, e.Bytes) {
		return nil, err
	}
	if *d.Edition != *again.Edition {
		differs = append(differs, "edition")
	}
	for _, name := range slices.Compact(slices.Sorted(slices.Values(append(d.named(), again.named()...)))) {
		is, _ := d.issue(name)
		was, _ := again.issue(name)
		differs = append(differs, is.chapter(name).corrected(was.chapter(name))...)
		differs = append(differs, was.chapter(name).corrected(is.chapter(name))...)
	}
	slices.Sort(differs)
	if differs = slices.Compact(differs); len(differs) == 0 {
		differs = []string{"bytes"}
	}
	return differs, nil
}

// asOf is a Publisher under the settings that an edition names.
func (p *Publisher) asOf(d Document) *Publisher {
	s := p.Settings()
	s.Organisation.Name, s.Organisation.Timezone, s.Publishing.Minimum = d.Organisation, d.Timezone, d.Minimum
	if n := len(d.Periods); n > 0 {
		s.Publishing.Period = lengthOf(d.Periods[n-1].Period)
	}
	s = s.Prepared()
	again := *p
	again.Settings = func() surveys.Settings { return s }
	return &again
}

// plan is what the edition was made of.
func (d Document) plan(e Edition, before Document, zone *time.Location) plan {
	is := plan{before: before, cutOff: e.CutOff, fromRows: true, published: append(before.named(), d.named()...)}
	is.last = surveys.DayOf(e.CutOff, zone)
	if n := len(d.Periods); n > 0 {
		is.last, _, _ = PeriodDays(d.Periods[n-1].Period)
	}
	for _, r := range d.Revisions {
		if r.Edition == e.ID {
			is.revised = r.Period
		}
	}
	return is
}

// chapter is what an issue tells of its period.
func (i issue) chapter(period string) chapter { return chapter{period: period, cells: i.told} }
