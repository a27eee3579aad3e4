package reports

// Difference is how much higher a share is than before, with the interval of that; it is
// not ok where either is withheld, empty or not measured.
func Difference(before, after *Share) (d float64, i Interval, ok bool) {
	if !before.counted() || !after.counted() {
		return 0, i, false
	}
	i, ok = Newcombe(*after.X, after.N, *before.X, before.N)
	if !ok {
		return 0, i, false
	}
	return float64(*after.X)/float64(after.N) - float64(*before.X)/float64(before.N), i, true
}

// DifferenceOfLevels is Difference of the share of 4 and 5.
func DifferenceOfLevels(before, after *Levels) (d float64, i Interval, ok bool) {
	return Difference(before.satisfied(), after.satisfied())
}

// Direction says whether a difference is surely up (1) or down (-1), else 0.
func Direction(i Interval, ok bool) int { return direction(i, ok) }

// Change says whether a share is higher (1) or lower (-1) than before, which only
// holds where the interval of the difference leaves out zero; else 0, "no clear
// change". A share that is withheld, empty or not measured changes nothing.
func Change(before, after *Share) int {
	_, i, ok := Difference(before, after)
	return direction(i, ok)
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
