package web

import (
	"slices"
	"time"

	"github.com/entendu/entendu/surveys"
)

// newestEvents is how many events and refusals a source's page tells of.
const newestEvents = 50

// eventLine is one event that came, or was refused.
type eventLine struct {
	When string
	What string
	Why  string
	Note string // in English: what the sender was told, or what was not understood
	Bad  bool

	at time.Time
}

// events tells the newest of what a source sent, whether it was taken or not.
func (h decisionHandlers) events(c Ctx, p page, source string) (lines []eventLine, err error) {
	ctx := c.Request().Context()
	events, err := h.Store.FindSourceEvents(ctx, source, newestEvents)
	if err != nil {
		return nil, lost(err)
	}
	refusals, err := h.Store.FindRefusals(ctx, source, newestEvents)
	if err != nil {
		return nil, lost(err)
	}
	for _, e := range events {
		lines = append(lines, eventLine{
			What: p.T("sources.event." + string(e.State)), Why: p.T("sources.event." + string(e.State) + ".why"), Note: e.Note,
			Bad: e.State == surveys.NotUnderstood, at: e.ReceivedAt,
		})
	}
	for _, r := range refusals {
		lines = append(lines, p.refusedEvent(r))
	}
	slices.SortStableFunc(lines, func(a, b eventLine) int { return b.at.Compare(a.at) })
	lines = lines[:min(newestEvents, len(lines))]
	for i := range lines {
		lines[i].When = p.DateTime(lines[i].at, h.Settings().Zone())
	}
	return lines, nil
}

func (p page) refusedEvent(r surveys.Refusal) eventLine {
	line := eventLine{What: p.T("sources.refused"), Why: p.T("sources.refused." + r.Why), Note: r.Note, Bad: true, at: r.At}
	if r.More > 0 {
		line.Why += " " + p.T("sources.refused.more", "Count", r.More)
	}
	return line
}
