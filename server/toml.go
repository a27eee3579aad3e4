package main

import (
	"bytes"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/entendu/entendu/surveys"
	"github.com/entendu/entendu/surveys/intake"
	"github.com/pelletier/go-toml/v2"
)

// settingsFile is the shape of the TOML in which managers' settings travel. A key
// that a file does not name is nil and leaves what is in force.
type settingsFile struct {
	Organisation struct {
		Name            *string   `toml:"name"`
		Languages       *[]string `toml:"languages"`
		Timezone        *string   `toml:"timezone"`
		HelpdeskAddress *string   `toml:"helpdesk_address"`
	} `toml:"organisation"`
	Promise struct {
		Default  *surveys.Span            `toml:"default"`
		Since    toml.LocalDate           `toml:"since,omitempty"` // a pointer would be written as a text
		Category *map[string]surveys.Span `toml:"category,inline"`
	} `toml:"promise"`
	Asking struct {
		Delay         *surveys.Span `toml:"delay"`
		Hours         *string       `toml:"hours"`
		Rest          *surveys.Span `toml:"rest"`
		AnswerWithin  *surveys.Span `toml:"answer_within"`
		ReminderAfter *surveys.Span `toml:"reminder_after"`
		Sample        *float64      `toml:"sample"`
		SkipTags      *[]string     `toml:"skip_tags"`
		Staff         *[]string     `toml:"staff"`
		TooOld        *surveys.Span `toml:"too_old"`
	} `toml:"asking"`
	Comparing struct {
		Advisers *int `toml:"advisers"`
	} `toml:"comparing"`
	Publishing struct {
		Public  *bool   `toml:"public"`
		Period  *string `toml:"period"`
		Minimum *int    `toml:"minimum"`
	} `toml:"publishing"`
	Privacy struct {
		RawEvents  *surveys.Span `toml:"raw_events"`
		Addresses  *surveys.Span `toml:"addresses"`
		Answers    *surveys.Span `toml:"answers"`
		Controller *string       `toml:"controller"`
		Notice     *string       `toml:"notice"`
	} `toml:"privacy"`
	Mail struct {
		Connections  *int     `toml:"connections"`
		PerSecond    *float64 `toml:"per_second"`
		ReturnPath   *string  `toml:"return_path"`
		Bounces      *string  `toml:"bounces"`
		DKIMKey      *string  `toml:"dkim_key"`
		DKIMSelector *string  `toml:"dkim_selector"`
	} `toml:"mail"`
	Teams   []teamTable   `toml:"team"`
	Sources []sourceTable `toml:"source"`
}

type teamTable struct {
	Name    string  `toml:"name"`
	Address *string `toml:"address"`
	Remove  bool    `toml:"remove,omitempty"`
}

type sourceTable struct {
	Name      string                     `toml:"name"`
	Kind      *string                    `toml:"kind"`
	Secret    *string                    `toml:"secret"`
	Freshness *surveys.Span              `toml:"freshness"`
	API       *string                    `toml:"api"`
	Token     *string                    `toml:"token"`
	Statuses  *map[string]surveys.Status `toml:"statuses,inline"`
	Remove    bool                       `toml:"remove,omitempty"`
}

// readSettings reads a file. What cannot be read is an error of one line with the
// place in the file.
func readSettings(file []byte) (f settingsFile, err error) {
	file = withoutMark(file)
	if err := mistyped(file); err != nil {
		return f, &unreadableFile{err}
	}
	decoder := toml.NewDecoder(bytes.NewReader(file)).DisallowUnknownFields()
	if err := decoder.Decode(&f); err != nil {
		return f, &unreadableFile{located(file, err)}
	}
	return f, nil
}

// withoutMark is a file without the mark that some editors begin it with.
func withoutMark(file []byte) []byte { return bytes.TrimPrefix(file, []byte("\uFEFF")) }

// unreadableFile is what is wrong with a file before anything in it is looked at.
type unreadableFile struct{ error }

// merge gives settings with what a file names laid over them, as Decider decides it.
// What cannot be read or cannot be is an error of one line with the place in the file.
func merge(s surveys.Settings, file []byte, languages []string) (surveys.Settings, error) {
	f, err := readSettings(file)
	if err == nil {
		err = f.alter(&s)
	}
	if err == nil {
		err = s.Validate(kinds(), languages)
	}
	return s, placed(file, err)
}

// alter lays what the file names over settings.
func (f *settingsFile) alter(s *surveys.Settings) error {
	f.lay(s)
	return f.layTables(s)
}

// named lists the keys that the file sets; for what it removes, the whole table.
func (f settingsFile) named() (keys []string) {
	tables := reflect.ValueOf(f)
	for i := range tables.NumField() {
		table := tables.Type().Field(i).Tag.Get("toml")
		switch list := tables.Field(i).Interface().(type) {
		case []teamTable:
			for _, t := range list {
				keys = append(keys, namedIn(table+"["+t.Name+"]", reflect.ValueOf(t))...)
			}
		case []sourceTable:
			for _, t := range list {
				keys = append(keys, namedIn(table+"["+t.Name+"]", reflect.ValueOf(t))...)
			}
		default:
			keys = append(keys, namedIn(table, tables.Field(i))...)
		}
	}
	return keys
}

func namedIn(table string, fields reflect.Value) (keys []string) {
	for i := range fields.NumField() {
		name, _, _ := strings.Cut(fields.Type().Field(i).Tag.Get("toml"), ",")
		switch {
		case fields.Field(i).IsZero():
		case name == "remove":
			return []string{table}
		default:
			keys = append(keys, table+"."+name)
		}
	}
	return keys
}

// lay sets the plain keys that the file names.
func (f *settingsFile) lay(s *surveys.Settings) {
	set(&s.Organisation.Name, f.Organisation.Name)
	set(&s.Organisation.Languages, f.Organisation.Languages)
	set(&s.Organisation.Timezone, f.Organisation.Timezone)
	set(&s.Organisation.HelpdeskAddress, f.Organisation.HelpdeskAddress)
	set(&s.Promise.Default, f.Promise.Default)
	if f.Promise.Since != (toml.LocalDate{}) {
		s.Promise.Since = surveys.Day(f.Promise.Since.String())
	}
	set(&s.Promise.Category, f.Promise.Category)
	set(&s.Asking.Delay, f.Asking.Delay)
	set(&s.Asking.Hours, f.Asking.Hours)
	set(&s.Asking.Rest, f.Asking.Rest)
	set(&s.Asking.AnswerWithin, f.Asking.AnswerWithin)
	set(&s.Asking.ReminderAfter, f.Asking.ReminderAfter)
	set(&s.Asking.Sample, f.Asking.Sample)
	set(&s.Asking.SkipTags, f.Asking.SkipTags)
	set(&s.Asking.Staff, f.Asking.Staff)
	set(&s.Asking.TooOld, f.Asking.TooOld)
	set(&s.Comparing.Advisers, f.Comparing.Advisers)
	set(&s.Publishing.Public, f.Publishing.Public)
	set(&s.Publishing.Period, f.Publishing.Period)
	set(&s.Publishing.Minimum, f.Publishing.Minimum)
	set(&s.Privacy.RawEvents, f.Privacy.RawEvents)
	set(&s.Privacy.Addresses, f.Privacy.Addresses)
	set(&s.Privacy.Answers, f.Privacy.Answers)
	set(&s.Privacy.Controller, f.Privacy.Controller)
	set(&s.Privacy.Notice, f.Privacy.Notice)
	set(&s.Mail.Connections, f.Mail.Connections)
	set(&s.Mail.PerSecond, f.Mail.PerSecond)
	set(&s.Mail.ReturnPath, f.Mail.ReturnPath)
	setSecret(&s.Mail.Bounces, f.Mail.Bounces)
	setSecret(&s.Mail.DKIMKey, f.Mail.DKIMKey)
	set(&s.Mail.DKIMSelector, f.Mail.DKIMSelector)
}

func set[T any](field *T, said *T) {
	if said != nil {
		*field = *said
	}
}

func setSecret(field, said *string) {
	if said != nil && *said != surveys.Hidden {
		*field = *said
	}
}

// layTables merges teams and sources by name; remove = true takes one away.
func (f *settingsFile) layTables(s *surveys.Settings) error {
	s.Teams, s.Sources = slices.Clone(s.Teams), slices.Clone(s.Sources)
	for _, t := range f.Teams {
		i := slices.IndexFunc(s.Teams, func(known surveys.Team) bool { return known.Name == t.Name })
		if t.Remove {
			if i < 0 {
				return &surveys.Wrong{Key: "team[" + t.Name + "]", Reason: "gone", What: "there is no such team to remove"}
			}
			s.Teams = slices.Delete(s.Teams, i, i+1)
			continue
		}
		if i < 0 {
			i, s.Teams = len(s.Teams), append(s.Teams, surveys.Team{Name: t.Name})
		}
		set(&s.Teams[i].Address, t.Address)
	}
	for _, t := range f.Sources {
		i := slices.IndexFunc(s.Sources, func(known surveys.Source) bool { return known.Name == t.Name })
		if t.Remove {
			if i < 0 {
				return &surveys.Wrong{Key: "source[" + t.Name + "]", Reason: "gone", What: "there is no such source to remove"}
			}
			s.Sources = slices.Delete(s.Sources, i, i+1)
			continue
		}
		if i < 0 {
			fresh := surveys.Source{Name: t.Name, Freshness: surveys.Span{N: 5, Unit: "m"}}
			i, s.Sources = len(s.Sources), append(s.Sources, fresh)
		}
		t.lay(&s.Sources[i])
	}
	return nil
}

func (t sourceTable) lay(src *surveys.Source) {
	set(&src.Kind, t.Kind)
	setSecret(&src.Secret, t.Secret)
	set(&src.Freshness, t.Freshness)
	set(&src.API, t.API)
	setSecret(&src.Token, t.Token)
	set(&src.Statuses, t.Statuses)
}

// show writes settings as merge reads them, with secrets hidden.
func show(s surveys.Settings) ([]byte, error) {
	var f settingsFile
	f.take(&s)
	var b bytes.Buffer
	err := toml.NewEncoder(&b).SetIndentTables(false).Encode(f)
	return b.Bytes(), err
}

// take points the file's keys at the settings.
func (f *settingsFile) take(s *surveys.Settings) {
	o, p, a, y, m := &f.Organisation, &f.Promise, &f.Asking, &f.Privacy, &f.Mail
	o.Name, o.Languages, o.Timezone, o.HelpdeskAddress = &s.Organisation.Name, &s.Organisation.Languages, &s.Organisation.Timezone, &s.Organisation.HelpdeskAddress
	_ = p.Since.UnmarshalText([]byte(s.Promise.Since)) // no day is no key
	p.Default, p.Category = &s.Promise.Default, &s.Promise.Category
	a.Delay, a.Hours, a.Rest, a.AnswerWithin, a.ReminderAfter = &s.Asking.Delay, &s.Asking.Hours, &s.Asking.Rest, &s.Asking.AnswerWithin, &s.Asking.ReminderAfter
	a.Sample, a.SkipTags, a.Staff, a.TooOld = &s.Asking.Sample, &s.Asking.SkipTags, &s.Asking.Staff, &s.Asking.TooOld
	f.Comparing.Advisers = &s.Comparing.Advisers
	f.Publishing.Public, f.Publishing.Period, f.Publishing.Minimum = &s.Publishing.Public, &s.Publishing.Period, &s.Publishing.Minimum
	y.RawEvents, y.Addresses, y.Answers, y.Controller, y.Notice = &s.Privacy.RawEvents, &s.Privacy.Addresses, &s.Privacy.Answers, &s.Privacy.Controller, &s.Privacy.Notice
	m.Connections, m.PerSecond, m.ReturnPath, m.DKIMSelector = &s.Mail.Connections, &s.Mail.PerSecond, &s.Mail.ReturnPath, &s.Mail.DKIMSelector
	m.Bounces, m.DKIMKey = hide(s.Mail.Bounces), hide(s.Mail.DKIMKey)
	for i := range s.Teams {
		f.Teams = append(f.Teams, teamTable{Name: s.Teams[i].Name, Address: &s.Teams[i].Address})
	}
	for i := range s.Sources {
		src := &s.Sources[i]
		statuses := maps.Clone(src.Statuses)
		if statuses == nil {
			statuses = map[string]surveys.Status{}
		}
		f.Sources = append(f.Sources, sourceTable{
			Name: src.Name, Kind: &src.Kind, Secret: hide(src.Secret), Freshness: &src.Freshness,
			API: &src.API, Token: hide(src.Token), Statuses: &statuses,
		})
	}
}

func hide(secret string) *string {
	if secret == "" {
		return &secret
	}
	stars := surveys.Hidden
	return &stars
}

// kinds are the helpdesks and mail services that this program understands.
func kinds() []string {
	var names []string
	for _, h := range intake.Helpdesks() {
		names = append(names, h.Kind)
	}
	return append(names, intake.MailKinds()...)
}
