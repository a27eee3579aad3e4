package lang

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"text/template"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// readArea reads one file of texts. It goes through the tokens because a map would
// silently keep only the last of two equal keys.
func readArea(files fs.FS, name string) ([]*i18n.Message, error) {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil, errors.Join(errors.New("is not a JSON object of keys and texts"), err)
	}
	var messages []*i18n.Message
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		var value any
		if err := d.Decode(&value); err != nil {
			return nil, fmt.Errorf("after %q: %w", key, err)
		}
		m, err := newMessage(fmt.Sprint(key), value)
		if err != nil {
			return nil, fmt.Errorf("key %q: %w", key, err)
		}
		messages = append(messages, m)
	}
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("goes on after its closing brace")
	}
	return messages, nil
}

// newMessage checks a text, or the plural forms of one, and makes it go-i18n's.
func newMessage(key string, value any) (*i18n.Message, error) {
	text, plain := value.(string)
	m, err := &i18n.Message{Other: text}, error(nil)
	if !plain {
		m, err = i18n.NewMessage(value)
	}
	if err != nil {
		return nil, err
	}
	forms, _ := value.(map[string]any)
	for form := range forms {
		switch form {
		case "zero", "one", "two", "few", "many", "other":
		default:
			return nil, fmt.Errorf("%q is no plural form", form)
		}
	}
	if m.Other == "" {
		return nil, errors.New(`has no text, or no form "other"`)
	}
	for _, text := range []string{m.Zero, m.One, m.Two, m.Few, m.Many, m.Other} {
		if _, simple := cut(text); simple {
			continue // as most are: to parse them too was most of the start
		}
		if _, err := template.New(key).Parse(text); err != nil {
			return nil, err
		}
	}
	if plain { // it reads the same for every count
		m.Zero, m.One, m.Two, m.Few = m.Other, m.Other, m.Other, m.Other
	}
	if m.Many == "" { // French has "many" for whole millions, where most texts read like "other"
		m.Many = m.Other
	}
	m.ID = key
	return m, nil
}
