package reports

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/entendu/entendu/surveys"
)

// Served is an edition as /figures.json and the pages tell it: with the hash of
// its bytes and the time of the next one, which cannot be in the bytes themselves.
func Served(e Edition, nextAt time.Time) (Document, error) {
	d, err := e.Document()
	if err != nil {
		return Document{}, err
	}
	next := nextAt.UTC()
	d.Edition.SHA256, d.Edition.NextAt = hashOf(e.Bytes), &next
	return d, nil
}

// served is /figures.json: the newest edition, and beside it today's part of the
// latest outlook, which belongs to no edition:
//
//	"today": {
//	  "day": "2026-11-27", "made_at": "…", "counted_at": "…",
//	  "waiting": {"n": 340, "bands": [{"from_days": 0, "to_days": 1, "n": 60}, …, {"from_days": 28, "n": 15}]},
//	  "first_reply": {"n": 410, "unknown": 0, "p50": {"seconds": 7500, "low": 7200, "high": 8100, "reached": true}, "p90": {"reached": false}},
//	  "promise_kept": {"n": 395, "share": 0.93, "low": 0.9, "high": 0.96},
//	  "estimates_held": {"n": 380, "share": 0.91, "low": 0.87, "high": 0.94}
//	}
//
// It is null before the first outlook, and each of its figures is where too few
// customers stand behind it. Counts are to the nearest 5, shares in whole per cents,
// times to 5 minutes or, from a day on, to an hour.
type served struct {
	Document
	Today *Today `json:"today"`
}

func hashOf(bytes []byte) string {
	hash := sha256.Sum256(bytes)
	return hex.EncodeToString(hash[:])
}

// Serve gives the bytes of /figures.json for an edition.
func Serve(e Edition, nextAt time.Time, today *Today) ([]byte, error) {
	d, err := Served(e, nextAt)
	if err != nil {
		return nil, err
	}
	b, err := json.Marshal(served{d, today})
	if err != nil {
		return nil, fmt.Errorf("writing edition %s: %w", e.ID, err)
	}
	return b, nil
}

// ServeUnpublished gives the bytes of /figures.json before the first edition.
func ServeUnpublished(s surveys.Settings, today *Today) ([]byte, error) {
	b, err := json.Marshal(served{Unpublished(s), today})
	if err != nil {
		return nil, fmt.Errorf("writing that nothing is published: %w", err)
	}
	return b, nil
}
