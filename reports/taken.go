package reports

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/entendu/entendu/surveys"
)

// Taker gives the rows that managers take away as a file: answers, tickets and skips,
// one a row, as the tallies count them, so that their number is that of the charts.
// No row says whose it is or who handled it, or when more exactly than by its week;
// within a week the order is that of chance, so that it does not say so either. It
// holds the rows of one week, whatever is taken.
type Taker struct {
	Store    Store
	Explorer *Explorer // by which it is known whether enough stand behind what rows say
	Settings func() surveys.Settings
	// Hidden gives the responses whose comment was hidden; nil where none can be.
	Hidden func(ctx context.Context) (map[string]bool, error)
}

// Wanted is what somebody wants to take.
type Wanted struct {
	Window
	Filter
}

// Row takes the cells of one row.
type Row func(cells ...any) error

// AnswerColumns are those of Answers, TicketColumns and SkipColumns of the others.
func AnswerColumns() []string {
	return append(dimensionColumns(), "version", "page_language", "delay", "listening", "resolved", "recommend", "comment", "callback", "nudged", "suspect", "imported")
}

// TicketColumns are those of Tickets.
func TicketColumns() []string {
	return append(dimensionColumns(), "state", "first_reply_hours", "resolution_hours", "promise_hours", "contacts", "reopened")
}

// SkipColumns are those of Skips.
func SkipColumns() []string { return append(dimensionColumns(), "code") }

func dimensionColumns() []string {
	return []string{"week", "team", "category", "product", "channel", "language"}
}

// cells begins a row.
func cells(week surveys.Day, d surveys.Dimensions, more ...any) []any {
	return append([]any{string(week), d.Team, d.Category, d.Product, d.Channel, d.Language}, more...)
}

// Answers gives the answers to closings of the days wanted.
func (t *Taker) Answers(ctx context.Context, w Wanted, row Row) error {
	hidden, err := map[string]bool{}, error(nil)
	if t.Hidden != nil {
		if hidden, err = t.Hidden(ctx); err != nil {
			return fmt.Errorf("reading which comments are hidden: %w", err)
		}
	}
	told, err := t.told(ctx, w, answersOf)
	if err != nil {
		return err
	}
	return t.endings(ctx, w, func(week surveys.Day, e ending) error {
		if !e.answered {
			return nil
		}
		a := e.answer
		comment := a.Values["comment"]
		if hidden[e.response] {
			comment = ""
		}
		return row(cells(week, told[e.Dimensions], a.Version, a.Language, chosen(a, "delay"), chosen(a, "listening"), a.Values["resolved"],
			chosen(a, "recommend"), comment, a.Values["callback"], a.Values["nudged"], a.Suspect, !e.counted)...)
	})
}

// chosen is a number, or nil where the question was left out.
func chosen(a surveys.Answer, question string) any {
	if n, ok := a.Score(question); ok {
		return n
	}
	return nil
}

// Skips gives the closings of the days wanted that were not asked about.
func (t *Taker) Skips(ctx context.Context, w Wanted, row Row) error {
	return t.endings(ctx, w, func(week surveys.Day, e ending) error {
		if !e.counted || e.skip == "" {
			return nil
		}
		return row(cells(week, e.Dimensions, string(e.skip))...)
	})
}

// endings gives the closings of each week in an order of chance.
func (t *Taker) endings(ctx context.Context, w Wanted, one func(week surveys.Day, e ending) error) error {
	return t.weeks(ctx, w, func(week surveys.Day, views []view) error {
		var all []ending
		for _, v := range views {
			all = append(all, v.endings...)
		}
		all = slices.DeleteFunc(all, func(e ending) bool { return !w.lets(e.Dimensions) })
		shuffle(all, func(e ending) string { return e.id })
		for _, e := range all {
			if err := one(week, e); err != nil {
				return err
			}
		}
		return nil
	})
}

// Tickets gives the tickets opened on the days wanted, in whole hours.
func (t *Taker) Tickets(ctx context.Context, w Wanted, row Row) error {
	told, err := t.told(ctx, w, ticketsOf)
	if err != nil {
		return err
	}
	return t.weeks(ctx, w, func(week surveys.Day, views []view) error {
		var all []request
		for _, v := range views {
			all = append(all, v.requests...)
		}
		all = slices.DeleteFunc(all, func(r request) bool { return !w.lets(r.Dimensions) })
		shuffle(all, func(r request) string { return r.key.Source + "\x00" + r.key.ID })
		for _, r := range all {
			if err := row(cells(week, told[r.Dimensions], r.state(), r.replyHours(), r.resolutionHours(), hours(r.promise, r.promise > 0), knownCount(r.contacts), r.reopened)...); err != nil {
				return err
			}
		}
		return nil
	})
}

// state is where a ticket stands, in the words of its column.
func (r request) state() string {
	switch {
	case !r.withdrawn.IsZero():
		return "withdrawn"
	case r.active:
		return "active"
	case !r.settled.IsZero():
		return "resolved"
	default:
		return "closed"
	}
}

func (r request) replyHours() any { return hours(r.replyTime(), !r.replied.IsZero()) }

func (r request) resolutionHours() any {
	return hours(r.resolution(), !r.settled.IsZero() && !r.settledMisdated)
}

// hours is a time in whole hours, or nil where it is not known.
func hours(d time.Duration, known bool) any {
	if !known {
		return nil
	}
	return int(math.Round(d.Hours()))
}

func knownCount(n int) any {
	if n == 0 {
		return nil
	}
	return n
}

// weeks gives the rows of each week that days wanted fall in, those of other days left
// out. It is the Monday by which a week is named.
func (t *Taker) weeks(ctx context.Context, w Wanted, one func(week surveys.Day, views []view) error) error {
	from, to, now, err := t.bounds(ctx, w)
	if err != nil {
		return err
	}
	for from < to {
		week := mondayOf(from)
		var views []view
		for ; from < to && from < week.Add(7); from = from.Add(1) {
			r, err := rowsOf(ctx, t.Store, from, t.Settings().Zone())
			if err != nil {
				return fmt.Errorf("reading the rows of %s: %w", from, err)
			}
			views = append(views, r.seen(r.newest(now)))
		}
		if err := one(week, views); err != nil {
			return err
		}
	}
	return nil
}

// bounds are the days from the first to the last there can be, within those wanted.
func (t *Taker) bounds(ctx context.Context, w Wanted) (from, to surveys.Day, now time.Time, err error) {
	zone := t.Settings().Zone()
	if now, err = t.Store.Now(ctx); err != nil {
		return "", "", now, err
	}
	first, err := firstRow(ctx, t.Store, zone)
	if err != nil || first == "" {
		return "", "", now, err
	}
	from, to = max(w.From, first), w.To
	if end := surveys.DayOf(now, zone).Add(2); to == "" || to > end { // a helpdesk's clock may be ahead
		to = end
	}
	return from, to, now, nil
}

// mondayOf is the first day of the week of a day (ISO 8601).
func mondayOf(d surveys.Day) surveys.Day {
	return d.Add(-int((d.Start(time.UTC).Weekday() + 6) % 7))
}

// shuffle puts rows in the order of a hash of what names them: always the same one,
// which says nothing of when they came.
func shuffle[R any](rows []R, name func(R) string) {
	places := make(map[string]string, len(rows))
	for _, r := range rows {
		hash := sha256.Sum256([]byte("taken\x00" + name(r)))
		places[name(r)] = string(hash[:])
	}
	slices.SortFunc(rows, func(a, b R) int { return cmp.Compare(places[name(a)], places[name(b)]) })
}

// What can be taken.
const (
	TakeAnswers = "answers"
	TakeTickets = "tickets"
	TakeSkips   = "skips"
	TakeFigures = "figures"
)

// Takings lists them.
func Takings() []string { return []string{TakeAnswers, TakeTickets, TakeSkips, TakeFigures} }

// TakenColumns are those of what is taken.
func TakenColumns(what string) []string {
	switch what {
	case TakeAnswers:
		return AnswerColumns()
	case TakeTickets:
		return TicketColumns()
	case TakeSkips:
		return SkipColumns()
	default:
		return []string{"period", "scope", "name", "figure", "n", "x", "value", "low", "high", "state"}
	}
}

// Take gives the rows of what is taken, and ErrFew before the first of them where too few
// stand behind all.
func (t *Taker) Take(ctx context.Context, what string, w Wanted, row Row) error {
	switch what {
	case TakeAnswers:
		return t.Answers(ctx, w, row)
	case TakeTickets:
		return t.Tickets(ctx, w, row)
	case TakeSkips:
		return t.Skips(ctx, w, row)
	default:
		return t.Figures(ctx, w, row)
	}
}

// Count says how many rows there would be, by the tallies, and ErrFew where none would
// be given.
func (t *Taker) Count(ctx context.Context, what string, w Wanted) (n int, err error) {
	c, err := t.Explorer.Cube(ctx, w.Window)
	if err != nil {
		return 0, err
	}
	s := c.Section(w.Filter)
	switch what {
	case TakeAnswers:
		_, err = c.coarse(w.Filter, NeedOf(t.Settings()), answersOf)
		return s.closed.Answered, err
	case TakeTickets:
		_, err = c.coarse(w.Filter, NeedOf(t.Settings()), ticketsOf)
		return s.opened.Opened, err
	case TakeSkips:
		for _, skipped := range s.closed.Skipped {
			n += skipped
		}
		return n, nil
	default:
		err = t.Figures(ctx, w, func(...any) error { n++; return nil })
		return n, err
	}
}

// Figures gives what the charts of the same days and filter say: of the whole, and of
// each category and team in it.
func (t *Taker) Figures(ctx context.Context, w Wanted, row Row) error {
	c, err := t.Explorer.Cube(ctx, w.Window)
	if err != nil {
		return err
	}
	now, err := t.Store.Now(ctx)
	if err != nil {
		return err
	}
	figures := func(s Section) []Period {
		return []Period{s.Figures(w.Window, NeedOf(t.Settings()), now, t.Settings().Zone())}
	}
	d := Document{Periods: figures(c.Section(w.Filter))}
	for _, s := range c.Split(w.Filter, ByCategory) {
		d.Categories = append(d.Categories, CategoryFigures{Category: s.Name, Periods: figures(s)})
	}
	for _, s := range c.Split(w.Filter, ByTeam) {
		d.Teams = append(d.Teams, TeamFigures{Team: s.Name, Periods: figures(s)})
	}
	for _, l := range Lines(d) {
		if err := row(l.Period, l.Scope, l.Name, l.Figure, orNil(l.N), orNil(l.X), orNil(l.Value), orNil(l.Low), orNil(l.High), l.State); err != nil {
			return err
		}
	}
	return nil
}

// orNil is what a figure says, or nil where it says nothing.
func orNil[N int | float64](n *N) any {
	if n == nil {
		return nil
	}
	return *n
}
