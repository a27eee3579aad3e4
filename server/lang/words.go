package lang

import (
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/message"
)

// Words speaks one language. It is small, is copied freely, and its methods are
// meant to be called from templates as well. Catalogue.For makes it.
type Words struct {
	tag       string
	texts     *i18n.Localizer
	numbers   *message.Printer
	sentences map[string]sentence // the texts that need no template
}

// Tag is the language, as in <html lang>.
func (w Words) Tag() string { return w.tag }

// Name is what the language calls itself, for a switch between languages.
func (w Words) Name() string { return w.T("language.name") }

// Dir is the direction of writing, "ltr" or "rtl", as in <html dir>.
func (w Words) Dir() string { return w.T("language.dir") }

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
	if s, ok := w.sentences[key]; ok {
		if text, ok := s.with(args); ok {
			return text
		}
	}
	return w.compose(key, args)
}

// compose makes any text: one with plurals, with values that are neither text nor
// number, and what stands for a text that cannot be made.
func (w Words) compose(key string, args []any) string {
	missing := "⟦" + key + "⟧"
	if w.texts == nil || len(args)%2 != 0 {
		return missing
	}
	values := make(map[string]any, len(args)/2)
	ask := i18n.LocalizeConfig{MessageID: key, TemplateData: values,
		TemplateParser: &template.TextParser{Option: "missingkey=error"}}
	for i := 0; i < len(args); i += 2 {
		name, ok := args[i].(string)
		if !ok {
			return missing
		}
		values[name] = args[i+1]
		if name == "Count" {
			n, ok := args[i+1].(int)
			if !ok {
				return missing
			}
			ask.PluralCount, values[name] = n, w.Number(n)
		}
	}
	text, err := w.texts.Localize(&ask)
	if err != nil {
		return missing
	}
	return text
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
