package reports

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/entendu/entendu/surveys"
)

// leeway is how long before and after an edition was published settings may have been in
// force that it was made under: making it takes a moment, and so does telling of a change.
const leeway = time.Minute

// decided reads the log of settings, the newest first, ended by those that are in force
// where nobody has decided; nil where there is no log.
func (p *Publisher) decided(ctx context.Context) (all []surveys.SettingsChange, err error) {
	if p.Decisions == nil {
		return nil, nil
	}
	const page = 100
	for before := int64(0); ; before = all[len(all)-1].N {
		some, err := p.Decisions(ctx, before, page)
		if err != nil {
			return nil, fmt.Errorf("reading the log of settings: %w", err)
		}
		all = append(all, some...)
		if len(some) < page {
			return append(all, surveys.SettingsChange{Settings: surveys.DefaultSettings()}), nil
		}
	}
}

// inForce are the settings of which an edition published at a moment may have been made.
func (v *verifier) inForce(at time.Time) (all []surveys.Settings) {
	for _, c := range v.decided {
		if c.At.After(at.Add(leeway)) {
			continue
		}
		all = append(all, c.Settings)
		if !c.At.After(at.Add(-leeway)) {
			break
		}
	}
	return all
}

// undecided lists what an edition says was in force and was not.
func (v *verifier) undecided(e Edition, d Document) (differs []string) {
	if v.decided == nil {
		return nil
	}
	all := v.inForce(e.PublishedAt)
	none := func(said func(surveys.Settings) bool) bool { return !slices.ContainsFunc(all, said) }
	if none(func(s surveys.Settings) bool { return s.Organisation.Name == d.Organisation }) {
		differs = append(differs, "organisation")
	}
	if none(func(s surveys.Settings) bool { return s.Publishing.Minimum == d.Minimum }) {
		differs = append(differs, "minimum")
	}
	if none(func(s surveys.Settings) bool { return s.Organisation.Timezone == d.Timezone }) {
		differs = append(differs, "timezone")
	}
	return differs
}
