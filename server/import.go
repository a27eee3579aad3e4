package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"time"

	"github.com/entendu/entendu/surveys"
	"github.com/entendu/entendu/surveys/intake"
)

// importCmd brings the past along.
type importCmd struct {
	Tickets   importTicketsCmd   `cmd:"" help:"Read the CSV export of a helpdesk, or our own."`
	Responses importResponsesCmd `cmd:"" help:"Read answers that another tool took, as CSV."`
}

// importFlags is what every import takes.
type importFlags struct {
	File     string `arg:"" help:"The file, - for standard input."`
	Source   string `default:"import" placeholder:"NAME" help:"The source that the tickets belong to."`
	Timezone string `placeholder:"ZONE" help:"Of dates that name none, like Europe/Paris (default: the organisation's)."`
	DryRun   bool   `help:"Say what would happen and store nothing."`
}

type importTicketsCmd struct {
	importFlags
	Ask bool `help:"Ask about closings that are recent enough; without it nobody is asked."`
}

type importResponsesCmd struct{ importFlags }

// Help says what a file of answers must hold.
func (c *importResponsesCmd) Help() string {
	return `Columns: ticket_id,answered_at,delay,listening,resolved,recommend,comment. A row
needs the first two and at least one of delay and listening (1 to 5), resolved (yes,
partly, no) and recommend (0 to 10).

Import the tickets first. An answer belongs to the last closing of its ticket that is
not later than the answer; a day without a time stands for its end. It counts in the
levels of that month, and in no response rate, because nobody knows how many were asked.`
}

// importBatch is how many rows are brought home together, sharing fsyncs, before
// a running serve gets its turn.
const importBatch = 500

// Run brings tickets and prints how many rows were read, stored, known already and
// refused.
func (c *importTicketsCmd) Run(ctx context.Context, o *options, t *terminal) error {
	return c.run(ctx, o, t, func(it *opened, settings func() surveys.Settings, opt intake.Options, in io.ReadSeeker) *importing {
		applier := &surveys.Applier{Store: it, Settings: settings, Salt: it.salt}
		bring := &ticketBringer{applier: applier, source: c.Source, dry: c.DryRun}
		return &importing{walk: ticketRows(in, opt, !c.Ask), bring: bring.bring}
	})
}

// Run brings answers, and prints as for tickets.
func (c *importResponsesCmd) Run(ctx context.Context, o *options, t *terminal) error {
	return c.run(ctx, o, t, func(it *opened, settings func() surveys.Settings, opt intake.Options, in io.ReadSeeker) *importing {
		bringer := &surveys.Bringer{Store: it, Settings: settings, Dry: c.DryRun}
		return &importing{walk: answerRows(in, opt), bring: func(ctx context.Context, rows []importRow) ([]surveys.Fate, error) {
			answers := make([]surveys.Brought, len(rows))
			for i, r := range rows {
				answers[i] = r.answer
			}
			return bringer.Bring(ctx, c.Source, answers)
		}}
	})
}

// run opens the file and the store, and lets begin say how rows are read and brought
// home.
func (f importFlags) run(ctx context.Context, o *options, t *terminal, begin func(*opened, func() surveys.Settings, intake.Options, io.ReadSeeker) *importing) error {
	if !surveys.IsSourceName(f.Source) {
		return &badSetting{fmt.Sprintf("--source: %q must be small letters, digits, \"-\" or \"_\"; a good one is desk", f.Source)}
	}
	in, err := openSeekable(f.File, t.in)
	if err != nil {
		return err
	}
	defer in.Close()
	it, err := o.open(ctx, forAny, now)
	if err != nil {
		return err
	}
	defer it.Close()
	settings, err := newLive(ctx, it, logTo(t))
	if err != nil {
		return err
	}
	opt, err := f.reading(ctx, it, settings.Settings())
	if err != nil {
		return err
	}
	i := begin(it, settings.Settings, opt, in)
	i.errs, i.line = t.err, newProgress(t.err)
	if err := i.rows(ctx); err != nil {
		return fmt.Errorf("%s: %w", f.File, err)
	}
	fmt.Fprintf(t.out, "read %d stored %d known %d refused %d\n", i.read, i.stored, i.known, i.refused)
	if i.refused > 0 {
		return errQuiet
	}
	return nil
}

// reading is what the file does not say itself.
func (f importFlags) reading(ctx context.Context, it *opened, settings surveys.Settings) (opt intake.Options, err error) {
	opt.Zone = settings.Zone()
	if f.Timezone != "" {
		if opt.Zone, err = time.LoadLocation(f.Timezone); err != nil || f.Timezone == "Local" {
			return opt, &badSetting{fmt.Sprintf("--timezone: %q is not a time zone; a good one is Europe/Paris", f.Timezone)}
		}
	}
	opt.Source, _ = settings.Source(f.Source)
	opt.Now, err = it.Now(ctx)
	return opt, err
}

// importRow is one row of a file: a ticket or an answer, or why it was refused.
type importRow struct {
	line    int
	refused string
	notice  surveys.Notice
	answer  surveys.Brought
}

func ticketRows(in io.ReadSeeker, opt intake.Options, quiet bool) iter.Seq2[importRow, error] {
	return func(yield func(importRow, error) bool) {
		for row, err := range intake.CSV(in, opt) {
			row.Notice.Quiet = quiet
			if !yield(importRow{line: row.Line, refused: row.Refused, notice: row.Notice}, err) {
				return
			}
		}
	}
}

func answerRows(in io.ReadSeeker, opt intake.Options) iter.Seq2[importRow, error] {
	return func(yield func(importRow, error) bool) {
		for row, err := range intake.Answers(in, opt) {
			if !yield(importRow{line: row.Line, refused: row.Refused, answer: row.Answer}, err) {
				return
			}
		}
	}
}

// importing is one import under way.
type importing struct {
	walk  iter.Seq2[importRow, error]
	bring func(context.Context, []importRow) ([]surveys.Fate, error)
	errs  io.Writer
	line  *progress

	waiting                      []importRow
	read, stored, known, refused int
}

// rows reads the file to its end; good rows are in, whatever the others are.
func (i *importing) rows(ctx context.Context) error {
	defer i.line.end()
	for row, err := range i.walk {
		if err != nil {
			return errors.Join(i.apply(ctx), err)
		}
		i.read++
		i.line.say("read %d rows", i.read)
		i.waiting = append(i.waiting, row)
		if len(i.waiting) == importBatch {
			if err := i.apply(ctx); err != nil {
				return err
			}
		}
	}
	return i.apply(ctx)
}

// apply brings the waiting rows home, or looks what that would change, and says in
// the order of the file which were refused.
func (i *importing) apply(ctx context.Context) error {
	var good []importRow
	for _, row := range i.waiting {
		if row.refused == "" {
			good = append(good, row)
		}
	}
	fates, err := i.bring(ctx, good)
	if err != nil {
		return err
	}
	for _, row := range i.waiting {
		fate := surveys.Fate{Refused: row.refused}
		if row.refused == "" {
			fate, fates = fates[0], fates[1:]
		}
		i.count(row.line, fate)
	}
	i.waiting = i.waiting[:0]
	return nil
}

func (i *importing) count(line int, fate surveys.Fate) {
	switch {
	case fate.Refused != "":
		i.refused++
		fmt.Fprintf(i.errs, "line %d: %s\n", line, fate.Refused)
	case fate.Stored:
		i.stored++
	default:
		i.known++
	}
}

// ticketBringer brings tickets home, or looks what that would change.
type ticketBringer struct {
	applier *surveys.Applier
	source  string
	dry     bool
}

// bring reads the time for each batch: what is learnt late in a long import must not
// seem to have been known when it began.
func (b *ticketBringer) bring(ctx context.Context, rows []importRow) ([]surveys.Fate, error) {
	learnt, err := b.applier.Store.Now(ctx)
	if err != nil {
		return nil, err
	}
	notices := make([]surveys.Notice, len(rows))
	for i, r := range rows {
		notices[i] = r.notice
	}
	bring := b.applier.ApplyAll
	if b.dry {
		bring = b.would
	}
	changed, err := bring(ctx, b.source, notices, learnt)
	fates := make([]surveys.Fate, len(changed))
	for i, c := range changed {
		fates[i].Stored = c
	}
	return fates, err
}

// would looks at each row as if it were alone; nothing is stored.
func (b *ticketBringer) would(ctx context.Context, source string, notices []surveys.Notice, learnt time.Time) (changed []bool, err error) {
	for _, n := range notices {
		known, err := b.applier.Store.GetTicket(ctx, surveys.TicketKey{Source: source, ID: n.ID})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return changed, err
		}
		_, differs := known.Apply(n, surveys.Customer{ID: known.Customer, Person: known.Person}, learnt, b.applier.Settings())
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
