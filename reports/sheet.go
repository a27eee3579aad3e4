package reports

// base is the key of those who stand behind a figure of which some is unknown:
// where it is not measured, only counts are said, and the unknown count too.
func base(figure string, n, unknown int) string {
	if notMeasured(n, unknown) {
		return figure + orUnknown
	}
	return figure
}

// write gives every figure of a cell; which of them may be told is the guard's matter.
func (c *cell) write() (p Period) {
	o, closed, chain := c.opened, c.closed, chainOf(c.closed)
	n := o.Opened - o.Misdated
	p.Opened = &Count{N: o.Opened}
	p.ResolvedWithin = Resolved{
		Day: shareKnown(o.Resolved[0], n, o.Misdated), Week: shareKnown(o.Resolved[1], n, o.Misdated), Month: shareKnown(o.Resolved[2], n, o.Misdated),
	}
	p.Resolution = delayOf(c.resolutions, o.Misdated)
	p.PromiseKept = shareKnown(c.kept, c.due, c.unsure)
	p.FirstContact = shareOf(o.AtOnce, o.Settled)
	p.FirstReply = delayOf(c.replies, c.unknown)
	p.Chain, p.ResponseRate = &chain, shareOf(chain.Answered, chain.Invited)
	p.Delay, p.Listening = levelsOf(closed.Delay), levelsOf(closed.Listening)
	p.Outcome, p.Recommend = outcomeOf(closed.Outcome), recommendOf(closed.Recommend)
	return p
}
