package main

import (
	"context"
	"net/url"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/entendu/entendu/surveys"
)

// callBack tells how the shop called its customers back on the last days of the story:
// the evening after, most of them, and some are left to who visits the demo. What was
// answered before is long past, and nobody follows it up.
func (y *story) callBack(ctx context.Context, at, end time.Time) error {
	s := y.service
	if at.Before(end.AddDate(0, 0, -mailDays)) {
		return nil
	}
	if !y.calling {
		if err := y.forgetCalls(ctx); err != nil {
			return err
		}
		y.calling = true
	}
	if err := untilDone(ctx, s.followUps.Pass); err != nil {
		return err
	}
	if err := untilDone(ctx, s.courier.Pass); err != nil {
		return err
	}
	calls := &surveys.FollowUps{Store: s.store, Settings: s.live.Settings}
	waiting, _, err := calls.List(ctx, surveys.FollowUpFilter{State: surveys.FollowUpWaiting}, callers)
	if err != nil {
		return err
	}
	for _, f := range waiting {
		if f.AskedAt.After(at.Add(-30*time.Hour)) || y.chance.Float64() < 0.1 {
			continue
		}
		if err := calls.Close(ctx, f.ID, y.ending()); err != nil {
			return err
		}
	}
	return nil
}

// ending is how a call ended.
func (y *story) ending() url.Values {
	switch x := y.chance.Float64(); {
	case x < 0.55:
		return url.Values{"outcome": {string(surveys.Solved)}}
	case x < 0.7:
		return url.Values{"outcome": {string(surveys.GestureMade)}, "gesture": {string(surveys.Voucher)}, "amount": {"10"}}
	case x < 0.85:
		return url.Values{"outcome": {string(surveys.NothingToDo)}}
	}
	return url.Values{"outcome": {string(surveys.CannotReach)}}
}

// forgetCalls takes the marks from what was answered so far.
func (y *story) forgetCalls(ctx context.Context) error {
	for {
		marked, err := y.service.store.FindResponsesToFollowUp(ctx, 500)
		if err != nil || len(marked) == 0 {
			return err
		}
		group := errgroup.Group{}
		group.SetLimit(callers)
		for _, r := range marked {
			r.FollowUp = false
			group.Go(func() error { return y.service.store.PutResponse(ctx, r) })
		}
		if err := group.Wait(); err != nil {
			return err
		}
	}
}
