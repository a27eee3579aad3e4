package reports

// sheet writes the figures of one cell, and notes those that it withholds.
type sheet struct {
	*cell
	minimum  int
	path     string // "categories/delivery/2026-10"
	withheld []Withheld
}

// shows says whether a figure of n may be shown: nobody stands behind it, or
// enough customers do. keys are the keys under which it is withheld otherwise.
func (s *sheet) shows(n int, base string, keys ...string) bool {
	if n == 0 || len(s.behind[base]) >= s.minimum {
		return true
	}
	for _, key := range keys {
		s.withheld = append(s.withheld, Withheld{Cell: s.path + "/" + key, Why: Small})
	}
	return false
}

// base is the key of those who stand behind a figure of which some is unknown:
// where it is not measured, only counts are said, and the unknown count too.
func base(figure string, n, unknown int) string {
	if notMeasured(n, unknown) {
		return figure + orUnknown
	}
	return figure
}

// write gives the figures of the cell.
func (s *sheet) write(period, state string) Period {
	p := Period{Period: period, State: state}
	s.writeOpened(&p)
	s.writeReplies(&p)
	s.writeChain(&p)
	s.writeAnswers(&p)
	return p
}

func (s *sheet) writeOpened(p *Period) {
	o := s.cell.opened
	if s.shows(o.Opened, keyOpened, keyOpened) {
		p.Opened = &Count{N: o.Opened}
	}
	n := o.Opened - o.Misdated
	followed := base(keyResolution, n, o.Misdated)
	if s.shows(o.Opened, followed, keyResolved+"/1d", keyResolved+"/7d", keyResolved+"/30d") {
		p.ResolvedWithin = Resolved{
			Day: shareKnown(o.Resolved[0], n, o.Misdated), Week: shareKnown(o.Resolved[1], n, o.Misdated), Month: shareKnown(o.Resolved[2], n, o.Misdated),
		}
	}
	if s.shows(o.Settled, keyFirstContact, keyFirstContact) {
		p.FirstContact = shareOf(o.AtOnce, o.Settled)
	}
	if s.shows(o.Opened, followed, keyResolution) {
		p.Resolution = delayOf(s.resolutions, o.Misdated)
	}
}

func (s *sheet) writeReplies(p *Period) {
	if s.shows(s.due+s.unsure, base(keyPromise, s.due, s.unsure), keyPromise) {
		p.PromiseKept = shareKnown(s.kept, s.due, s.unsure)
	}
	n := len(s.replies)
	if s.shows(n+s.unknown, base(keyFirstReply, n, s.unknown), keyFirstReply) {
		p.FirstReply = delayOf(s.replies, s.unknown)
	}
}

func (s *sheet) writeChain(p *Period) {
	c := chainOf(s.closed)
	if s.shows(c.Closed, keyChain, keyChain) {
		p.Chain = &c
	}
	if s.shows(c.Invited, keyRate, keyRate) {
		p.ResponseRate = shareOf(c.Answered, c.Invited)
	}
}

func (s *sheet) writeAnswers(p *Period) {
	c := s.closed
	if s.shows(sum(c.Delay[:]), keyDelay, keyDelay) {
		p.Delay = levelsOf(c.Delay)
	}
	if s.shows(sum(c.Listening[:]), keyListening, keyListening) {
		p.Listening = levelsOf(c.Listening)
	}
	if s.shows(sum(c.Outcome[:]), keyOutcome, keyOutcome) {
		p.Outcome = outcomeOf(c.Outcome)
	}
	if s.shows(sum(c.Recommend[:]), keyRecommend, keyRecommend) {
		p.Recommend = recommendOf(c.Recommend)
	}
}
