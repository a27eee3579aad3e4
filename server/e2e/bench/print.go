package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"time"
)

// target is one ratio that is wanted, both sides measured in the same round.
type target struct {
	name string
	what string
	of   func(round) float64
	most bool // wanted is the most, not the least
	want float64
}

func targets() []target {
	times := func(a, b string) func(round) float64 {
		return func(r round) float64 { return r.results[a].rate() / r.results[b].rate() }
	}
	slower := func(a, b string) func(round) float64 {
		return func(r round) float64 { return float64(r.results[a].p99) / float64(r.results[b].p99) }
	}
	return []target{
		{"P1", "answers, 64 clients : raw group commit", times(answer64, grouped), false, 0.45},
		{"P2", "answers, 64 clients : one row a commit", times(answer64, single), false, 2},
		{"P3", "answers, 1 client : raw single commit", times(answer1, single1), false, 0.35},
		{"P7", "processor for page + answer : bare stack", func(r round) float64 { return float64(r.results[visit].cpu) / float64(r.results[bareVisit].cpu) }, true, 2},
		{"P8", "survey page : bare stack", times(survey, bareForm), false, 0.6},
		{"P9", "public page in brotli : nginx", times(public, nginxPublic), false, 0.4},
		{"P9", "public page unpacked : nginx", times(plain, nginxPlain), false, 0.4},
		{"P10", "public page in brotli : bare stack", times(public, barePublic), false, 0.8},
		{"P10", "public page unpacked : bare stack", times(plain, barePlain), false, 0.8},
		{"hooks", "events accepted, durable : raw group commit", times(hook, grouped), false, 0.4},
		{"P12", "mails, each durable : go-mail alone", times(mailed, rawMail), false, 0.8},
		{"P18", "p99 of answers beside reports and 100 mails/s : alone", slower(steady8, alone8), true, 2},
		{"P19", "memory after all of it, MB", func(r round) float64 { return known(float64(max(r.memory, r.again)) / 1e6) }, true, 60},
		{"start", "start to first page, ms", func(r round) float64 { return known(float64(r.firstPage.Microseconds()) / 1e3) }, true, 300},
		{"raw", "raw group commit : raw single commit (lower would flatter P1)", times(grouped, single1), false, 4},
	}
}

// known is a value that is never 0 where it was measured.
func known(v float64) float64 {
	if v == 0 {
		return math.NaN()
	}
	return v
}

// print writes the rates, the ratios, the counts of answers and mails, and what was
// measured once.
func (b bench) print(out io.Writer, s *stage, rounds []round, o once) {
	fmt.Fprintf(out, "\n%s\n", machine())
	if len(rounds) > 0 {
		b.printRounds(out, s, rounds)
	}
	o.drain.print(out)
	o.claims.print(out)
	o.told.print(out)
	o.figures.print(out)
	o.space.print(out)
}

func (b bench) printRounds(out io.Writer, s *stage, rounds []round) {
	fmt.Fprintf(out, "%d rounds, %s each; survey page %d bytes, public page %d bytes (%d in brotli), %d invitations, mail %d bytes; median (min-max)\n\n",
		len(rounds), b.each, s.surveyPage, s.public, s.packed, len(s.links), s.mail)
	fmt.Fprintf(out, "%-42s %-26s %-22s %s\n", "", "per second", "server CPU each, µs", "p50 / p99 ms")
	for _, name := range names() {
		printRates(out, name, rounds)
	}
	fmt.Fprintln(out)
	for _, t := range targets() {
		t.print(out, rounds)
	}
	for _, a := range asides() {
		a.print(out, rounds)
	}
	fmt.Fprintln(out)
	for n, r := range rounds {
		r.printKept(out, n+1)
		r.strain.print(out, n+1)
		r.mailKilled.print(out, n+1)
	}
}

// aside is a ratio that explains another and is no target.
type aside struct {
	about, what string
	of          func(round) float64
}

func asides() []aside {
	return []aside{
		{"P1", "the bare stack : raw group commit, for loader, HTTP and SQLite share the cores",
			func(r round) float64 { return r.results[bareAnswer].rate() / r.results[grouped].rate() }},
		{"P9", "processor for a public page in brotli : nginx, whose kernel sends a file",
			func(r round) float64 {
				return known(float64(r.results[public].cpu)) / known(float64(r.results[nginxPublic].cpu))
			}},
		{"P12", "mails, each durable : go-mail without RSET, which the program leaves out too",
			func(r round) float64 { return r.results[mailed].rate() / r.results[rawMailQuick].rate() }},
		{"P12", "processor for a mail, with all that is stored : go-mail alone",
			func(r round) float64 { return float64(r.results[mailed].cpu) / float64(r.results[rawMail].cpu) }},
		{"P18", "p99 of answers beside reports and mail at full speed : alone",
			func(r round) float64 { return float64(r.results[full8].p99) / float64(r.results[alone8].p99) }},
	}
}

func (a aside) print(out io.Writer, rounds []round) {
	if values := each(rounds, a.of); !math.IsNaN(values[0]) {
		fmt.Fprintf(out, "of %-4s %s: %s\n", a.about, a.what, spread(values, "%.2f"))
	}
}

func printRates(out io.Writer, name string, rounds []round) {
	if _, measured := rounds[0].results[name]; !measured {
		return
	}
	of := func(value func(result) float64) []float64 {
		return each(rounds, func(r round) float64 { return value(r.results[name]) })
	}
	cpu := ""
	if used := of(func(r result) float64 { return float64(r.cpu.Nanoseconds()) / 1e3 }); slices.Max(used) > 0 {
		cpu = spread(used, "%.0f")
	}
	more := ""
	if commits := of(func(r result) float64 { return float64(r.commits) / r.took.Seconds() }); slices.Max(commits) > 0 {
		more = "   commits " + spread(commits, "%.0f")
	}
	waits := ""
	if rounds[0].results[name].p50 > 0 {
		waits = fmt.Sprintf("%.2f / %.2f", median(of(func(r result) float64 { return milliseconds(r.p50) })),
			median(of(func(r result) float64 { return milliseconds(r.p99) })))
	}
	fmt.Fprintf(out, "%-42s %-26s %-22s %s%s\n", name, spread(of(result.rate), "%.0f"), cpu, waits, more)
}

func (t target) print(out io.Writer, rounds []round) {
	values := each(rounds, t.of)
	if math.IsNaN(values[0]) {
		return // its part was not wanted
	}
	got, sign := median(values), "≥"
	met := got >= t.want
	if t.most {
		met, sign = got <= t.want, "≤"
	}
	fmt.Fprintf(out, "%-6s %-62s %-24s wanted %s %-5g %s\n", t.name, t.what, spread(values, "%.2f"), sign, t.want, judged(met))
}

// printKept says what became of the answers of a round (P4).
func (r round) printKept(out io.Writer, n int) {
	k, s := r.kept, r.killed
	if k.acknowledged == 0 {
		return
	}
	fmt.Fprintf(out, "P4     round %d: acknowledged %d, stored %d, lost %d, kept twice %d, refused %d, failed %d  %s\n",
		n, k.acknowledged, k.stored, k.lost, k.twice, s.refused, r.failed, judged(whole(r)))
	fmt.Fprintf(out, "       of them %d while the program was killed and started again (back after %d ms): %d posts broke and were repeated; meanwhile %d mails, %d editions, %d reports read\n",
		s.answers, s.away.Milliseconds(), s.broken, s.mails, s.published, s.read)
}

func judged(met bool) string {
	if met {
		return "met"
	}
	return "MISSED"
}

// whole says that nothing was lost, doubled or refused in a round that did happen
// as it should: killed while mail left and reports were read.
func whole(r round) bool {
	k, s := r.kept, r.killed
	if k.acknowledged == 0 {
		return r.failed == 0 // that part was not wanted
	}
	return k.lost == 0 && k.twice == 0 && k.acknowledged == k.stored && s.refused == 0 && r.failed == 0 &&
		s.answers > 0 && s.mails > 0 && s.published > 0 && s.read > 0
}

// lost is an error if an answer was, or a mail.
func lost(rounds []round) error {
	for n, r := range rounds {
		if !r.mailKilled.holds() {
			return fmt.Errorf("round %d does not hold P14: no mail lost, at most one double for each connection", n+1)
		}
		if !r.strain.holds() {
			return fmt.Errorf("round %d lost answers while mail left", n+1)
		}
	}
	if i := slices.IndexFunc(rounds, func(r round) bool { return !whole(r) }); i >= 0 {
		return fmt.Errorf("round %d does not hold P4: every acknowledged answer stored once, none refused", i+1)
	}
	return nil
}

func each[A, B any](list []A, turn func(A) B) (turned []B) {
	for _, a := range list {
		turned = append(turned, turn(a))
	}
	return turned
}

// spread is the median with least and most.
func spread(values []float64, format string) string {
	f := func(v float64) string { return fmt.Sprintf(format, v) }
	return fmt.Sprintf("%s (%s-%s)", f(median(values)), f(slices.Min(values)), f(slices.Max(values)))
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	if n%2 == 1 {
		return sorted[n/2]
	}
	return (sorted[n/2-1] + sorted[n/2]) / 2
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1e3 }
