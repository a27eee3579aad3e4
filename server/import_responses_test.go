package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/entendu/entendu/reports"
)

// pastTickets is n tickets that were closed in March, as our own columns tell them.
func pastTickets(n int) string {
	var b strings.Builder
	b.WriteString("id,status,category,opened_at,closed_at,updated_at,customer.email\n")
	for i := range n {
		fmt.Fprintf(&b, "%d,closed,delivery,2026-03-02T08:00:00Z,2026-03-04T10:00:00Z,2026-03-04T10:00:00Z,lina%[1]d@example.net\n", i)
	}
	return b.String()
}

// next is the next edition as it stands: what was learnt this moment is in it.
func next(t *testing.T, data string) (d reports.Document) {
	t.Helper()
	err := (&options{Data: data}).telling(t.Context(), &terminal{err: t.Output()}, sender{}, func(_ *opened, p *reports.Publisher) (err error) {
		d, err = p.Next(t.Context())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func periodOf(t *testing.T, d reports.Document, name string) reports.Period {
	t.Helper()
	for _, p := range d.Periods {
		if p.Period == name {
			return p
		}
	}
	t.Fatalf("no period %s", name)
	return reports.Period{}
}

// TestImportResponses: more rows than one batch, good and bad, in the levels of the
// month of closing and in no chain; the second time all is known.
func TestImportResponses(t *testing.T) {
	const n = importBatch + 100
	data := t.TempDir()
	if out, errs, code := entendu(t, data, pastTickets(n), "import", "tickets", "-"); code != 0 {
		t.Fatal(out, errs)
	}
	answers := "ticket_id;answered_at;delay;listening;resolved;recommend;comment\nunknown;2026-03-05;4;5;;;\n0;2026-03-01;4;5;;;\n"
	for i := range n {
		answers += fmt.Sprintf("%d;2026-04-05 10:00;%d,0;5;oui;9;\"Lina Roche %[1]d\"\n", i, 1+i%5)
	}
	answers += "1;2026-03-05;6;5;;;\n1;someday;4;5;;;\n"
	dry, _, _ := entendu(t, data, answers, "import", "responses", "-", "--dry-run")
	out, errs, code := entendu(t, data, answers, "import", "responses", "-")
	if want := fmt.Sprintf("read %d stored %d known 0 refused 4\n", n+4, n); out != want || dry != want || code != 1 {
		t.Errorf("dry %q, real %q, want %q, code %d", dry, out, want, code)
	}
	wantErrs := []string{
		"line 2: ticket_id: no such ticket is known in source import; import the tickets first",
		"line 3: answered_at: the ticket was not closed before that",
		fmt.Sprintf("line %d: delay: not a whole number from 1 to 5", n+4),
		fmt.Sprintf("line %d: answered_at: not a date that is understood, like 2026-03-04 10:12", n+5),
	}
	if diff := cmp.Diff(wantErrs, strings.Split(strings.TrimSpace(errs), "\n")); diff != "" {
		t.Errorf("refusals (-want +got)\n%s", diff)
	}
	if out, _, _ := entendu(t, data, answers, "import", "responses", "-"); out != fmt.Sprintf("read %d stored 0 known %d refused 4\n", n+4, n) {
		t.Errorf("twice: %q", out)
	}
	march := periodOf(t, next(t, data), "2026-03")
	if march.Delay.N != n || march.Delay.Levels[0] != n/5 || march.Recommend.N != n || march.Chain.Closed != n || march.Chain.Answered != 0 || march.ResponseRate.N != 0 {
		t.Errorf("March: delay %+v, chain %+v, rate %+v", march.Delay, march.Chain, march.ResponseRate)
	}
}

// TestImportResponsesOfOurs: what one store exports, another one takes.
func TestImportResponsesOfOurs(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	answers := "ticket_id,answered_at,delay,listening,resolved,recommend,comment\n1,2026-03-05T09:30:00Z,4,5,partly,10,\"=1+1, 'x'\n second line\"\n2,2026-03-06T09:30:00Z,,1,,,\n"
	for _, data := range []string{from, to} {
		if out, errs, code := entendu(t, data, pastTickets(3), "import", "tickets", "-"); code != 0 {
			t.Fatal(out, errs)
		}
	}
	if out, errs, code := entendu(t, from, answers, "import", "responses", "-"); code != 0 {
		t.Fatal(out, errs)
	}
	before, _, _ := entendu(t, from, "", "export", "responses")
	if out, errs, code := entendu(t, to, before, "import", "responses", "-"); code != 0 || out != "read 2 stored 2 known 0 refused 0\n" {
		t.Fatal(out, errs)
	}
	after, _, _ := entendu(t, to, "", "export", "responses")
	if strings.Count(before, "\n") != 4 || before != after {
		t.Errorf("from\n%sto\n%s", before, after)
	}
}
