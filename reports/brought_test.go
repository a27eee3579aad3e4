package reports_test

import (
	"bytes"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
)

// drawBrought are answers to the tickets of a history as another tool may tell them:
// several to one closing, some before any.
func drawBrought(past history) *rapid.Generator[[]surveys.Brought] {
	return rapid.Custom(func(t *rapid.T) (all []surveys.Brought) {
		rapid.Bool().Draw(t, "something") // where there is no ticket, nothing else is drawn
		for _, ticket := range past.tickets(lastDay) {
			for range rapid.IntRange(0, 3).Draw(t, "answers") {
				at := firstDay.Add(time.Duration(rapid.IntRange(0, 60*24).Draw(t, "hour")) * time.Hour)
				all = append(all, surveys.Brought{TicketID: ticket.ID, At: at, Values: drawValues(t)})
			}
		}
		return all
	})
}

// counted are all tallies once what is marked was counted, without when.
func (h *house) counted(t *testing.T) (all []reports.Tally) {
	t.Helper()
	must(t, h.counter.Drain(t.Context()))
	for tally, err := range h.store.Tallies(t.Context(), "", "") {
		must(t, err)
		tally.AsOf, tally.Rev = time.Time{}, 0
		all = append(all, tally)
	}
	return all
}

func (h *house) bring(t *testing.T, answers []surveys.Brought) (fates []surveys.Fate) {
	t.Helper()
	fates, err := (&surveys.Bringer{Store: h.store, Settings: h.in}).Bring(t.Context(), "desk", answers)
	must(t, err)
	return fates
}

// TestBroughtInAnyOrder: answers brought in any order, in pieces, and again, make the
// same tallies as all of them at once.
func TestBroughtInAnyOrder(t *testing.T) {
	for seed := range 12 {
		t.Run(strconv.Itoa(seed), func(t *testing.T) {
			t.Parallel()
			past := rapid.Custom(func(t *rapid.T) history { return draw(t, 12, 60) }).Example(seed)
			answers := drawBrought(past).Example(seed)
			shuffled := rapid.Permutation(answers).Example(seed + 100)
			cut := len(answers) / 3
			once, pieces := build(t), build(t)
			once.live(t, past)
			pieces.live(t, past)
			fates := once.bring(t, answers)
			pieces.bring(t, shuffled[cut:])
			pieces.counted(t)
			pieces.bring(t, shuffled[:cut])
			if diff := cmp.Diff(once.counted(t), pieces.counted(t)); diff != "" {
				t.Errorf("(-at once +in pieces)\n%s", diff)
			}
			stored := 0
			for i, fate := range once.bring(t, answers) {
				if fate.Stored || (fate.Refused == "") != (fates[i].Refused == "") {
					t.Errorf("answer %d: %+v, and again %+v", i, fates[i], fate)
				}
				if fates[i].Stored {
					stored++
				}
			}
			if stored == 0 && len(answers) > 10 {
				t.Errorf("none of %d was stored", len(answers))
			}
		})
	}
}

// TestBroughtLater: what is brought after an edition was cut off is in no count as
// of then, however old the answers are.
func TestBroughtLater(t *testing.T) {
	h := build(t)
	month(h, t, "2026-03", 15, surveys.Dimensions{Category: "delivery"})
	h.at(t, "2026-04-10 12:00:00")
	then, before := h.now, h.bytes(t)
	var answers []surveys.Brought
	for i := range 15 {
		answers = append(answers, surveys.Brought{
			TicketID: "2026-03delivery" + strconv.Itoa(i), At: time.Date(2026, 3, 20, 12, 0, 0, 0, time.UTC), Values: map[string]string{"delay": strconv.Itoa(1 + i%5)},
		})
	}
	h.now = then.Add(time.Minute)
	for i, fate := range h.bring(t, answers) {
		if !fate.Stored {
			t.Errorf("answer %d: %+v", i, fate)
		}
	}
	must(t, h.counter.Drain(t.Context()))
	soon := h.bytes(t)
	h.now = then
	if again := h.bytes(t); !bytes.Equal(before, again) {
		t.Errorf("as of the same cut-off\n%s\nand then\n%s", before, again)
	}
	h.now = then.Add(2 * time.Minute)
	d := h.made(t)
	march := find(t, d.Periods, "2026-03")
	if bytes.Equal(before, soon) || march.Delay.N != 15 || march.Chain.Answered != 0 || *march.ResponseRate.X != 0 {
		t.Errorf("two minutes later: %+v, chain %+v, rate %+v", march.Delay, march.Chain, march.ResponseRate)
	}
}
