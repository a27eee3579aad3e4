package reports

// Change says whether a share is higher (1) or lower (-1) than before, which only
// holds where the interval of the difference leaves out zero; else 0, "no clear
// change". A share that is withheld, empty or not measured changes nothing.
func Change(before, after *Share) int {
	if !before.counted() || !after.counted() {
		return 0
	}
	return direction(Newcombe(*after.X, after.N, *before.X, before.N))
}

// ChangeOfLevels is Change of the share of 4 and 5.
func ChangeOfLevels(before, after *Levels) int {
	return Change(before.satisfied(), after.satisfied())
}

// ChangeOfOutcome is Change of the share that say yes.
func ChangeOfOutcome(before, after *Outcome) int {
	return Change(before.settled(), after.settled())
}

func (s *Share) counted() bool { return s != nil && s.X != nil && s.N > 0 }

// satisfied is the share of 4 and 5; nil where it is not told.
func (l *Levels) satisfied() *Share {
	if l == nil {
		return nil
	}
	return &Share{N: l.N, X: l.X}
}

// settled is the share that say yes; nil where it is not told.
func (o *Outcome) settled() *Share {
	if o == nil {
		return nil
	}
	return &Share{N: o.N, X: o.Yes}
}

// direction is the sign of a difference, if it is sure.
func direction(i Interval, ok bool) int {
	switch {
	case ok && i.Low > 0:
		return 1
	case ok && i.High < 0:
		return -1
	default:
		return 0
	}
}
