package reports

// bundle is figures that are told, held back and withheld together, because one of
// them could be worked out from another: most are one figure.
type bundle struct {
	keys []string // as they stand in paths
	// within is the bundle that tells the number of rows of this one; a cell in which
	// that is withheld is withheld here too. It is the bundle itself for most.
	within int
	// also are further marks that must not be changed by few either.
	also []int
	// known gives of those behind a cell the ones of whom something is known, and
	// unmeasured says that of too many nothing is; nil where it is of all.
	known      func(c *cell) people
	unmeasured func(c *cell) bool
	// behind gives who stands behind the figures of a cell, and how many rows.
	behind func(c *cell) (people, int)
	// alike says of each part of the figures whether all rows of the cell are alike in
	// it: then whoever knows the number of rows knows every one of them.
	alike func(c *cell) []bool
	// stamps are the AsOf of what a period tells; none where it is withheld.
	stamps func(p *Period) []*string
	// told is how many rows a period tells of.
	told func(p Period) int
	// take copies the figures.
	take func(to *Period, from Period)
}

// The bundles in their order, which is that of marks.
const (
	ofOpened = iota
	ofDay
	ofWeek
	ofMonth
	ofResolution
	ofPromise
	ofFirstContact
	ofFirstReply
	ofChain
	ofDelay
	ofListening
	ofOutcome
	ofRecommend
	numberOfBundles

	// ofRate is a mark and no bundle: what a closing says of the response rate alone.
	ofRate = numberOfBundles
)

func bundles() [numberOfBundles]bundle {
	return [numberOfBundles]bundle{
		ofOpened:     opened(),
		ofDay:        resolvedWithin(0, "1d", func(r *Resolved) **Share { return &r.Day }),
		ofWeek:       resolvedWithin(1, "7d", func(r *Resolved) **Share { return &r.Week }),
		ofMonth:      resolvedWithin(2, "30d", func(r *Resolved) **Share { return &r.Month }),
		ofResolution: resolution(), ofPromise: promised(), ofFirstContact: firstContact(), ofFirstReply: firstReply(), ofChain: chained(),
		ofDelay:     levels(ofDelay, keyDelay, func(c *cell) [5]int { return c.closed.Delay }, func(p *Period) **Levels { return &p.Delay }),
		ofListening: levels(ofListening, keyListening, func(c *cell) [5]int { return c.closed.Listening }, func(p *Period) **Levels { return &p.Listening }),
		ofOutcome:   outcome(), ofRecommend: recommendation(),
	}
}

func opened() bundle {
	return bundle{
		keys:   []string{keyOpened},
		behind: func(c *cell) (people, int) { return c.behind[keyOpened], c.opened.Opened },
		alike:  func(*cell) []bool { return nil },
		stamps: func(p *Period) []*string { return stampsOf(p.Opened, func(f *Count) *string { return &f.AsOf }) },
		told:   func(p Period) int { return p.Opened.N },
		take:   func(to *Period, from Period) { to.Opened = copied(from.Opened) },
	}
}

// resolvedWithin is the share of one of the horizons.
func resolvedWithin(horizon int, key string, of func(*Resolved) **Share) bundle {
	return bundle{
		keys: []string{keyResolved + "/" + key}, within: ofOpened,
		behind: behindResolved,
		known:  func(c *cell) people { return c.behind[keyResolution] }, unmeasured: func(c *cell) bool { return notMeasured(c.opened.Opened-c.opened.Misdated, c.opened.Misdated) },
		alike: func(c *cell) []bool {
			return []bool{extreme(c.opened.Resolved[horizon], c.opened.Opened-c.opened.Misdated)}
		},
		stamps: func(p *Period) []*string { return stampsOf(*of(&p.ResolvedWithin), stampOfShare) },
		told: func(p Period) int {
			s := *of(&p.ResolvedWithin)
			return s.N + s.Unknown
		},
		take: func(to *Period, from Period) { *of(&to.ResolvedWithin) = copied(*of(&from.ResolvedWithin)) },
	}
}

func resolution() bundle {
	return bundle{
		keys: []string{keyResolution}, within: ofOpened,
		behind: behindResolved,
		known:  func(c *cell) people { return c.behind[keyResolution] }, unmeasured: func(c *cell) bool { return notMeasured(c.opened.Opened-c.opened.Misdated, c.opened.Misdated) },
		alike:  func(*cell) []bool { return nil },
		stamps: func(p *Period) []*string { return stampsOf(p.Resolution, stampOfDelay) },
		told:   func(p Period) int { return p.Resolution.N + p.Resolution.Unknown },
		take:   func(to *Period, from Period) { to.Resolution = copied(from.Resolution) },
	}
}

func behindResolved(c *cell) (people, int) {
	o := c.opened
	return c.behind[base(keyResolution, o.Opened-o.Misdated, o.Misdated)], o.Opened
}

func promised() bundle {
	return bundle{
		keys: []string{keyPromise}, within: ofPromise,
		known: func(c *cell) people { return c.behind[keyPromise] }, unmeasured: func(c *cell) bool { return notMeasured(c.due, c.unsure) },
		behind: func(c *cell) (people, int) { return c.behind[base(keyPromise, c.due, c.unsure)], c.due + c.unsure },
		alike:  func(c *cell) []bool { return []bool{extreme(c.kept, c.due)} },
		stamps: func(p *Period) []*string { return stampsOf(p.PromiseKept, stampOfShare) },
		told:   func(p Period) int { return p.PromiseKept.N + p.PromiseKept.Unknown },
		take:   func(to *Period, from Period) { to.PromiseKept = copied(from.PromiseKept) },
	}
}

func firstContact() bundle {
	return bundle{
		keys: []string{keyFirstContact}, within: ofFirstContact,
		behind: func(c *cell) (people, int) { return c.behind[keyFirstContact], c.opened.Settled },
		alike:  func(c *cell) []bool { return []bool{extreme(c.opened.AtOnce, c.opened.Settled)} },
		stamps: func(p *Period) []*string { return stampsOf(p.FirstContact, stampOfShare) },
		told:   func(p Period) int { return p.FirstContact.N },
		take:   func(to *Period, from Period) { to.FirstContact = copied(from.FirstContact) },
	}
}

func firstReply() bundle {
	return bundle{
		keys: []string{keyFirstReply}, within: ofOpened,
		known: func(c *cell) people { return c.behind[keyFirstReply] }, unmeasured: func(c *cell) bool { return notMeasured(c.timed, c.unknown) },
		behind: func(c *cell) (people, int) {
			return c.behind[base(keyFirstReply, c.timed, c.unknown)], c.timed + c.unknown
		},
		alike:  func(*cell) []bool { return nil },
		stamps: func(p *Period) []*string { return stampsOf(p.FirstReply, stampOfDelay) },
		told:   func(p Period) int { return p.FirstReply.N + p.FirstReply.Unknown },
		take:   func(to *Period, from Period) { to.FirstReply = copied(from.FirstReply) },
	}
}

// chained holds the chain and the response rate, which is two numbers of it: where
// too few were invited, the chain would say what the rate must not.
func chained() bundle {
	return bundle{
		keys: []string{keyChain, keyRate}, within: ofChain, also: []int{ofRate},
		behind: func(c *cell) (people, int) {
			if invited := c.behind[keyRate]; len(invited) > 0 {
				return invited, c.closed.Closed
			}
			return c.behind[keyChain], c.closed.Closed
		},
		alike: func(c *cell) []bool {
			chain := chainOf(c.closed)
			return []bool{extreme(chain.Answered, chain.Invited)}
		},
		stamps: func(p *Period) []*string {
			return append(stampsOf(p.Chain, func(f *Chain) *string { return &f.AsOf }), stampsOf(p.ResponseRate, stampOfShare)...)
		},
		told: func(p Period) int {
			if p.Chain == nil {
				return 0 // in no edition of ours
			}
			return p.Chain.Closed
		},
		take: func(to *Period, from Period) {
			to.Chain, to.ResponseRate = copied(from.Chain), copied(from.ResponseRate)
		},
	}
}

func levels(within int, key string, counts func(c *cell) [5]int, of func(p *Period) **Levels) bundle {
	return bundle{
		keys: []string{key}, within: within,
		behind: func(c *cell) (people, int) {
			all := counts(c)
			return c.behind[key], sum(all[:])
		},
		alike: func(c *cell) []bool {
			all := counts(c)
			return []bool{extreme(all[3]+all[4], sum(all[:]))}
		},
		stamps: func(p *Period) []*string { return stampsOf(*of(p), func(f *Levels) *string { return &f.AsOf }) },
		told:   func(p Period) int { return (*of(&p)).N },
		take:   func(to *Period, from Period) { *of(to) = copied(*of(&from)) },
	}
}

func outcome() bundle {
	return bundle{
		keys: []string{keyOutcome}, within: ofOutcome,
		behind: func(c *cell) (people, int) { return c.behind[keyOutcome], sum(c.closed.Outcome[:]) },
		alike:  func(c *cell) []bool { return []bool{extreme(c.closed.Outcome[0], sum(c.closed.Outcome[:]))} },
		stamps: func(p *Period) []*string { return stampsOf(p.Outcome, func(f *Outcome) *string { return &f.AsOf }) },
		told:   func(p Period) int { return p.Outcome.N },
		take:   func(to *Period, from Period) { to.Outcome = copied(from.Outcome) },
	}
}

func recommendation() bundle {
	return bundle{
		keys: []string{keyRecommend}, within: ofRecommend,
		behind: func(c *cell) (people, int) { return c.behind[keyRecommend], sum(c.closed.Recommend[:]) },
		alike: func(c *cell) []bool {
			r := c.closed.Recommend
			low, high := boundScore(sum(r[9:]), sum(r[7:9]), sum(r[:7]))
			return []bool{low != nil || high != nil}
		},
		stamps: func(p *Period) []*string { return stampsOf(p.Recommend, func(f *Recommend) *string { return &f.AsOf }) },
		told:   func(p Period) int { return p.Recommend.N },
		take:   func(to *Period, from Period) { to.Recommend = copied(from.Recommend) },
	}
}

// extreme says whether none or all of n are x.
func extreme(x, n int) bool { return n > 0 && (x == 0 || x == n) }

func stampsOf[F any](figure *F, stamp func(*F) *string) []*string {
	if figure == nil {
		return nil
	}
	return []*string{stamp(figure)}
}

func stampOfShare(s *Share) *string { return &s.AsOf }
func stampOfDelay(d *Delay) *string { return &d.AsOf }

// copied lets a figure be stamped without the other one changing.
func copied[F any](figure *F) *F {
	if figure == nil {
		return nil
	}
	is := *figure
	return &is
}

// tells says whether a period tells the figures of a bundle of any rows.
func (b bundle) tells(p Period) bool { return len(b.stamps(&p)) > 0 && b.told(p) > 0 }

// fresh says whether the edition that a period stands in counted the bundle itself.
func (b bundle) fresh(p Period) bool {
	all := b.stamps(&p)
	return len(all) > 0 && *all[0] == ""
}

// hides says that a cell tells its number of rows and not what they say: only a bound,
// or that too much is unknown.
func (b bundle) hides(c *cell) bool {
	switch b.keys[0] {
	case keyDelay, keyListening, keyOutcome, keyRecommend:
		return b.alike(c)[0]
	}
	return b.unmeasured != nil && b.unmeasured(c)
}

// sure gives those behind a cell of whom something is known.
func (b bundle) sure(c *cell) people {
	if b.known != nil {
		return b.known(c)
	}
	who, _ := b.behind(c)
	return who
}
