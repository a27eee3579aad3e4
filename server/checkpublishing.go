package main

import (
	"context"
	"fmt"
	"io"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
)

// checkPublishing looks how much of the last twelve months would be held back because
// too few customers stand behind it.
func (u *checkup) checkPublishing(ctx context.Context) finding {
	return publishingFinding(ctx, u.it, u.inUse)
}

func publishingFinding(ctx context.Context, st reports.Store, s surveys.Settings) finding {
	advice, err := adviceFor(ctx, st, s)
	if err != nil {
		return fail(err.Error(), "look at the store")
	}
	if advice.Held[0].Told == 0 {
		return skip("no whole month has been counted yet")
	}
	found := "too few customers stand behind " + parts(advice)
	if advice.Propose != "" {
		return warn(fmt.Sprintf("%s; it is by %s that they are published", found, s.Publishing.Period),
			fmt.Sprintf("set [publishing] period = %q in a file and run: entendu settings apply FILE", advice.Propose))
	}
	return pass("%s", found)
}

// adviceFor looks at the tallies of the last twelve months.
func adviceFor(ctx context.Context, st reports.Store, s surveys.Settings) (reports.Advice, error) {
	now, err := st.Now(ctx)
	if err != nil {
		return reports.Advice{}, err
	}
	today := surveys.DayOf(now, s.Zone())
	var tallies []reports.Tally
	for t, err := range st.Tallies(ctx, today.Add(-400), today) {
		if err != nil {
			return reports.Advice{}, err
		}
		tallies = append(tallies, t)
	}
	return reports.Advise(tallies, today, s.Publishing), nil
}

// parts says how much is held back by each length of period.
func parts(a reports.Advice) string {
	return fmt.Sprintf("%.0f %% of the figures of the last twelve months by %s, %.0f %% by %s, %.0f %% by %s",
		100*a.Held[0].Part(), a.Held[0].Length, 100*a.Held[1].Part(), a.Held[1].Length, 100*a.Held[2].Part(), a.Held[2].Length)
}

// advise says the same to whom has just changed [publishing].
func advise(ctx context.Context, st reports.Store, s surveys.Settings, errs io.Writer) {
	f := publishingFinding(ctx, st, s)
	if f.State == skipped {
		return
	}
	fmt.Fprint(errs, "publishing: ", f.Found)
	if f.Next != "" {
		fmt.Fprint(errs, " → ", f.Next)
	}
	fmt.Fprintln(errs)
}
