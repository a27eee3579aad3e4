package lang

import (
	"fmt"
	"strconv"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// Words speaks one language. It is small, is copied freely, and its methods are
// meant to be called from templates as well. Catalogue.For makes it.
type Words struct {
	tag         string
	dir         string
	numbers     *message.Printer
	groupedFrom int                 // the least number whose digits stand in groups
	sentences   map[string]sentence // most texts
	others      *i18n.Localizer     // those with plurals, or with more than names in their placeholders
}

// newWords prepares one language. Plurals and numbers are those of the country that
// "language.locale" names: Portuguese, say, counts otherwise in Portugal than in
// Brazil.
func newWords(tag string, texts map[string]*i18n.Message) (Words, error) {
	parsed, err := language.Parse(tag)
	if err != nil {
		return Words{}, fmt.Errorf("language folder %q is not named by a language tag such as fr: %w", tag, err)
	}
	locale, groupedFrom := parsed, 1000
	if m := texts["language.locale"]; m != nil {
		if locale, err = language.Parse(m.Other); err != nil {
			return Words{}, fmt.Errorf("language %s: \"language.locale\" is not a language tag such as fr-CH: %w", tag, err)
		}
	}
	if m := texts["number.grouped_from"]; m != nil {
		if groupedFrom, err = strconv.Atoi(m.Other); err != nil {
			return Words{}, fmt.Errorf("language %s: \"number.grouped_from\" is no whole number: %w", tag, err)
		}
	}
	sentences, others := map[string]sentence{}, i18n.NewBundle(locale)
	for key, m := range texts {
		if s, simple := cut(m.Other); simple && sameForAll(m) {
			sentences[key] = s
		} else if err := others.AddMessages(locale, m); err != nil {
			return Words{}, fmt.Errorf("language %s: key %q: %w", tag, key, err)
		}
	}
	return Words{
		tag: tag, dir: direction(parsed), numbers: message.NewPrinter(locale), groupedFrom: groupedFrom,
		sentences: sentences, others: i18n.NewLocalizer(others, locale.String()),
	}, nil
}

func sameForAll(m *i18n.Message) bool {
	return m.Zero == m.Other && m.One == m.Other && m.Two == m.Other && m.Few == m.Other && m.Many == m.Other
}

// direction tells it by the script in which a language is usually written.
func direction(tag language.Tag) string {
	switch script, _ := tag.Script(); script.String() {
	case "Adlm", "Arab", "Hebr", "Nkoo", "Rohg", "Syrc", "Thaa":
		return "rtl"
	}
	return "ltr"
}

// Tag is the language, as in <html lang>.
func (w Words) Tag() string { return w.tag }

// Name is what the language calls itself, for a switch between languages.
func (w Words) Name() string { return w.T("language.name") }

// Dir is the direction of writing, "ltr" or "rtl", as in <html dir>.
func (w Words) Dir() string { return w.dir }

// T is the text behind key. args are names and values in turn, for the text's
// placeholders:
//
//	T("desk.waiting", "Count", 3, "Team", "billing")
//
// Count must be an int; it chooses the plural form and is written like Number.
// Every other value is put in as it is. A text that cannot be made (no such key, a value
// missing) is shown as ⟦key⟧, which no page and no mail may contain: tests look
// for the sign.
func (w Words) T(key string, args ...any) string {
	if values, count, ok := w.values(args); ok {
		if text, ok := w.text(key, values, count); ok {
			return text
		}
	}
	return "⟦" + key + "⟧"
}

// Look is T for a key that need not be there: ok says whether it is.
func (w Words) Look(key string) (text string, ok bool) { return w.text(key, nil, nil) }

// values are args by name; count chooses the plural form, nil for none.
func (w Words) values(args []any) (values map[string]any, count any, ok bool) {
	if len(args) == 0 {
		return nil, nil, true
	}
	values = make(map[string]any, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		name, ok := args[i].(string)
		if !ok {
			return nil, nil, false
		}
		values[name] = args[i+1]
		if name == "Count" {
			n, ok := args[i+1].(int)
			if !ok {
				return nil, nil, false
			}
			count, values[name] = n, w.Number(n)
		}
	}
	return values, count, len(args)%2 == 0
}

func (w Words) text(key string, values map[string]any, count any) (text string, ok bool) {
	if s, simple := w.sentences[key]; simple {
		return s.with(values)
	}
	if w.others == nil {
		return "", false
	}
	text, err := w.others.Localize(&i18n.LocalizeConfig{
		MessageID: key, TemplateData: values, PluralCount: count,
		TemplateParser: &template.TextParser{Option: "missingkey=error"},
	})
	return text, err == nil
}

// JoinAnd lists items as a sentence does: "a, b and c".
func (w Words) JoinAnd(items []string) string {
	if len(items) == 0 {
		return ""
	}
	list, last := items[0], len(items)-1
	for i, item := range items[1:] {
		if i+1 == last {
			return w.T("list.and", "Before", list, "Last", item)
		}
		list = w.T("list.comma", "Before", list, "Next", item)
	}
	return list
}
