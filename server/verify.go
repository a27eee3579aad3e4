package main

import (
	"context"
	"fmt"

	"github.com/entendu/entendu/reports"
)

// verifyCmd counts every edition again.
type verifyCmd struct{}

// shownPaths is how many of the figures that differ are named of one edition.
const shownPaths = 5

// Run prints a line for each edition, and fails if any is not what the rows say.
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
	p := &reports.Publisher{Store: it, Settings: settings.Settings, Log: logTo(t)}
	err = p.Verify(ctx, func(v reports.Verified) {
		editions++
		line.say("counted %d editions again", editions)
		if len(v.Differs) == 0 {
			fmt.Fprintf(t.out, "%s holds\n", v.Edition)
			return
		}
		wrong++
		fmt.Fprintf(t.out, "%s differs: %s\n", v.Edition, someOf(v.Differs))
	})
	if err == nil && wrong > 0 {
		err = fmt.Errorf("%d of %d editions are not what their rows say", wrong, editions)
	}
	return err
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
