package main

import (
	"context"
	"fmt"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
	"github.com/entendu/entendu/surveys/intake"
)

// publishCmd makes an edition now, beside a running serve or alone.
type publishCmd struct {
	Period string `placeholder:"2026-10" help:"The last period to publish (default: the current one)."`
	sender
}

// recountCmd counts every day again.
type recountCmd struct{ sender }

// Run publishes and prints the edition's id.
func (c *publishCmd) Run(ctx context.Context, o *options, t *terminal) error {
	if _, _, err := reports.PeriodDays(c.Period); c.Period != "" && err != nil {
		return &badSetting{"--period: " + err.Error()}
	}
	return o.telling(ctx, t, c.sender, func(it *opened, p *reports.Publisher) error {
		e, err := p.Publish(ctx, c.Period)
		if err != nil {
			return err
		}
		fmt.Fprintln(t.out, e.ID)
		return raiseGeneration(ctx, it)
	})
}

// Run recounts and says how far it is.
func (c *recountCmd) Run(ctx context.Context, o *options, t *terminal) error {
	return o.telling(ctx, t, c.sender, func(it *opened, p *reports.Publisher) error {
		line := newProgress(t.err)
		defer line.end()
		return p.Counter.Recount(ctx, func(done, days int) { line.say("recounted %d of %d days", done, days) })
	})
}

// telling opens the store with its publisher, once every event received is in its
// ticket and every closing has its invitation or skip.
func (o *options) telling(ctx context.Context, t *terminal, from sender, do func(*opened, *reports.Publisher) error) error {
	it, err := o.open(ctx, forAny, now)
	if err != nil {
		return err
	}
	defer it.Close()
	log := logTo(t)
	settings, err := newLive(ctx, it, log)
	if err != nil {
		return err
	}
	applier := &surveys.Applier{Store: it, Read: intake.Read, Settings: settings.Settings, Salt: it.salt, Log: log}
	inviter := &surveys.Inviter{Store: it, Settings: settings.Settings, From: from.From, Log: log}
	for _, worker := range []func(context.Context) (bool, error){applier.Pass, inviter.Pass} {
		if err := untilDone(ctx, worker); err != nil {
			return err
		}
	}
	counter := &reports.Counter{Store: it, Settings: settings.Settings, Log: log}
	return do(it, &reports.Publisher{Store: it, Settings: settings.Settings, Counter: counter, Log: log})
}

// untilDone repeats a worker's pass while it says that there is more.
func untilDone(ctx context.Context, pass func(context.Context) (bool, error)) error {
	for more := true; more; {
		var err error
		if more, err = pass(ctx); err != nil {
			return err
		}
	}
	return nil
}
