package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/entendu/entendu/reports"
)

const (
	voiceFields = `customer, agent, team, category, product, channel, language, spoken, chosen, comment,
		tags, read, hidden_why, hidden_by, hidden_at, quote, quote_by, quote_at, terms`
	voiceHoles = ten + `, ?, ?, ?, ?, ?, ?, ?, ?, ?`
	addVoice   = `INSERT INTO voices (` + voiceFields + `, response, place, rev) VALUES (` + voiceHoles + `, ?, ?, 1)`
	putVoice   = `UPDATE voices SET (` + voiceFields + `) = (` + voiceHoles + `), rev = rev + 1 WHERE response = ? AND rev = ?`

	selectVoices = `SELECT ` + voiceFields + `, response, place, rev FROM voices`
	pageOfVoices = selectVoices + ` WHERE place >= ? AND place < ? ORDER BY place DESC LIMIT +?`
	// The index gives rows in the order of their places, from either end.
	foundVoices = `SELECT ` + voiceFields + `, response, place, rev FROM
		(SELECT rowid AS found FROM voice_terms WHERE voice_terms MATCH ? AND rowid >= ? AND rowid < ? ORDER BY rowid DESC LIMIT +?)
		CROSS JOIN voices ON place = found`
)

func voiceValues(v reports.Voice) []any {
	return []any{
		v.Customer, v.Agent, v.Team, v.Category, v.Product, v.Channel, v.Language, v.Spoken, object(v.Values), v.Comment,
		list(v.Tags), v.Read, v.Hidden.Why, v.Hidden.By, millis(v.Hidden.At), v.Quote.Text, v.Quote.By, millis(v.Quote.At), tokens(v.Terms),
		v.Response,
	}
}

func scanVoice(w row) (v reports.Voice, err error) {
	var terms string
	err = w.Scan(
		&v.Customer, &v.Agent, &v.Team, &v.Category, &v.Product, &v.Channel, &v.Language, &v.Spoken, into{&v.Values}, &v.Comment,
		into{&v.Tags}, &v.Read, &v.Hidden.Why, &v.Hidden.By, at{&v.Hidden.At}, &v.Quote.Text, &v.Quote.By, at{&v.Quote.At}, &terms,
		&v.Response, &v.Place, &v.Rev,
	)
	v.Terms = each(strings.Fields(terms), term)
	return v, err
}

// object is texts under names as the JSON that is kept.
func object(texts map[string]string) string {
	if len(texts) == 0 {
		return ""
	}
	b, err := json.Marshal(texts)
	if err != nil {
		panic(err) // texts always marshal
	}
	return string(b)
}

// tokens are terms as they are kept and indexed, parted by spaces.
func tokens(terms []string) string { return strings.Join(each(terms, token), " ") }

// token is a term of which the index cannot cut or fold anything: other bytes than small
// letters, digits and colons are written as "_" and their code.
func token(term string) string {
	var b strings.Builder
	for _, c := range []byte(term) {
		if 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == ':' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "_%02x", c)
		}
	}
	return b.String()
}

// term is what a token was made of.
func term(token string) string {
	before, coded, found := strings.Cut(token, "_")
	for found && len(coded) >= 2 {
		code, _ := strconv.ParseUint(coded[:2], 16, 8)
		before += string([]byte{byte(code)})
		var plain string
		plain, coded, found = strings.Cut(coded[2:], "_")
		before += plain
	}
	return before
}

// match asks the index for rows that have, of each group of terms, one. A token needs
// its quotes because of its colon.
func match(groups [][]string) string {
	all := each(groups, func(group []string) string {
		return `("` + strings.Join(each(group, token), `" OR "`) + `")`
	})
	return strings.Join(all, " AND ")
}

// AddVoice is reports.Store's.
func (s *Store) AddVoice(ctx context.Context, v reports.Voice) error {
	return in(s.write(ctx, addVoice, append(voiceValues(v), v.Place)...), "keeping the comment of response %s", v.Response)
}

// PutVoice is reports.Store's.
func (s *Store) PutVoice(ctx context.Context, v reports.Voice) error {
	return in(s.change(ctx, putVoice, append(voiceValues(v), v.Rev)...), "changing the comment of response %s", v.Response)
}

// GetVoice is reports.Store's.
func (s *Store) GetVoice(ctx context.Context, response string) (reports.Voice, error) {
	v, err := get(ctx, s, scanVoice, selectVoices+` WHERE response = ?`, response)
	return v, in(err, "reading the comment of response %s", response)
}

// RemoveVoice is surveys.Store's.
func (s *Store) RemoveVoice(ctx context.Context, response string) error {
	err := s.change(ctx, `DELETE FROM voices WHERE response = ?`, response)
	return in(missing(err), "removing the comment of response %s", response)
}

// FindVoices is reports.Store's.
func (s *Store) FindVoices(ctx context.Context, q reports.VoiceQuery) ([]reports.Voice, error) {
	query, args := pageOfVoices, []any{q.From, q.Below, q.Limit}
	if len(q.Terms) > 0 {
		query, args = foundVoices, append([]any{match(q.Terms)}, args...)
	}
	found, err := find(ctx, s, scanVoice, query, args...)
	return found, in(err, "looking for comments")
}

// AddLabel is reports.Store's.
func (s *Store) AddLabel(ctx context.Context, l reports.Label) error {
	return in(s.write(ctx, `INSERT INTO labels (kind, name) VALUES (?, ?)`, l.Kind, l.Name), "keeping the %s %q", l.Kind, l.Name)
}

// RemoveLabel is reports.Store's.
func (s *Store) RemoveLabel(ctx context.Context, l reports.Label) error {
	err := s.change(ctx, `DELETE FROM labels WHERE kind = ? AND name = ?`, l.Kind, l.Name)
	return in(missing(err), "removing the %s %q", l.Kind, l.Name)
}

func scanLabel(w row) (l reports.Label, err error) { return l, w.Scan(&l.Kind, &l.Name) }

// Labels is reports.Store's.
func (s *Store) Labels(ctx context.Context) iter.Seq2[reports.Label, error] {
	const page = `SELECT kind, name FROM labels WHERE (kind, name) > (?, ?) ORDER BY kind, name LIMIT +?`
	return walk(ctx, reports.Label{}, func(last reports.Label) ([]reports.Label, error) {
		found, err := find(ctx, s, scanLabel, page, last.Kind, last.Name, pageSize)
		return found, in(err, "walking the labels")
	})
}
