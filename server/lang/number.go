package lang

import (
	"math"
	"strings"

	"golang.org/x/text/number"
)

// Number writes a count: 1,234 in English, 1 234 in French with U+202F, 1234 in
// Spanish, where groups begin with five digits.
func (w Words) Number(n int) string {
	if -w.groupedFrom < n && n < w.groupedFrom {
		return w.print(number.Decimal(n, number.NoSeparator()))
	}
	// x/text carries CLDR 32; since CLDR 34 French groups by U+202F, not U+00A0.
	return strings.ReplaceAll(w.print(number.Decimal(n)), "\u00a0", "\u202f")
}

// Percent writes a share from 0 to 1 with that many digits: 75.5% in English,
// 75,5 % in French with U+00A0. A share that is no number is a dash.
func (w Words) Percent(share float64, digits int) string {
	if math.IsNaN(share) || math.IsInf(share, 0) {
		return w.T("number.none")
	}
	return w.print(number.Percent(share, number.Scale(max(0, digits))))
}

// Signed writes a score from -100 to 100 as a whole number with its sign: +12, −3,
// and 0 without one. A score that is no number is a dash.
func (w Words) Signed(score float64) string {
	if math.IsNaN(score) || math.IsInf(score, 0) {
		return w.T("number.none")
	}
	n := int(math.Round(score))
	if n > 0 {
		return "+" + w.Number(n)
	}
	return w.Number(n)
}

// Amount writes hundredths of a currency that is not named: "1,012.50".
func (w Words) Amount(cents int64) string {
	return w.print(number.Decimal(float64(cents)/100, number.Scale(2)))
}

// print writes the number with the minus sign U+2212, which is as wide as a plus
// and is read out as "minus".
func (w Words) print(n number.Formatter) string {
	if w.numbers == nil {
		return "⟦number⟧"
	}
	return strings.ReplaceAll(w.numbers.Sprint(n), "-", "\u2212")
}
