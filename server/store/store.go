// Package store joins what asking, telling and signing in need kept into one Store and states
// the promises that every adapter keeps, so that two engines stay one product.
// Package storetest holds each adapter to them. There is no rule and no arithmetic
// here or below: adapters fetch, keep order and keep unique.
//
// Every adapter promises:
//
//   - A write that returned nil is durable: it survives kill -9 and power loss
//     (SQLite: commit with synchronous FULL; MongoDB: majority and journal).
//   - Every method is one atomic statement on one record, which a write names by
//     its full id. Two clients of one store are safe because each write either
//     creates an id that did not exist or compares the Rev that it read.
//   - A missing record is an error that is fs.ErrNotExist; a taken id and a lost
//     compare-and-set are errors that are fs.ErrExist. Never nil and nothing.
//   - What was read is what was written: texts to the byte, times in UTC to the
//     millisecond, zero times as zero times; an empty list may come back as nil,
//     except Notice-like meanings, which do not reach the store.
//   - Walks see each record at most once and every record that existed, unchanged
//     in its sort key, from their start to their end. They hold no write back.
//   - A cancelled context ends a call with an error; the write may have happened.
package store

import (
	"context"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/surveys"
)

// Store is all that one instance of Entendu keeps.
type Store interface {
	surveys.Store
	reports.Store
	auth.Store

	// Ready says whether a write would be kept now: for /readyz.
	Ready(ctx context.Context) error
	Close() error
}
