package intake

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/entendu/entendu/surveys"
)

// Looker asks the APIs of helpdesks. What it gives of a ticket is
//
//	{"look": {…}}
//
// with the API's own words for it and, beside them, for who asked and whatever else
// the ticket itself names by number only. The Read of each kind tells this form from
// a webhook's. Of all that an API tells only what Read reads is kept.
type Looker struct{ Client *http.Client }

// Look is a surveys.Look.
func (l Looker) Look(ctx context.Context, source surveys.Source, since time.Time, cursor string) (surveys.Looked, error) {
	h, ok := Find(source.Kind)
	if !ok || h.look == nil {
		return surveys.Looked{}, &surveys.Unanswered{Why: "no API is known of this kind of helpdesk; leave api and token empty"}
	}
	if !surveys.IsAPI(source.API) {
		return surveys.Looked{}, &surveys.Unanswered{Why: "api is not an https address"}
	}
	looked, err := h.look(ctx, api{l.Client, source}, since, cursor)
	var no *refused
	if errors.As(err, &no) {
		no.Lost = cursor != "" && (no.status == http.StatusBadRequest || no.status == http.StatusUnprocessableEntity)
		return surveys.Looked{}, &no.Unanswered
	}
	return looked, err
}

// api is the API of one source.
type api struct {
	client *http.Client
	source surveys.Source
}

// refused is an answer that is none, and its HTTP status; 0 if there was no answer.
type refused struct {
	surveys.Unanswered
	status int
}

// maxAnswer bounds what is read of one answer.
const maxAnswer = 32 << 20

// get asks for a path under the source's api. sign puts the token where the
// helpdesk wants it.
func (a api) get(ctx context.Context, path string, query url.Values, sign func(http.Header)) (answer, error) {
	address := strings.TrimRight(a.source.API, "/") + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return answer{}, &refused{Unanswered: surveys.Unanswered{Why: "api is not an address"}}
	}
	request.Header.Set("Accept", "application/json")
	sign(request.Header)
	response, err := a.client.Do(request)
	if err != nil {
		return answer{}, unreachable(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return answer{}, refusal(response)
	}
	return read(response)
}

// answer is what an API said; received is when, by its own clock, so that a time
// can be told that lies in its future.
type answer struct {
	*reading
	value any
}

func read(response *http.Response) (answer, error) {
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if err != nil {
		return answer{}, unreachable(err)
	}
	if len(body) > maxAnswer {
		return answer{}, misunderstood("is larger than 32 MiB")
	}
	v, err := parse(body)
	if err != nil {
		return answer{}, misunderstood("is not JSON")
	}
	date, err := http.ParseTime(response.Header.Get("Date"))
	if err != nil {
		date = time.Unix(1<<40, 0) // nothing lies in the future
	}
	return answer{&reading{received: date}, v}, nil
}

// object takes the answer for an object.
func (a answer) object() object {
	fields, _ := a.value.(map[string]any)
	return object{a.reading, "", fields}
}

// objects takes the answer for a list of objects; false if it is none.
func (a answer) objects() ([]object, bool) {
	return object{a.reading, "", map[string]any{"": a.value}}.objects("")
}

// objects is a list of objects; false if it is none.
func (o object) objects(key string) (list []object, ok bool) {
	values, ok := o.fields[key].([]any)
	for _, v := range values {
		if fields, isObject := v.(map[string]any); isObject {
			list = append(list, object{o.reading, key, fields})
		}
	}
	return list, ok
}

// by finds the objects of a list by what they say of an id.
func by(id string, list []object) map[string]object {
	found := make(map[string]object, len(list))
	for _, o := range list {
		found[o.id(id)] = o
	}
	return found
}

// pick keeps some fields and drops the others.
func (o object) pick(keys ...string) map[string]any {
	kept := map[string]any{}
	for _, key := range keys {
		if v := o.fields[key]; v != nil {
			kept[key] = v
		}
	}
	return kept
}

// found wraps what an API told of a ticket.
func found(id, version string, look map[string]any) (surveys.Found, error) {
	body, err := json.Marshal(map[string]any{"look": look})
	if err != nil {
		return surveys.Found{}, fmt.Errorf("writing what a look found: %w", err)
	}
	return surveys.Found{Ticket: id, Version: version, Body: body}, nil
}

func misunderstood(how string) error {
	return &refused{Unanswered: surveys.Unanswered{Why: "the answer " + how + "; is api the address of the helpdesk?"}}
}

// unreachable keeps of a network error what stays the same when it happens again.
func unreachable(err error) error {
	for inner := err; inner != nil; inner = errors.Unwrap(inner) {
		err = inner
	}
	return &refused{Unanswered: surveys.Unanswered{Why: "it cannot be reached: " + err.Error()}}
}

// refusal says what a status means that is not 200. What stands in the body may hold
// anything and is not shown.
func refusal(r *http.Response) error {
	no := &refused{status: r.StatusCode}
	after := retryAfter(r.Header)
	switch s := r.StatusCode; {
	case s == http.StatusUnauthorized:
		no.Why = "it refuses the token (401)"
	case s == http.StatusForbidden:
		no.Why = "the token may not read tickets (403)"
	case s == http.StatusNotFound:
		no.Why = "it knows no such address (404); look whether api is right"
	case s == http.StatusTooManyRequests:
		no.Why, no.After = "it was asked too often (429)", cmp.Or(after, time.Minute)
	case s >= 300 && s < 400:
		no.Why = fmt.Sprintf("it sends us to another address (%d), which is not followed; set api to where it is", s)
	case s >= 500:
		no.Why, no.After = fmt.Sprintf("it is out of order (%d)", s), after
	default:
		no.Why = fmt.Sprintf("it does not understand the question (%d)", s)
	}
	return no
}

// retryAfter reads RFC 9110 10.2.3; a date is measured by the helpdesk's own clock.
func retryAfter(h http.Header) time.Duration {
	text := h.Get("Retry-After")
	if seconds, err := strconv.Atoi(text); err == nil {
		return time.Duration(min(max(seconds, 0), 1e6)) * time.Second
	}
	until, err := http.ParseTime(text)
	now, err2 := http.ParseTime(h.Get("Date"))
	if err != nil || err2 != nil {
		return 0
	}
	return max(until.Sub(now), 0)
}

// whole marks a notice that a look made.
func whole(n surveys.Notice) surveys.Notice {
	n.Whole = true
	return n
}
