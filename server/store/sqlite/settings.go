package sqlite

import (
	"context"
	"encoding/json"
	"math"

	"github.com/entendu/entendu/surveys"
)

// These are how a change of settings is kept, as JSON. Go converts each part from
// and to its twin in surveys only while both have the same fields, so one that is
// forgotten here does not compile.
type (
	settings struct {
		Organisation organisation `json:"organisation"`
		Promise      promise      `json:"promise"`
		Asking       asking       `json:"asking"`
		Comparing    comparing    `json:"comparing"`
		Publishing   publishing   `json:"publishing"`
		Privacy      privacy      `json:"privacy"`
		Mail         mail         `json:"mail"`
		Teams        []team       `json:"teams"`
		Sources      []source     `json:"sources"`
	}
	organisation struct {
		Name            string   `json:"name"`
		Languages       []string `json:"languages"`
		Timezone        string   `json:"timezone"`
		HelpdeskAddress string   `json:"helpdesk_address"`
	}
	promise struct {
		Default  surveys.Span            `json:"default"`
		Since    surveys.Day             `json:"since"`
		Category map[string]surveys.Span `json:"category"`
		Past     []pastPromise           `json:"past,omitempty"`
	}
	pastPromise struct {
		Until    int64                   `json:"until"`
		Default  surveys.Span            `json:"default"`
		Category map[string]surveys.Span `json:"category"`
	}
	asking struct {
		Delay         surveys.Span `json:"delay"`
		Hours         string       `json:"hours"`
		Rest          surveys.Span `json:"rest"`
		AnswerWithin  surveys.Span `json:"answer_within"`
		ReminderAfter surveys.Span `json:"reminder_after"`
		Sample        float64      `json:"sample"`
		SkipTags      []string     `json:"skip_tags"`
		Staff         []string     `json:"staff"`
		TooOld        surveys.Span `json:"too_old"`
	}
	comparing struct {
		Advisers int `json:"advisers"`
	}
	publishing struct {
		Public  bool   `json:"public"`
		Period  string `json:"period"`
		Minimum int    `json:"minimum"`
	}
	privacy struct {
		RawEvents  surveys.Span `json:"raw_events"`
		Addresses  surveys.Span `json:"addresses"`
		Answers    surveys.Span `json:"answers"`
		Controller string       `json:"controller"`
		Notice     string       `json:"notice"`
	}
	mail struct {
		Connections  int     `json:"connections"`
		PerSecond    float64 `json:"per_second"`
		ReturnPath   string  `json:"return_path"`
		Bounces      string  `json:"bounces"`
		DKIMKey      string  `json:"dkim_key"`
		DKIMSelector string  `json:"dkim_selector"`
	}
	team struct {
		Name    string `json:"name"`
		Address string `json:"address"`
	}
	source struct {
		Name      string                    `json:"name"`
		Kind      string                    `json:"kind"`
		Secret    string                    `json:"secret"`
		Freshness surveys.Span              `json:"freshness"`
		API       string                    `json:"api"`
		Token     string                    `json:"token"`
		Statuses  map[string]surveys.Status `json:"statuses"`
	}
)

func fromSettings(s surveys.Settings) settings {
	return settings{
		organisation(s.Organisation), fromPromise(s.Promise), asking(s.Asking), comparing(s.Comparing),
		publishing(s.Publishing), privacy(s.Privacy), mail(s.Mail),
		each(s.Teams, func(t surveys.Team) team { return team(t) }),
		each(s.Sources, func(s surveys.Source) source { return source(s) }),
	}
}

func (s settings) domain() surveys.Settings {
	return surveys.Settings{
		Organisation: surveys.Organisation(s.Organisation),
		Promise:      s.Promise.domain(),
		Asking:       surveys.Asking(s.Asking),
		Comparing:    surveys.Comparing(s.Comparing),
		Publishing:   surveys.Publishing(s.Publishing),
		Privacy:      surveys.Privacy(s.Privacy),
		Mail:         surveys.Mail(s.Mail),
		Teams:        each(s.Teams, func(t team) surveys.Team { return surveys.Team(t) }),
		Sources:      each(s.Sources, func(s source) surveys.Source { return surveys.Source(s) }),
	}
}

func fromPromise(p surveys.Promise) promise {
	return promise{p.Default, p.Since, p.Category, each(p.Past, func(b surveys.PastPromise) pastPromise {
		return pastPromise{millis(b.Until), b.Default, b.Category}
	})}
}

func (p promise) domain() surveys.Promise {
	return surveys.Promise{Default: p.Default, Since: p.Since, Category: p.Category, Past: each(p.Past, func(b pastPromise) surveys.PastPromise {
		return surveys.PastPromise{Until: moment(b.Until), Default: b.Default, Category: b.Category}
	})}
}

// AddSettings is surveys.Store's.
func (s *Store) AddSettings(ctx context.Context, c surveys.SettingsChange) error {
	kept, err := json.Marshal(fromSettings(c.Settings))
	if err == nil {
		err = s.write(ctx, `INSERT INTO settings (n, at, by, settings) VALUES (?, ?, ?, ?)`, c.N, millis(c.At), c.By, string(kept))
	}
	return in(err, "keeping change %d of the settings", c.N)
}

// LatestSettings is surveys.Store's.
func (s *Store) LatestSettings(ctx context.Context) (surveys.SettingsChange, error) {
	c, err := get(ctx, s, scanSettings, `SELECT n, at, by, settings FROM settings ORDER BY n DESC LIMIT 1`)
	return c, in(err, "reading the settings")
}

// FindSettings is surveys.Store's.
func (s *Store) FindSettings(ctx context.Context, before int64, limit int) ([]surveys.SettingsChange, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	found, err := find(ctx, s, scanSettings, `SELECT n, at, by, settings FROM settings WHERE n < ? ORDER BY n DESC LIMIT +?`, before, limit)
	return found, in(err, "reading the changes of the settings")
}

func scanSettings(r row) (c surveys.SettingsChange, err error) {
	var kept settings
	err = r.Scan(&c.N, at{&c.At}, &c.By, into{&kept})
	c.Settings = kept.domain()
	return c, err
}
