//go:build !failpoints

package main

import (
	"time"

	"github.com/entendu/entendu/surveys"
)

// failpoint is nothing in a build for people.
func failpoint() (surveys.Failpoint, error) { return nil, nil }

// clockOffset is nothing in a build for people.
func clockOffset() time.Duration { return 0 }
