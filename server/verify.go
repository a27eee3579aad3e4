package main

import (
	"context"
	"fmt"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
)

// verifyCmd counts every edition again.
type verifyCmd struct{}

// shownPaths is how many of the figures that differ are named of one edition.
const shownPaths = 5

// Run prints a line for each edition, and more where rows no longer hold what they said
// then; it fails if any edition is not what the rows say.
func (c *verifyCmd) Run(ctx context.Context, o *options, t *terminal) error {
	it, err := o.open(ctx, forAny, now)
	if err != nil {
		return err
	}
	defer it.Close()
	settings, err := newLive(ctx, it, logTo(t))
	if err != nil {
		return err
	}
	line := newProgress(t.err)
	defer line.end()
	editions, wrong := 0, 0
	p := &reports.Publisher{Store: it, Settings: settings.Settings, Log: logTo(t), Decisions: it.FindSettings}
	err = p.Verify(ctx, func(v reports.Verified) {
		editions++
		line.say("counted %d editions again", editions)
		for _, lost := range v.Lost {
			fmt.Fprintf(t.out, "%s cannot be counted again in %s: %s\n", v.Edition, lost.Period, whyLost(lost))
		}
		switch {
		case len(v.Differs) > 0:
			wrong++
			fmt.Fprintf(t.out, "%s differs: %s\n", v.Edition, someOf(v.Differs))
		case len(v.Lost) > 0:
			fmt.Fprintf(t.out, "%s holds in the rest\n", v.Edition)
		default:
			fmt.Fprintf(t.out, "%s holds\n", v.Edition)
		}
	})
	if err == nil && wrong > 0 {
		err = fmt.Errorf("%d of %d editions are not what their rows say", wrong, editions)
	}
	return err
}

// whyLost says what rows no longer tell.
func whyLost(l reports.Lost) string {
	switch l.Why {
	case reports.LostAnswers:
		return fmt.Sprintf("of %d responses the answer that counted then is not kept, because more than %d were confirmed since", l.Rows, surveys.MaxAnswers)
	case reports.LostOpening:
		return fmt.Sprintf("of %d tickets it was learnt since that they were opened in another period, where they count now", l.Rows)
	default:
		return fmt.Sprintf("%d tickets or closings have changed so often that not all they were is kept", l.Rows)
	}
}

// someOf lists the first paths.
func someOf(paths []string) string {
	text, rest := "", len(paths)-shownPaths
	for i, path := range paths[:min(len(paths), shownPaths)] {
		if i > 0 {
			text += " "
		}
		text += path
	}
	if rest > 0 {
		text += fmt.Sprintf(" and %d more", rest)
	}
	return text
}
