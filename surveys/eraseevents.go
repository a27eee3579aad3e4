package surveys

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net/url"
	"strings"
)

// eraseEvents empties the raw events that name a person's address, as long as it is
// known. One that waits to be applied is not lost: it is in hand.
func (e *Eraser) eraseEvents(ctx context.Context, person string) (inHand int, err error) {
	who, err := e.Store.GetCustomer(ctx, person)
	if errors.Is(err, fs.ErrNotExist) || err == nil && who.Address == "" {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	needles := who.needles()
	for _, state := range []EventState{ToApply, Applied, NotUnderstood} {
		for event, err := range e.Store.EventsIn(ctx, state) {
			if err != nil {
				return inHand, err
			}
			if !names(event.Body, needles) {
				continue
			}
			if state == ToApply {
				inHand++
				continue
			}
			event.State, event.Body, event.Note = Emptied, nil, ""
			if err := e.Store.PutEvent(ctx, event); errors.Is(err, fs.ErrExist) {
				inHand++
			} else if err != nil {
				return inHand, err
			}
		}
	}
	return inHand, nil
}

// needles are the ways in which an address stands in what helpdesks send: as it is, in
// its compared form, and as forms write it.
func (c Customer) needles() (all [][]byte) {
	ways := []string{c.Address}
	if normal, err := Normalise(c.Address); err == nil {
		ways = append(ways, normal)
	}
	for _, way := range ways {
		way = strings.ToLower(way)
		all = append(all, []byte(way), []byte(strings.ToLower(url.QueryEscape(way))))
	}
	return all
}

func names(body []byte, needles [][]byte) bool {
	body = bytes.ToLower(body)
	for _, needle := range needles {
		if bytes.Contains(body, needle) {
			return true
		}
	}
	return false
}
