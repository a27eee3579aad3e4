package mongo

import (
	"context"
	"maps"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/entendu/entendu/surveys"
)

type changeDoc struct {
	N        int64       `bson:"_id"`
	At       time.Time   `bson:"at,omitempty"`
	By       string      `bson:"by"`
	Settings settingsDoc `bson:"settings"`
}

// settingsDoc and its parts hold settings as they are kept. Go converts a part from
// and to its twin in surveys only while both have the same fields, so one that is
// forgotten here does not compile.
type settingsDoc struct {
	Organisation organisation `bson:"organisation"`
	Promise      promise      `bson:"promise"`
	Asking       asking       `bson:"asking"`
	Comparing    comparing    `bson:"comparing"`
	Publishing   publishing   `bson:"publishing"`
	Privacy      privacy      `bson:"privacy"`
	Mail         mail         `bson:"mail"`
	Teams        []team       `bson:"teams,omitempty"`
	Sources      []source     `bson:"sources,omitempty"`
}

type organisation struct {
	Name            string   `bson:"name"`
	Languages       []string `bson:"languages,omitempty"`
	Timezone        string   `bson:"timezone"`
	HelpdeskAddress string   `bson:"helpdesk_address,omitempty"`
}

type promise struct {
	Default  surveys.Span   `bson:"default"`
	Since    surveys.Day    `bson:"since,omitempty"`
	Category []categorySpan `bson:"category,omitempty"`
	Past     []pastPromise  `bson:"past,omitempty"`
}

type pastPromise struct {
	Until    time.Time      `bson:"until"`
	Default  surveys.Span   `bson:"default"`
	Category []categorySpan `bson:"category,omitempty"`
}

type categorySpan struct {
	Category string       `bson:"category"`
	Span     surveys.Span `bson:"span"`
}

type asking struct {
	Delay         surveys.Span `bson:"delay"`
	Hours         string       `bson:"hours"`
	Rest          surveys.Span `bson:"rest"`
	AnswerWithin  surveys.Span `bson:"answer_within"`
	ReminderAfter surveys.Span `bson:"reminder_after"`
	Sample        float64      `bson:"sample"`
	SkipTags      []string     `bson:"skip_tags,omitempty"`
	Staff         []string     `bson:"staff,omitempty"`
	TooOld        surveys.Span `bson:"too_old"`
}

type comparing struct {
	Advisers int `bson:"advisers"`
}

type publishing struct {
	Public  bool   `bson:"public"`
	Period  string `bson:"period"`
	Minimum int    `bson:"minimum"`
}

type privacy struct {
	RawEvents  surveys.Span `bson:"raw_events"`
	Addresses  surveys.Span `bson:"addresses"`
	Answers    surveys.Span `bson:"answers"`
	Controller string       `bson:"controller,omitempty"`
	Notice     string       `bson:"notice,omitempty"`
}

type mail struct {
	Connections  int     `bson:"connections"`
	PerSecond    float64 `bson:"per_second"`
	ReturnPath   string  `bson:"return_path,omitempty"`
	Bounces      string  `bson:"bounces,omitempty"`
	DKIMKey      string  `bson:"dkim_key,omitempty"`
	DKIMSelector string  `bson:"dkim_selector,omitempty"`
}

type team struct {
	Name    string `bson:"name"`
	Address string `bson:"address,omitempty"`
}

type source struct {
	Name      string       `bson:"name"`
	Kind      string       `bson:"kind"`
	Secret    string       `bson:"secret,omitempty"`
	Freshness surveys.Span `bson:"freshness"`
	API       string       `bson:"api,omitempty"`
	Token     string       `bson:"token,omitempty"`
	Statuses  []status     `bson:"statuses,omitempty"`
}

type status struct {
	Vendor string         `bson:"vendor"`
	Ours   surveys.Status `bson:"ours"`
}

func (d changeDoc) record() surveys.SettingsChange {
	return surveys.SettingsChange{N: d.N, At: d.At, By: d.By, Settings: d.Settings.record()}
}

// AddSettings is surveys.Store.
func (s *Store) AddSettings(ctx context.Context, c surveys.SettingsChange) error {
	return s.add(ctx, settings, changeDoc{N: c.N, At: c.At, By: c.By, Settings: settingsDocOf(c.Settings)})
}

// LatestSettings is surveys.Store.
func (s *Store) LatestSettings(ctx context.Context) (surveys.SettingsChange, error) {
	return first[changeDoc](ctx, s, settings, bson.D{}, bson.D{{Key: "_id", Value: -1}})
}

// FindSettings is surveys.Store.
func (s *Store) FindSettings(ctx context.Context, before int64, limit int) ([]surveys.SettingsChange, error) {
	filter := bson.D{}
	if before > 0 {
		filter = bson.D{{Key: "_id", Value: bson.D{{Key: "$lt", Value: before}}}}
	}
	return find[changeDoc](ctx, s, settings, filter, bson.D{{Key: "_id", Value: -1}}, limit)
}

func settingsDocOf(s surveys.Settings) settingsDoc {
	return settingsDoc{
		Organisation: organisation(s.Organisation),
		Promise:      promiseOf(s.Promise),
		Asking:       asking(s.Asking),
		Comparing:    comparing(s.Comparing),
		Publishing:   publishing(s.Publishing),
		Privacy:      privacy(s.Privacy),
		Mail:         mail(s.Mail),
		Teams:        each(s.Teams, func(x surveys.Team) team { return team(x) }),
		Sources:      each(s.Sources, sourceOf),
	}
}

func (d settingsDoc) record() surveys.Settings {
	return surveys.Settings{
		Organisation: surveys.Organisation(d.Organisation),
		Promise:      d.Promise.record(),
		Asking:       surveys.Asking(d.Asking),
		Comparing:    surveys.Comparing(d.Comparing),
		Publishing:   surveys.Publishing(d.Publishing),
		Privacy:      surveys.Privacy(d.Privacy),
		Mail:         surveys.Mail(d.Mail),
		Teams:        each(d.Teams, func(x team) surveys.Team { return surveys.Team(x) }),
		Sources:      each(d.Sources, source.record),
	}
}

func promiseOf(p surveys.Promise) promise {
	return promise{Default: p.Default, Since: p.Since, Category: categoriesOf(p.Category), Past: each(p.Past, func(b surveys.PastPromise) pastPromise {
		return pastPromise{Until: b.Until, Default: b.Default, Category: categoriesOf(b.Category)}
	})}
}

func (d promise) record() surveys.Promise {
	return surveys.Promise{Default: d.Default, Since: d.Since, Category: categories(d.Category), Past: each(d.Past, func(b pastPromise) surveys.PastPromise {
		return surveys.PastPromise{Until: b.Until, Default: b.Default, Category: categories(b.Category)}
	})}
}

func categoriesOf(spans map[string]surveys.Span) (list []categorySpan) {
	for _, category := range slices.Sorted(maps.Keys(spans)) {
		list = append(list, categorySpan{category, spans[category]})
	}
	return list
}

func categories(list []categorySpan) map[string]surveys.Span {
	spans := map[string]surveys.Span{}
	for _, c := range list {
		spans[c.Category] = c.Span
	}
	return spans
}

func sourceOf(s surveys.Source) source {
	d := source{Name: s.Name, Kind: s.Kind, Secret: s.Secret, Freshness: s.Freshness, API: s.API, Token: s.Token}
	for _, vendor := range slices.Sorted(maps.Keys(s.Statuses)) {
		d.Statuses = append(d.Statuses, status{vendor, s.Statuses[vendor]})
	}
	return d
}

func (d source) record() surveys.Source {
	s := surveys.Source{
		Name: d.Name, Kind: d.Kind, Secret: d.Secret, Freshness: d.Freshness, API: d.API, Token: d.Token,
		Statuses: map[string]surveys.Status{},
	}
	for _, x := range d.Statuses {
		s.Statuses[x.Vendor] = x.Ours
	}
	return s
}
