package reports

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
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
// period; "" is the one in which the moment falls. What the newest edition tells is
// never left out. What it tells of a final period is copied, not counted again, but
// for the period upTo: counting that anew is a revision.
func (p *Publisher) Make(ctx context.Context, now time.Time, upTo string) (Document, error) {
	if p.Settle != nil {
		if err := p.Settle(ctx); err != nil { // the events that fail wait; the others need not
			p.Log.Error("an edition is made before every event received is in its ticket", "error", err)
		}
	}
	return p.make(ctx, surveys.Moment(now.Add(-grace)), upTo)
}

func (p *Publisher) make(ctx context.Context, cutOff time.Time, upTo string) (Document, error) {
	before, err := p.newest(ctx)
	if err != nil {
		return Document{}, err
	}
	last, err := lastDay(upTo, cutOff, p.Settings(), before)
	if err != nil {
		return Document{}, err
	}
	if err := p.Counter.Drain(ctx); err != nil {
		return Document{}, fmt.Errorf("counting what is marked: %w", err)
	}
	return p.draw(ctx, plan{before: before, cutOff: cutOff, last: last, revised: upTo, published: before.named()})
}

// plan is what an edition is made of beside the rows.
type plan struct {
	before  Document // the newest edition; zero before the first
	cutOff  time.Time
	last    surveys.Day // of the last period
	revised string      // a final period to be counted again, "" for none

	published []string // periods that stand whatever their length
	fromRows  bool     // believe no tally
}

// draw counts the periods that still move, copies those that are final, and puts
// them together.
func (p *Publisher) draw(ctx context.Context, plan plan) (Document, error) {
	s := p.Settings()
	first, err := firstRow(ctx, p.Store, s.Zone())
	if err != nil {
		return Document{}, fmt.Errorf("looking for the first row: %w", err)
	}
	final := frozen(plan.before)
	old := final[plan.revised]
	delete(final, plan.revised)
	draft := draft{plan: plan, final: final, first: first, minimum: s.Publishing.Minimum}
	names := timeline(s.Publishing.Period, plan.last, longest, plan.published)
	if draft.issues, err = p.earlier(ctx, names, draft); err != nil {
		return Document{}, err
	}
	for _, name := range names {
		if err := p.addPeriod(ctx, &draft, name); err != nil {
			return Document{}, err
		}
	}
	d := Unpublished(s)
	d.Edition = &EditionNote{CutOff: plan.cutOff}
	d.Revisions = draft.revisions(old)
	draft.fill(&d)
	return d, nil
}

// earlier reads what was told before of the periods that are counted.
func (p *Publisher) earlier(ctx context.Context, names []string, d draft) (map[string][]issue, error) {
	var counted []string
	for _, name := range names {
		if _, ok := d.final[name]; !ok && slices.Contains(d.published, name) {
			counted = append(counted, name)
		}
	}
	if len(counted) == 0 {
		return nil, nil
	}
	return p.issues(ctx, counted, start(counted[0], p.Settings().Zone()), d.cutOff)
}

// lastDay is a day of the last period of an edition.
func lastDay(upTo string, cutOff time.Time, s surveys.Settings, before Document) (surveys.Day, error) {
	today := surveys.DayOf(cutOff, s.Zone())
	if upTo == "" {
		return today, nil
	}
	from, _, err := PeriodDays(upTo)
	if err != nil {
		return "", err
	}
	named := before.named()
	if PeriodOf(s.Publishing.Period, from) != upTo && !slices.Contains(named, upTo) {
		return "", fmt.Errorf("period %q is not a %s, which is what [publishing] period says", upTo, s.Publishing.Period)
	}
	if from > today {
		return "", fmt.Errorf("period %q has not begun yet", upTo)
	}
	for _, name := range named {
		told, _, _ := PeriodDays(name)
		from = max(from, told)
	}
	return from, nil
}

// named are the periods that a document tells of.
func (d Document) named() (names []string) {
	for _, p := range d.Periods {
		names = append(names, p.Period)
	}
	return names
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
		return Document{}, fmt.Errorf("reading edition %s: %w: %w", e.ID, errUnreadable, err)
	}
	return d, nil
}

// errUnreadable is for an edition whose bytes are no document.
var errUnreadable = errors.New("its bytes are not those of an edition")

// draft is an edition in the making.
type draft struct {
	plan
	final    map[string]chapter // the final periods of the newest edition
	issues   map[string][]issue // what was told before of the others
	first    surveys.Day        // of the first row there is, "" if none
	minimum  int
	chapters []chapter
}

// addPeriod copies a final period or counts one that still moves. Periods before
// the first row are left out.
func (p *Publisher) addPeriod(ctx context.Context, d *draft, name string) error {
	if kept, ok := d.final[name]; ok {
		d.chapters = append(d.chapters, kept)
		return nil
	}
	from, to, err := PeriodDays(name)
	if err != nil {
		return err
	}
	cells, since, err := p.gather(ctx, *d, name, from, to)
	if err != nil {
		return fmt.Errorf("counting %s: %w", name, err)
	}
	if len(cells) == 0 && len(d.chapters) == 0 && len(since.earlier) == 0 {
		return nil
	}
	g := newGuard(cells, since, d.minimum)
	g.without = p.without
	if err := p.hold(ctx, g, *d, from, to); err != nil {
		return err
	}
	d.chapters = append(d.chapters, g.chapter(name, stateOf(to, d.cutOff, p.Settings().Zone())))
	return nil
}

// revisions are those ever published, and before them the one of this edition, if it
// corrects what was told of the revised period; its edition is not known yet. What
// corrects nothing leaves the period as it was.
func (d draft) revisions(old chapter) []Revision {
	all := d.before.Revisions
	i := slices.IndexFunc(d.chapters, func(c chapter) bool { return c.period == d.revised })
	if i < 0 || old.period == "" {
		return all
	}
	paths := d.chapters[i].corrected(old)
	if len(paths) == 0 {
		d.chapters[i] = old
		return all
	}
	return append([]Revision{{Period: d.revised, Figures: paths}}, all...)
}

// fill puts the chapters into a document: the whole with all periods, and every
// category and team with those in which it is listed.
func (d draft) fill(doc *Document) {
	for _, one := range d.chapters {
		doc.Pending = append(doc.Pending, one.pending...)
	}
	for _, s := range d.scopes() {
		var periods []Period
		for _, one := range d.chapters {
			if p, ok := one.cells[s]; ok {
				periods = append(periods, p)
				doc.Withheld = append(doc.Withheld, one.withheld[s]...)
			}
		}
		switch s.kind {
		case categories:
			doc.Categories = append(doc.Categories, CategoryFigures{Category: s.name, Periods: periods})
		case teams:
			doc.Teams = append(doc.Teams, TeamFigures{Team: s.name, Periods: periods})
		default:
			doc.Periods = append(doc.Periods, periods...)
		}
	}
}

// scopes lists all of them in order.
func (d draft) scopes() []scope {
	known := map[scope]bool{}
	for _, one := range d.chapters {
		for s := range one.cells {
			known[s] = true
		}
	}
	return slices.SortedFunc(maps.Keys(known), compareScopes)
}
