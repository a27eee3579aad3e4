package surveys_test

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"github.com/entendu/entendu/surveys"
)

func TestRawEventsAreEmptiedAndTheirIdsKept(t *testing.T) {
	h := open(t)
	add := func(id string, state surveys.EventState) {
		e := surveys.Event{ID: id, Source: "desk", Kind: "generic", ReceivedAt: h.clock.Now(), Body: []byte("lina@example.net"), State: state, Note: "x"}
		h.must(h.store.AddEvent(t.Context(), e))
	}
	for i := range 300 {
		add(fmt.Sprintf("applied %d", i), surveys.Applied)
	}
	add("not understood", surveys.NotUnderstood)
	add("waiting", surveys.ToApply)
	h.clock.pass(day)
	add("a day younger", surveys.Applied)
	h.clock.pass(29*day + minute)

	f := &surveys.Forgetter{Store: h.store, Settings: h.inForce}
	passes := 0
	for more := true; more; passes++ {
		var err error
		more, err = f.Pass(t.Context())
		h.must(err)
	}
	if passes != 2 {
		t.Errorf("took %d passes", passes)
	}
	for id, kept := range map[string]bool{"applied 0": false, "applied 299": false, "not understood": false, "waiting": true, "a day younger": true} {
		e, err := h.store.GetEvent(t.Context(), id)
		h.must(err)
		if (len(e.Body) > 0) != kept || (e.State == surveys.Emptied) == kept {
			t.Errorf("%s: %q, %s", id, e.Body, e.State)
		}
	}
	if err := h.store.AddEvent(t.Context(), surveys.Event{ID: "applied 7", State: surveys.ToApply}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a late repetition is taken for new: %v", err)
	}
}

func TestRawEventsAreKeptWhereTheLimitIsOff(t *testing.T) {
	h := open(t)
	h.decide(func(s *surveys.Settings) { s.Privacy.RawEvents = surveys.Span{} })
	h.must(h.store.AddEvent(t.Context(), surveys.Event{ID: "1", ReceivedAt: h.clock.Now(), Body: []byte("x"), State: surveys.Applied}))
	h.clock.pass(1000 * day)
	if more, err := (&surveys.Forgetter{Store: h.store, Settings: h.inForce}).Pass(t.Context()); more || err != nil {
		t.Error(more, err)
	}
	if e, _ := h.store.GetEvent(t.Context(), "1"); len(e.Body) == 0 {
		t.Error("emptied all the same")
	}
}
