package web

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/entendu/entendu/surveys"
)

// readSetting sets a setting to what a form says, and gives the reason why that cannot
// be read, "" if it can. Whether the value may be is for surveys.Decider to say.
func readSetting(form url.Values, x surveys.Setting) (reason string) {
	if !posted(form, x.Key) {
		return ""
	}
	typed := strings.TrimSpace(form.Get(x.Key))
	switch v := x.Value.(type) {
	case *string:
		readText(form, x, v)
	case *[]string:
		*v = readLines(form[x.Key])
	case *surveys.Span:
		return readSpan(typed, form.Get(x.Key+".unit"), v)
	case *surveys.Day:
		if _, err := time.Parse(time.DateOnly, typed); err != nil {
			return "day"
		}
		*v = surveys.Day(typed)
	case *bool:
		*v = typed == "true"
	case *int:
		n, err := strconv.Atoi(typed)
		if err != nil {
			return "number"
		}
		*v = n
	case *float64:
		n, err := strconv.ParseFloat(strings.Replace(typed, ",", ".", 1), 64)
		if err != nil {
			return "number"
		}
		*v = n
	case *map[string]surveys.Span:
		return readSpans(form, x.Key, v)
	case *map[string]surveys.Status:
		readStatuses(form, x.Key, v)
	}
	return ""
}

// readText takes a text. An empty secret, or the stars that stand for one, leave it as
// it is; taking it away has a control of its own.
func readText(form url.Values, x surveys.Setting, v *string) {
	typed := strings.TrimSpace(strings.ReplaceAll(form.Get(x.Key), "\r\n", "\n"))
	switch {
	case x.Secret && form.Get(x.Key+".clear") != "":
		*v = ""
	case x.Secret && (typed == "" || typed == surveys.Hidden):
	case x.Key == "mail.dkim_key":
		*v = typed + "\n" // as a file in PEM ends
	default:
		*v = typed
	}
}

// readLines takes one entry a line, from one control or several.
func readLines(values []string) []string {
	list := []string{}
	for line := range strings.Lines(strings.Join(values, "\n")) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}

func readSpan(n, unit string, v *surveys.Span) (reason string) {
	if n != "0" {
		n += unit
	}
	span, err := surveys.ParseSpan(n)
	if err != nil {
		return "span"
	}
	*v = span
	return ""
}

// readSpans takes rows of a name and a span; a row without a name is none.
func readSpans(form url.Values, key string, v *map[string]surveys.Span) (reason string) {
	spans := map[string]surveys.Span{}
	for i, name := range form[key] {
		var span surveys.Span
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		if reason := readSpan(strings.TrimSpace(at(form[key+".n"], i)), at(form[key+".unit"], i), &span); reason != "" {
			return reason
		}
		spans[name] = span
	}
	*v = spans
	return ""
}

func readStatuses(form url.Values, key string, v *map[string]surveys.Status) {
	statuses := map[string]surveys.Status{}
	for i, word := range form[key] {
		if word = strings.TrimSpace(word); word != "" {
			statuses[word] = surveys.Status(at(form[key+".status"], i))
		}
	}
	*v = statuses
}
