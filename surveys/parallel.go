package surveys

import (
	"context"
	"errors"
	"sync"
)

// lanes is how many items of a batch are worked on at once: they wait for the same
// fsync, so one after the other would cost one each.
const lanes = 16

// inParallel is inLanes for work that only the store keeps waiting.
func inParallel[T any](ctx context.Context, batch [][]T, work func(context.Context, T) error) error {
	return inLanes(ctx, lanes, batch, work)
}

// inLanes works each sequence in order and the sequences side by side. A failure
// ends its own sequence only: the other rows are not to blame.
func inLanes[T any](ctx context.Context, lanes int, batch [][]T, work func(context.Context, T) error) error {
	var wg sync.WaitGroup
	errs := make([]error, len(batch))
	slots := make(chan struct{}, lanes)
	for i, sequence := range batch {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			for _, item := range sequence {
				if errs[i] = work(ctx, item); errs[i] != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// sequences groups items that must be worked on in order.
func sequences[T any, K comparable](items []T, key func(T) K) [][]T {
	var batch [][]T
	index := map[K]int{}
	for _, item := range items {
		i, ok := index[key(item)]
		if !ok {
			i = len(batch)
			index[key(item)] = i
			batch = append(batch, nil)
		}
		batch[i] = append(batch[i], item)
	}
	return batch
}

// each makes every item a sequence of its own.
func each[T any](items []T) [][]T {
	batch := make([][]T, len(items))
	for i := range items {
		batch[i] = items[i : i+1]
	}
	return batch
}
