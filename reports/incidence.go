package reports

// Incidence draws the curve of the tickets that have not ended where some are
// withdrawn and never will: one less the estimate of Aalen and Johansen (1978),
// F(t) = Σ S(u-) d/n over the ages u up to t at which d of the n tickets then
// followed ended, where S is the share neither ended nor withdrawn. Withdrawn
// tickets stay in the base: of a hundred opened, F(t) hundred end within t.
// Without withdrawn tickets it is the curve of Survival, band and all.
func Incidence(observations []Observation) Curve {
	c := Curve{seen: follow(observations)}
	a, band := aalen{open: 1}, Interval{Low: 1, High: 1}
	for m := range c.seen.moments {
		a.add(m)
		if m.ended > 0 {
			waiting := a.open + a.withdrawn
			band = logLog(waiting, a.variance()/(waiting*waiting), band)
			c.steps = append(c.steps, step{m.at, waiting, band})
		}
	}
	c.close(a.open == 0)
	return c
}

// aalen adds up, age by age, the shares of tickets still open, withdrawn and ended
// (together 1), and the sums of which the variance of the last is made.
type aalen struct {
	open, withdrawn, ended float64

	all, allEnded, allEnded2 float64 // Σ A, Σ A F, Σ A F², with A = (d+w)/(n(n-d-w))
	own                      float64 // Σ S² d(n-d)/n³
	cross, crossEnded        float64 // Σ C, Σ C F, with C = S d/n²
}

// add goes past one age: of n at risk, d ended and w were withdrawn.
func (a *aalen) add(m moment) {
	n, d, w := float64(m.atRisk), float64(m.ended), float64(m.withdrawn)
	before := a.open
	a.open *= (n - d - w) / n
	a.withdrawn += before * w / n
	a.ended += before * d / n
	if d+w < n { // the last to leave add nothing: nothing happens after them
		sum := (d + w) / (n * (n - d - w))
		a.all += sum
		a.allEnded += sum * a.ended
		a.allEnded2 += sum * a.ended * a.ended
	}
	cross := before * d / (n * n)
	a.own += before * cross * (n - d) / n
	a.cross += cross
	a.crossEnded += cross * a.ended
}

// variance is that of the ended share F by the delta method (Marubini and
// Valsecchi 1995), Σ (F-F(u))² A + Σ S² d(n-d)/n³ - 2 Σ (F-F(u)) C, with the
// brackets opened so that one pass is enough.
func (a *aalen) variance() float64 {
	f := a.ended
	return max(0, f*f*a.all-2*f*a.allEnded+a.allEnded2+a.own-2*(f*a.cross-a.crossEnded))
}
