package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/entendu/entendu/reports"
)

// publishedLater publishes an edition by a clock that is a minute ahead, so that what
// was learnt this moment is in it, and gives /figures.csv.
func publishedLater(t *testing.T, data string) string {
	t.Helper()
	it, err := (&options{Data: data}).open(t.Context(), forAny, func() time.Time { return now().Add(time.Minute) })
	if err != nil {
		t.Fatal(err)
	}
	defer it.Close()
	settings, err := newLive(t.Context(), it, logTo(&terminal{err: t.Output()}))
	if err != nil {
		t.Fatal(err)
	}
	p := &reports.Publisher{Store: it, Settings: settings.Settings, Counter: &reports.Counter{Store: it, Settings: settings.Settings}}
	e, err := p.Publish(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	d, err := e.Document()
	var b bytes.Buffer
	if err == nil {
		err = reports.WriteCSV(&b, d)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestExportFigures: what is published, to the letter, and the periods that begin in
// the days asked for.
func TestExportFigures(t *testing.T) {
	data := t.TempDir()
	const header = "period,scope,name,figure,n,x,value,low,high,state\n"
	out, errs, code := entendu(t, data, "", "export", "figures")
	if out != header || code != 0 || !strings.Contains(errs, "published") {
		t.Errorf("before the first edition: %d %q %q", code, out, errs)
	}
	if out, errs, code := entendu(t, data, pastTickets(20), "import", "tickets", "-"); code != 0 {
		t.Fatal(out, errs)
	}
	want := publishedLater(t, data)
	out, errs, code = entendu(t, data, "", "export", "figures")
	if out != want || code != 0 || !strings.HasPrefix(errs, "exported ") {
		t.Errorf("%d %q\nexported\n%.500s\npublished\n%.500s", code, errs, out, want)
	}
	count := func(args ...string) int {
		out, errs, code := entendu(t, data, "", append([]string{"export", "figures"}, args...)...)
		if code != 0 {
			t.Fatal(errs)
		}
		return strings.Count(out, "\n2026-03,")
	}
	all := count()
	for _, test := range []struct {
		args []string
		want int
	}{
		{[]string{"--from", "2026-03-01", "--to", "2026-03-02"}, all},
		{[]string{"--from", "2026-03-02"}, 0},
		{[]string{"--to", "2026-03-01"}, 0},
	} {
		if got := count(test.args...); got != test.want || all == 0 {
			t.Errorf("%v: %d lines of March, want %d", test.args, got, test.want)
		}
	}
	lines, _, _ := entendu(t, data, "", "export", "figures", "--format", "jsonl", "--from", "2026-03-01")
	if want := `{"period":"2026-03","scope":"all","name":"","figure":"opened","n":20,"x":null,"value":null,"low":null,"high":null,"state":"final"}`; !strings.HasPrefix(lines, want+"\n") {
		t.Errorf("%.300s", lines)
	}
}
