package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"
)

// TestLanguages asks customers of seven languages, each in theirs, and finds their
// answers in one set of figures.
func TestLanguages(t *testing.T) {
	s := newScene(t, onSQLite())
	tags := []string{"fr", "en", "de", "es", "it", "nl", "pt"}
	file := filepath.Join(t.TempDir(), "languages.toml")
	must(t, os.WriteFile(file, fmt.Appendf(nil, "[organisation]\nlanguages = [\"%s\"]\n", strings.Join(tags, `", "`)), 0o600))
	if _, errs, code := s.run(0, "settings", "apply", file); code != 0 {
		t.Fatalf("the seven languages were refused: %d %s", code, errs)
	}
	s.started()
	for n := range 2 * len(tags) {
		id := fmt.Sprint(n)
		must(t, s.helpdesk.post(t.Context(), about(id, "closed").with("customer",
			map[string]any{"email": mailOf(id), "name": "Canary " + id, "language": tags[n%len(tags)] + "-XX"})))
	}
	group, ctx := errgroup.WithContext(t.Context())
	for n := range 2 * len(tags) {
		group.Go(func() error {
			l, err := s.postbox.to(ctx, mailOf(fmt.Sprint(n)))
			if err != nil {
				return err
			}
			tag := tags[n%len(tags)]
			if got := l.header.Get("Content-Language"); got != tag || !strings.HasSuffix(l.survey(0), "lang="+tag) {
				t.Errorf("a customer who speaks %s was written to in %s, with the link %s", tag, got, l.survey(0))
			}
			return s.customer.answer(ctx, l, scores(1+4*(n/len(tags)), 2+2*(n/len(tags))))
		})
	}
	must(t, group.Wait())
	st := s.look()
	s.settled(st)
	s.holds(st)
	spoken := map[string]int{}
	for r, err := range st.ResponsesClosed(t.Context(), epoch().AddDate(0, 0, -30), epoch()) {
		must(t, err)
		spoken[r.Last().Language]++
	}
	for _, tag := range tags {
		if spoken[tag] != 2 {
			t.Errorf("%d answers in %s are kept, want 2", spoken[tag], tag)
		}
	}
	d, _ := s.shown(s.publish())
	if len(d.Periods) != 1 || d.Periods[0].Delay == nil || d.Periods[0].Listening == nil {
		t.Fatalf("figures are withheld: %+v", d.Periods)
	}
	delay, listening := d.Periods[0].Delay.Levels, d.Periods[0].Listening.Levels
	if !slices.Equal(delay, []int{7, 0, 0, 0, 7}) || !slices.Equal(listening, []int{0, 7, 0, 7, 0}) {
		t.Errorf("seven languages gave %v and %v, want seven answers at each of two levels", delay, listening)
	}
	s.stopped()
}
