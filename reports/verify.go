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
	// what it says of itself, "organisation", "minimum" or "timezone" where another one was
	// in force, "bytes" where they are not those that were published, and "earlier" where
	// those of an edition that it builds on cannot be read.
	Differs []string
	// Lost says why further figures of some periods differ: not all that was known at the
	// cut-off is known still, so that nobody can tell whether they were right.
	Lost []Lost
}

// verifier counts the editions again, one after the other.
type verifier struct {
	*Publisher
	decided []surveys.SettingsChange // the newest first; nil where an edition is believed
	losses  *losses                  // nil until something differs
	cutOffs []time.Time              // of the editions up to this one
}

// Verify counts every edition again as of its cut-off, from rows and from what was
// published before it, without believing a tally, and tells each what became of it,
// the oldest first. The minimum and the zone are those that the edition names, which are
// compared with the log of settings; so are the periods.
func (p *Publisher) Verify(ctx context.Context, each func(Verified)) error {
	var ids []string
	for e, err := range p.Store.Editions(ctx) {
		if err != nil {
			return fmt.Errorf("reading the list of editions: %w", err)
		}
		ids = append(ids, e.ID)
	}
	v := &verifier{Publisher: p}
	var err error
	if v.decided, err = p.decided(ctx); err != nil {
		return err
	}
	var before Document
	for _, id := range slices.Backward(ids) {
		e, err := p.Store.GetEdition(ctx, id)
		if err != nil {
			return fmt.Errorf("reading edition %s: %w", id, err)
		}
		v.cutOffs = append(v.cutOffs, e.CutOff)
		d, err := e.Document()
		if err != nil || d.Edition == nil || e.SHA256 != "" && hashOf(e.Bytes) != e.SHA256 {
			each(Verified{Edition: id, Differs: []string{"bytes"}})
			before = d
			continue
		}
		is, err := v.verify(ctx, e, d, before)
		if errors.Is(err, errUnreadable) {
			is, err = Verified{Edition: id, Differs: []string{"earlier"}}, nil
		}
		if err != nil {
			return fmt.Errorf("counting edition %s again: %w", id, err)
		}
		each(is)
		before = d
	}
	return nil
}

func (v *verifier) verify(ctx context.Context, e Edition, d, before Document) (is Verified, err error) {
	is.Edition = e.ID
	if is.Differs, err = v.differs(ctx, e, d, before); err != nil {
		return is, err
	}
	if len(is.Differs) > 0 && v.losses == nil {
		if v.losses, err = v.asOf(d).readLosses(ctx); err != nil {
			return is, err
		}
	}
	if len(is.Differs) > 0 {
		is.Differs, is.Lost = v.losses.explain(is.Differs, v.cutOffs)
	}
	is.Differs = append(v.undecided(e, d), is.Differs...)
	return is, nil
}

func (p *Publisher) differs(ctx context.Context, e Edition, d, before Document) (differs []string, err error) {
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
