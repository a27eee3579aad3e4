package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/entendu/entendu/surveys"
)

// settingField is one setting as a form shows it. What it is called and how it is drawn
// follows from its key and its type, so that no setting can be forgotten here.
type settingField struct {
	page
	Key     string // also the name of its control
	ID      string
	Kind    string // the template's name: "setting-line" ...
	Label   string
	Hint    string
	Value   string
	Unit    string
	Units   []settingOption
	Options []settingOption
	Rows    []settingRow
	Locked  bool
	Kept    bool // of a secret: there is one
	Problem string
}

// settingOption is one value to choose.
type settingOption struct {
	Value, Text string
	Chosen      bool
}

// settingRow is one pair of a list of pairs, or one place of an ordered list.
type settingRow struct {
	Label   string
	Name    string
	Value   string
	Units   []settingOption
	Options []settingOption
}

// spareRows is how many empty rows a list of pairs offers.
const spareRows = 3

// field makes the field of a setting; its texts are those of its key without the name
// of a team or source.
func (h decisionHandlers) field(p page, x surveys.Setting) settingField {
	name := plainKey(x.Key)
	f := settingField{
		page: p, Key: x.Key, ID: elementID(x.Key), Label: p.T("settings.key." + name), Hint: p.T("settings.key." + name + ".hint"), Locked: h.Decider.Locks(x.Key),
	}
	f.fill(h, x)
	return f
}

// plainKey is "source.kind" for "source[desk].kind".
func plainKey(key string) string {
	before, rest, ok := strings.Cut(key, "[")
	if !ok {
		return key
	}
	return before + rest[strings.LastIndex(rest, "]")+1:]
}

// elementID is a key as the id of an element.
func elementID(key string) string {
	return strings.NewReplacer(".", "-", "[", "-", "]", "").Replace(key)
}

// fill sets the value, by the type of the setting.
func (f *settingField) fill(h decisionHandlers, x surveys.Setting) {
	switch v := x.Value.(type) {
	case *string:
		f.fillText(h, x, *v)
	case *[]string:
		f.Kind, f.Value = "setting-text", strings.Join(*v, "\n")
		if x.Key == "organisation.languages" {
			f.Kind, f.Rows = "setting-languages", f.languageRows(h, *v)
		}
	case *surveys.Span:
		f.Kind, f.Value, f.Units = "setting-span", strconv.Itoa(v.N), f.units(v.Unit)
	case *surveys.Day:
		f.Kind, f.Value = "setting-day", string(*v)
	case *bool:
		f.Kind, f.Options = "setting-choice", f.options("settings.choice.", strconv.FormatBool(*v), "true", "false")
	case *int:
		f.Kind, f.Value = "setting-number", strconv.Itoa(*v)
	case *float64:
		f.Kind, f.Value = "setting-number", strconv.FormatFloat(*v, 'g', -1, 64)
	case *map[string]surveys.Span:
		f.Kind, f.Rows = "setting-spans", f.spanRows(*v)
	case *map[string]surveys.Status:
		f.Kind, f.Rows = "setting-statuses", f.statusRows(*v)
	}
}

func (f *settingField) fillText(h decisionHandlers, x surveys.Setting, value string) {
	f.Kind, f.Value = "setting-line", value
	switch {
	case x.Secret && x.Key == "mail.dkim_key":
		f.Kind, f.Value, f.Kept = "setting-key", "", value != ""
	case x.Secret:
		f.Kind, f.Value, f.Kept = "setting-secret", "", value != ""
	case x.Key == "publishing.period":
		f.Kind, f.Options = "setting-choice", f.options("settings.choice.", value, "month", "quarter", "half-year")
	case x.Key == "privacy.notice" || x.Key == "privacy.controller":
		f.Kind = "setting-text"
	case strings.HasSuffix(x.Key, "].kind"):
		f.Kind, f.Options = "setting-select", f.options("settings.kind.", value, h.Decider.Kinds...)
	}
}

func (f *settingField) options(prefix, chosen string, values ...string) (all []settingOption) {
	for _, v := range values {
		all = append(all, settingOption{v, f.T(prefix + v), v == chosen})
	}
	return all
}

func (f *settingField) units(chosen string) []settingOption {
	if chosen == "" {
		chosen = "h"
	}
	return f.options("settings.unit.", chosen, "s", "m", "h", "d", "mo")
}

// languageRows offers one place more than there are languages.
func (f *settingField) languageRows(h decisionHandlers, chosen []string) (rows []settingRow) {
	for i := range min(len(chosen)+1, len(h.Decider.Languages)) {
		row := settingRow{Label: f.T("settings.language", "N", i+1), Options: []settingOption{{"", "—", i >= len(chosen)}}}
		for _, tag := range h.Decider.Languages {
			row.Options = append(row.Options, settingOption{tag, h.speaker(tag).Name(), i < len(chosen) && chosen[i] == tag})
		}
		rows = append(rows, row)
	}
	return rows
}

func (f *settingField) spanRows(spans map[string]surveys.Span) (rows []settingRow) {
	for _, name := range sortedKeys(spans) {
		rows = append(rows, settingRow{Name: name, Value: strconv.Itoa(spans[name].N), Units: f.units(spans[name].Unit)})
	}
	for range spareRows {
		rows = append(rows, settingRow{Units: f.units("")})
	}
	return rows
}

func (f *settingField) statusRows(statuses map[string]surveys.Status) (rows []settingRow) {
	for _, word := range sortedKeys(statuses) {
		rows = append(rows, settingRow{Name: word, Options: f.statuses(string(statuses[word]))})
	}
	for range spareRows {
		rows = append(rows, settingRow{Options: f.statuses("")})
	}
	return rows
}

func (f *settingField) statuses(chosen string) []settingOption {
	all := []settingOption{{"", "—", chosen == ""}}
	for _, s := range surveys.Statuses() {
		all = append(all, settingOption{string(s), f.T("settings.status." + string(s)), string(s) == chosen})
	}
	return all
}

func sortedKeys[V any](all map[string]V) []string {
	var keys []string
	for key := range all {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// posted says whether a form speaks of a setting at all; what it does not name stays.
func posted(form url.Values, key string) bool {
	return form.Has(key) || form.Has(key+".clear")
}

// keepTyped shows a field as it was typed, where that could not be taken.
func (f *settingField) keepTyped(form url.Values) {
	switch f.Kind {
	case "setting-span":
		f.Value, f.Units = form.Get(f.Key), f.units(form.Get(f.Key+".unit"))
	case "setting-choice", "setting-select":
		for i := range f.Options {
			f.Options[i].Chosen = f.Options[i].Value == form.Get(f.Key)
		}
	case "setting-spans":
		units := form[f.Key+".unit"]
		f.Rows = f.typedRows(form, ".n", func(row *settingRow, i int) { row.Units = f.units(at(units, i)) })
	case "setting-statuses":
		statuses := form[f.Key+".status"]
		f.Rows = f.typedRows(form, ".status", func(row *settingRow, i int) { row.Options = f.statuses(at(statuses, i)) })
	case "setting-languages":
		for i, row := range f.Rows {
			for k := range row.Options {
				row.Options[k].Chosen = row.Options[k].Value == at(form[f.Key], i)
			}
		}
	case "setting-secret", "setting-key": // what was typed is a secret: it is typed again
	default:
		f.Value = form.Get(f.Key)
	}
}

// typedRows are the rows as they were typed.
func (f *settingField) typedRows(form url.Values, beside string, complete func(row *settingRow, i int)) (rows []settingRow) {
	for i, name := range form[f.Key] {
		row := settingRow{Name: name, Value: at(form[f.Key+beside], i)}
		complete(&row, i)
		rows = append(rows, row)
	}
	return rows
}

// at is the i-th of what was posted under one name, "" if there are fewer.
func at(values []string, i int) string {
	if i >= len(values) {
		return ""
	}
	return values[i]
}
