package reports

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/entendu/entendu/surveys"
)

// issue is what one earlier edition told of one period, where it counted it.
type issue struct {
	edition string
	cutOff  time.Time
	told    map[scope]Period
}

// issues reads what was told of some periods before a cut-off, the oldest issue first.
// No edition cut off before since tells of any of them.
func (p *Publisher) issues(ctx context.Context, periods []string, since, cutOff time.Time) (map[string][]issue, error) {
	var ids []string
	for e, err := range p.Store.Editions(ctx) {
		if err != nil {
			return nil, fmt.Errorf("reading the list of editions: %w", err)
		}
		if e.CutOff.Before(since) {
			break
		}
		if e.CutOff.Before(cutOff) {
			ids = append(ids, e.ID)
		}
	}
	all, final := map[string][]issue{}, map[string]bool{}
	for _, id := range slices.Backward(ids) {
		e, err := p.Store.GetEdition(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("reading edition %s: %w", id, err)
		}
		d, err := e.Document()
		if err != nil {
			return nil, err
		}
		for _, name := range periods {
			one, ok := d.issue(name)
			if ok && (!final[name] || d.revises(name)) {
				all[name] = append(all[name], one)
			}
			final[name] = one.told[whole()].State == Final
		}
	}
	return all, nil
}

// issue is what a document tells of a period.
func (d Document) issue(period string) (one issue, ok bool) {
	one.told = map[scope]Period{}
	if d.Edition != nil {
		one.edition, one.cutOff = d.Edition.ID, d.Edition.CutOff
	}
	d.walk(func(s scope, p Period) {
		if p.Period == period {
			one.told[s] = p
		}
	})
	return one, len(one.told) > 0
}

// walk goes through every period of every scope.
func (d Document) walk(visit func(scope, Period)) {
	for _, p := range d.Periods {
		visit(whole(), p)
	}
	for _, c := range d.Categories {
		for _, p := range c.Periods {
			visit(scope{categories, c.Category}, p)
		}
	}
	for _, t := range d.Teams {
		for _, p := range t.Periods {
			visit(scope{teams, t.Team}, p)
		}
	}
}

// revises says whether the document's own edition corrected a final period.
func (d Document) revises(period string) bool {
	return slices.ContainsFunc(d.Revisions, func(r Revision) bool { return r.Edition == d.Edition.ID && r.Period == period })
}

// names are those that the issue lists in a table, but for Other.
func (i issue) names(kind string) (names []string) {
	for s := range i.told {
		if s.kind == kind && s.name != Other {
			names = append(names, s.name)
		}
	}
	return names
}

// cellOf is the cell in which a name was told.
func (i issue) cellOf(kind, name string) string {
	if _, listed := i.told[scope{kind, name}]; listed && name != "" {
		return name
	}
	return Other
}

// block names the part of a table in which the edition counted the bundle of a name:
// a cell of its own, or all that it did not count together.
func (i issue) block(b bundle, kind, name string) string {
	if cell := i.cellOf(kind, name); b.fresh(i.told[scope{kind, cell}]) {
		return cell
	}
	return ""
}

// countedBy is the edition that counted what the issue tells of a cell.
func (i issue) countedBy(b bundle, s scope) string {
	p := i.told[s]
	return cmp.Or(*b.stamps(&p)[0], i.edition)
}

// lastTold is the index of the issue that counted what the newest tells of a cell; -1
// where it tells nothing.
func lastTold(earlier []issue, b bundle, s scope) int {
	if len(earlier) == 0 {
		return -1
	}
	newest := earlier[len(earlier)-1]
	if !b.tells(newest.told[s]) {
		return -1
	}
	by := newest.countedBy(b, s)
	return slices.IndexFunc(earlier, func(one issue) bool { return one.edition == by })
}

// start is the first instant of a period.
func start(period string, zone *time.Location) time.Time {
	from, _, err := PeriodDays(period)
	if err != nil {
		return time.Time{}
	}
	return surveys.Day(from).Start(zone)
}
