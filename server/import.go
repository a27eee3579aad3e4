package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/entendu/entendu/surveys"
	"github.com/entendu/entendu/surveys/intake"
)

// importCmd brings the past along.
type importCmd struct {
	Tickets importTicketsCmd `cmd:"" help:"Read the CSV export of a helpdesk, or our own."`
}

type importTicketsCmd struct {
	File     string `arg:"" help:"The file, - for standard input."`
	Source   string `default:"import" placeholder:"NAME" help:"The source that the tickets belong to."`
	Timezone string `placeholder:"ZONE" help:"Of dates that name none, like Europe/Paris (default: the organisation's)."`
	Ask      bool   `help:"Ask about closings that are recent enough; without it nobody is asked."`
	DryRun   bool   `help:"Say what would happen and store nothing."`
}

// importBatch is how many rows are brought home together, sharing fsyncs, before
// a running serve gets its turn.
const importBatch = 500

// Run prints how many rows were read, stored, known already and refused.
func (c *importTicketsCmd) Run(ctx context.Context, o *options, t *terminal) error {
	if !surveys.IsSourceName(c.Source) {
		return &badSetting{fmt.Sprintf("--source: %q must be small letters, digits, \"-\" or \"_\"; a good one is desk", c.Source)}
	}
	in, err := openSeekable(c.File, t.in)
	if err != nil {
		return err
	}
	defer in.Close()
	it, err := o.open(ctx, forAny, now)
	if err != nil {
		return err
	}
	defer it.Close()
	i, err := c.prepare(ctx, it, t)
	if err != nil {
		return err
	}
	if err := i.rows(ctx, in); err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	fmt.Fprintf(t.out, "read %d stored %d known %d refused %d\n", i.read, i.stored, i.known, i.refused)
	if i.refused > 0 {
		return errQuiet
	}
	return nil
}

// importing is one import under way.
type importing struct {
	importTicketsCmd
	applier *surveys.Applier
	options intake.Options
	learnt  time.Time
	errs    io.Writer
	line    *progress

	waiting                      []surveys.Notice
	read, stored, known, refused int
}

func (c *importTicketsCmd) prepare(ctx context.Context, it *opened, t *terminal) (*importing, error) {
	settings, err := newLive(ctx, it, logTo(t))
	if err != nil {
		return nil, err
	}
	zone := settings.Settings().Zone()
	if c.Timezone != "" {
		if zone, err = time.LoadLocation(c.Timezone); err != nil || c.Timezone == "Local" {
			return nil, &badSetting{fmt.Sprintf("--timezone: %q is not a time zone; a good one is Europe/Paris", c.Timezone)}
		}
	}
	learnt, err := it.Now(ctx)
	source, _ := settings.Settings().Source(c.Source)
	return &importing{
		importTicketsCmd: *c, errs: t.err, line: newProgress(t.err), learnt: learnt,
		applier: &surveys.Applier{Store: it, Settings: settings.Settings, Salt: it.salt},
		options: intake.Options{Zone: zone, Now: learnt, Source: source},
	}, err
}

// rows reads the file to its end; good rows are in, whatever the others are.
func (i *importing) rows(ctx context.Context, in io.ReadSeeker) error {
	defer i.line.end()
	for row, err := range intake.CSV(in, i.options) {
		if err != nil {
			return errors.Join(i.apply(ctx), err)
		}
		i.read++
		i.line.say("read %d rows", i.read)
		if row.Refused != "" {
			i.refused++
			fmt.Fprintf(i.errs, "line %d: %s\n", row.Line, row.Refused)
			continue
		}
		row.Notice.Quiet = !i.Ask
		i.waiting = append(i.waiting, row.Notice)
		if len(i.waiting) == importBatch {
			if err := i.apply(ctx); err != nil {
				return err
			}
		}
	}
	return i.apply(ctx)
}

// apply brings the waiting rows home, or looks what that would change.
func (i *importing) apply(ctx context.Context) error {
	bring := i.bring
	if i.DryRun {
		bring = i.would
	}
	changed, err := bring(ctx)
	for _, c := range changed {
		if c {
			i.stored++
		} else {
			i.known++
		}
	}
	i.waiting = i.waiting[:0]
	return err
}

func (i *importing) bring(ctx context.Context) (changed []bool, err error) {
	return i.applier.ApplyAll(ctx, i.Source, i.waiting, i.learnt)
}

// would looks at each row as if it were alone; nothing is stored.
func (i *importing) would(ctx context.Context) (changed []bool, err error) {
	for _, n := range i.waiting {
		known, err := i.applier.Store.GetTicket(ctx, surveys.TicketKey{Source: i.Source, ID: n.ID})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return changed, err
		}
		_, differs := known.Apply(n, surveys.Customer{ID: known.Customer, Person: known.Person}, i.learnt, i.applier.Settings())
		changed = append(changed, differs)
	}
	return changed, nil
}

// openSeekable opens a file that can be read twice; standard input is copied first.
func openSeekable(name string, in io.Reader) (io.ReadSeekCloser, error) {
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("%s cannot be read: %w", name, err)
		}
		return f, nil
	}
	f, err := os.CreateTemp("", "entendu-import-*")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil { // the open file stays readable
		return nil, errors.Join(err, f.Close())
	}
	if _, err := io.Copy(f, in); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	_, err = f.Seek(0, io.SeekStart)
	return f, err
}
