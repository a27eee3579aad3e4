package reports

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/entendu/entendu/surveys"
)

const (
	// grace is how long before now an edition is cut off, so that what was learnt
	// up to then has reached the store.
	grace = 10 * time.Second
	// longest is how many periods an edition tells of.
	longest = 24
)

// Make draws up the edition of a moment without storing it. upTo names its last
// period; "" is the one in which the moment falls. What the newest edition says of
// a final period is copied from it, not counted again: a final period changes by
// revision only.
func (p *Publisher) Make(ctx context.Context, now time.Time, upTo string) (Document, error) {
	return p.make(ctx, surveys.Moment(now.Add(-grace)), upTo)
}

func (p *Publisher) make(ctx context.Context, cutOff time.Time, upTo string) (Document, error) {
	s := p.Settings()
	last, err := lastDay(upTo, cutOff, s)
	if err != nil {
		return Document{}, err
	}
	if err := p.Counter.Drain(ctx); err != nil {
		return Document{}, fmt.Errorf("counting what is marked: %w", err)
	}
	before, err := p.newest(ctx)
	if err != nil {
		return Document{}, err
	}
	d := Unpublished(s)
	d.Edition = &EditionNote{CutOff: cutOff}
	first, err := firstRow(ctx, p.Store, s.Zone())
	if err != nil {
		return Document{}, fmt.Errorf("looking for the first row: %w", err)
	}
	draft := draft{before: frozen(before), first: first, minimum: s.Publishing.Minimum}
	for _, name := range periods(s.Publishing.Period, last, longest) {
		if err := p.addPeriod(ctx, &draft, name, cutOff); err != nil {
			return Document{}, err
		}
	}
	draft.fill(&d)
	return d, nil
}

// lastDay is a day of the last period of an edition.
func lastDay(upTo string, cutOff time.Time, s surveys.Settings) (surveys.Day, error) {
	today := surveys.DayOf(cutOff, s.Zone())
	if upTo == "" {
		return today, nil
	}
	from, _, err := PeriodDays(upTo)
	if err != nil {
		return "", err
	}
	if PeriodOf(s.Publishing.Period, from) != upTo {
		return "", fmt.Errorf("period %q is not a %s, which is what [publishing] period says", upTo, s.Publishing.Period)
	}
	if from > today {
		return "", fmt.Errorf("period %q has not begun yet", upTo)
	}
	return from, nil
}

// newest reads the newest edition; the zero Document before the first.
func (p *Publisher) newest(ctx context.Context) (Document, error) {
	e, err := p.Store.LatestEdition(ctx)
	if errors.Is(err, fs.ErrNotExist) {
		return Document{}, nil
	}
	if err != nil {
		return Document{}, fmt.Errorf("reading the newest edition: %w", err)
	}
	return e.Document()
}

// Unpublished is the document of an organisation that has published nothing yet.
func Unpublished(s surveys.Settings) Document {
	return Document{
		Organisation: s.Organisation.Name, Definitions: Definitions, Minimum: s.Publishing.Minimum, Timezone: s.Organisation.Timezone,
		Periods: []Period{}, Categories: []CategoryFigures{}, Teams: []TeamFigures{}, Withheld: []Withheld{},
	}
}

// Document reads the figures of an edition.
func (e Edition) Document() (Document, error) {
	var d Document
	if err := json.Unmarshal(e.Bytes, &d); err != nil {
		return Document{}, fmt.Errorf("reading edition %s: %w", e.ID, err)
	}
	return d, nil
}

// draft is an edition in the making.
type draft struct {
	before   map[string]chapter // the final periods of the newest edition
	first    surveys.Day        // of the first row there is, "" if none
	minimum  int
	chapters []chapter
}

// addPeriod copies a final period or counts one that still moves. Periods before
// the first row are left out.
func (p *Publisher) addPeriod(ctx context.Context, d *draft, name string, cutOff time.Time) error {
	if kept, ok := d.before[name]; ok {
		d.chapters = append(d.chapters, kept)
		return nil
	}
	from, to, err := PeriodDays(name)
	if err != nil {
		return err
	}
	cells, err := p.gather(ctx, d.first, from, to, cutOff)
	if err != nil {
		return fmt.Errorf("counting %s: %w", name, err)
	}
	if len(cells) == 0 && len(d.chapters) == 0 {
		return nil
	}
	at(cells, whole()) // a period in the midst of others is told even if it is empty
	one := newChapter(name)
	for s, c := range cells {
		sheet := sheet{cell: c, minimum: d.minimum, path: pathOf(s, name)}
		one.cells[s] = sheet.write(name, stateOf(to, cutOff, p.Settings().Zone()))
		one.withheld[s] = sheet.withheld
	}
	d.chapters = append(d.chapters, one)
	return nil
}

// fill puts the chapters into a document: every category and team that any of them
// knows, each with all periods.
func (d draft) fill(doc *Document) {
	for _, s := range d.scopes() {
		periods := make([]Period, 0, len(d.chapters))
		for _, one := range d.chapters {
			periods = append(periods, one.cell(s))
			doc.Withheld = append(doc.Withheld, one.withheld[s]...)
		}
		switch s.kind {
		case categories:
			doc.Categories = append(doc.Categories, CategoryFigures{Category: s.name, Periods: periods})
		case teams:
			doc.Teams = append(doc.Teams, TeamFigures{Team: s.name, Periods: periods})
		default:
			doc.Periods = periods
		}
	}
}

// scopes lists all of them: the whole, categories, teams, by name.
func (d draft) scopes() []scope {
	known := map[scope]bool{whole(): true}
	for _, one := range d.chapters {
		for s := range one.cells {
			known[s] = true
		}
	}
	all := make([]scope, 0, len(known))
	for s := range known {
		all = append(all, s)
	}
	rank := []string{overall, categories, teams}
	slices.SortFunc(all, func(a, b scope) int {
		return cmp.Or(cmp.Compare(slices.Index(rank, a.kind), slices.Index(rank, b.kind)), cmp.Compare(a.name, b.name))
	})
	return all
}
