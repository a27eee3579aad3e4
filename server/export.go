package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/table"
	"github.com/entendu/entendu/surveys"
)

// exportCmd writes what is stored to stdout: UTF-8, times in UTC, days of the
// organisation. It is the operator's; no page offers it.
type exportCmd struct {
	Responses exportResponsesCmd `cmd:"" help:"Answers, by the day of closing."`
	Tickets   exportTicketsCmd   `cmd:"" help:"Tickets, by the day of opening."`
	Skips     exportSkipsCmd     `cmd:"" help:"Closings not asked about, by the day of closing."`
	Figures   exportFiguresCmd   `cmd:"" help:"The newest edition's figures."`
}

// exportRange is what every export takes.
type exportRange struct {
	Format string `enum:"csv,jsonl" default:"csv" help:"csv or jsonl."`
	From   string `placeholder:"DAY" help:"First day, like 2026-10-01."`
	To     string `placeholder:"DAY" help:"The day after the last."`
}

type exportResponsesCmd struct{ exportRange }
type exportTicketsCmd struct{ exportRange }
type exportSkipsCmd struct{ exportRange }
type exportFiguresCmd struct{ exportRange }

// span opens the store and reads the days in the organisation's zone.
func (r exportRange) span(ctx context.Context, o *options) (it *opened, from, to time.Time, err error) {
	var bounds [2]surveys.Day
	for i, text := range []string{r.From, r.To} {
		if text == "" {
			continue
		}
		if bounds[i], err = surveys.ParseDay(text); err != nil {
			return nil, from, to, &badSetting{[2]string{"--from", "--to"}[i] + ": " + err.Error()}
		}
	}
	if it, err = o.open(ctx, forAny, now); err != nil {
		return nil, from, to, err
	}
	change, err := latestSettings(ctx, it)
	zone := change.Settings.Zone()
	return it, bounds[0].Start(zone), bounds[1].Start(zone), err
}

// write runs an export: rows hands each row to the table.
func (r exportRange) write(ctx context.Context, o *options, t *terminal, columns string, rows func(it *opened, from, to time.Time, out *table.Table) error) error {
	none := func(context.Context, surveys.Store) ([]string, error) { return nil, nil }
	return r.writeWith(ctx, o, t, columns, none, func(it *opened, _ []string, from, to time.Time, out *table.Table) error {
		return rows(it, from, to, out)
	})
}

// writeWith is write for an export with further columns, which the store knows.
func (r exportRange) writeWith(
	ctx context.Context, o *options, t *terminal, columns string, further func(context.Context, surveys.Store) ([]string, error),
	rows func(it *opened, further []string, from, to time.Time, out *table.Table) error,
) error {
	it, from, to, err := r.span(ctx, o)
	if err != nil {
		return err
	}
	defer it.Close()
	more, err := further(ctx, it)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriter(t.out)
	out, err := table.New(r.Format, buffered, append(strings.Split(columns, ","), more...), nil)
	if err == nil {
		err = errors.Join(rows(it, more, from, to, out), out.Close())
	}
	if err = errors.Join(err, buffered.Flush()); err != nil {
		return fmt.Errorf("the export is not complete: %w", err)
	}
	fmt.Fprintf(t.err, "exported %d rows\n", out.Rows)
	return nil
}

// Run exports answers, without who gave them.
func (c *exportResponsesCmd) Run(ctx context.Context, o *options, t *terminal) error {
	const columns = "source,ticket_id,closing,closed_at,answered_at,survey,version,language,delay,listening,resolved,recommend,comment,callback,nudged,suspect,imported"
	return c.writeWith(ctx, o, t, columns, surveys.FurtherQuestions, func(it *opened, further []string, from, to time.Time, out *table.Table) error {
		for r, err := range it.ResponsesClosed(ctx, from, to) {
			if err != nil {
				return err
			}
			a := r.Last()
			row := []any{
				r.Ticket.Source, r.Ticket.ID, r.Closing, r.ClosedAt, a.At, r.Survey, a.Version, a.Language,
				score(a, "delay"), score(a, "listening"), a.Values["resolved"], score(a, "recommend"),
				a.Values["comment"], a.Values["callback"], a.Values["nudged"], a.Suspect, r.Imported,
			}
			for _, question := range further {
				row = append(row, a.Values[question])
			}
			if err := out.Write(row...); err != nil {
				return err
			}
		}
		return nil
	})
}

// score is a number, or nil where the question was left out.
func score(a surveys.Answer, question string) any {
	if n, ok := a.Score(question); ok {
		return n
	}
	return nil
}

// Run exports tickets with the generic columns; never who handled them.
func (c *exportTicketsCmd) Run(ctx context.Context, o *options, t *terminal) error {
	const columns = "id,number,status,subject,team,category,product,channel,tags,opened_at,first_reply_at,closed_at,updated_at,contacts,merged_into,customer.email,customer.name,customer.language"
	return c.write(ctx, o, t, columns, func(it *opened, from, to time.Time, out *table.Table) error {
		for k, err := range it.TicketsOpened(ctx, from, to) {
			if err != nil {
				return err
			}
			who, err := it.GetCustomer(ctx, k.Person)
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			if err := out.Write(
				k.ID, k.Number, string(k.Status), k.Subject, k.Team, k.Category, k.Product, k.Channel,
				strings.Join(k.Tags, " "), k.OpenedAt, k.FirstReplyAt, closedAt(k), k.UpdatedAt, known(k.Contacts),
				k.MergedInto, who.Address, who.Name, k.Language,
			); err != nil {
				return err
			}
		}
		return nil
	})
}

// closedAt is when the closing that stands began; zero for a ticket at work.
func closedAt(k surveys.Ticket) time.Time {
	if n := len(k.Closings); n > 0 && k.Closings[n-1].EndedAt.IsZero() {
		return k.Closings[n-1].At
	}
	return time.Time{}
}

// known is a count, or nil where 0 stands for unknown.
func known(n int) any {
	if n == 0 {
		return nil
	}
	return n
}

// Run exports the closings that were not asked about.
func (c *exportSkipsCmd) Run(ctx context.Context, o *options, t *terminal) error {
	const columns = "source,ticket_id,closing,closed_at,code"
	return c.write(ctx, o, t, columns, func(it *opened, from, to time.Time, out *table.Table) error {
		for i, err := range it.InvitationsClosed(ctx, from, to) {
			if err != nil {
				return err
			}
			if i.State != surveys.Skipped {
				continue
			}
			if err := out.Write(i.Ticket.Source, i.Ticket.ID, i.Closing, i.ClosedAt, string(i.Code)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Run exports the figures of the newest edition, as at /figures.csv.
func (c *exportFiguresCmd) Run(ctx context.Context, o *options, t *terminal) error {
	const columns = "period,scope,name,figure,n,x,value,low,high,state"
	return c.write(ctx, o, t, columns, func(it *opened, _, _ time.Time, out *table.Table) error {
		e, err := it.LatestEdition(ctx)
		if errors.Is(err, fs.ErrNotExist) {
			fmt.Fprintln(t.err, "nothing has been published yet: run entendu publish")
			return nil
		}
		if err != nil {
			return err
		}
		d, err := e.Document()
		if err != nil {
			return err
		}
		for _, l := range reports.Lines(d) {
			if !c.holds(l.Period) {
				continue
			}
			if err := out.Write(l.Period, l.Scope, l.Name, l.Figure, number(l.N), number(l.X), number(l.Value), number(l.Low), number(l.High), l.State); err != nil {
				return err
			}
		}
		return nil
	})
}

// holds says whether a period begins within the range.
func (r exportRange) holds(period string) bool {
	begins, _, err := reports.PeriodDays(period)
	return err == nil && begins >= surveys.Day(r.From) && (r.To == "" || begins < surveys.Day(r.To))
}

// number is what a figure says, or nil where it is withheld.
func number[N int | float64](n *N) any {
	if n == nil {
		return nil
	}
	return *n
}
