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
	hash, next := sha256.Sum256(e.Bytes), nextAt.UTC()
	d.Edition.SHA256, d.Edition.NextAt = hex.EncodeToString(hash[:]), &next
	return d, nil
}

// Serve gives the bytes of /figures.json for an edition.
func Serve(e Edition, nextAt time.Time) ([]byte, error) {
	d, err := Served(e, nextAt)
	if err != nil {
		return nil, err
	}
	b, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("writing edition %s: %w", e.ID, err)
	}
	return b, nil
}

// ServeUnpublished gives the bytes of /figures.json before the first edition.
func ServeUnpublished(s surveys.Settings) ([]byte, error) {
	b, err := json.Marshal(Unpublished(s))
	if err != nil {
		return nil, fmt.Errorf("writing that nothing is published: %w", err)
	}
	return b, nil
}
