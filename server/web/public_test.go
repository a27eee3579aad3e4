package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/brotli"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/surveys"
)

// shop is a house with figures.
type shop struct {
	*house
	generation atomic.Value
	read       atomic.Int32 // how often the newest edition was read
	broken     atomic.Bool
	held       atomic.Pointer[hold] // keeps who reads the newest edition waiting
	next       time.Time
	part       *Public
}

// hold begins when somebody comes to it.
type hold struct {
	begun func()
	over  chan struct{}
}

// counted counts what a shop reads, and fails if it is broken.
type counted struct{ *shop }

func (c counted) LatestEdition(ctx context.Context) (reports.Edition, error) {
	c.read.Add(1)
	if h := c.held.Load(); h != nil {
		h.begun()
		<-h.over
	}
	if c.broken.Load() {
		return reports.Edition{}, errors.New("the disk is gone")
	}
	return c.store.LatestEdition(ctx)
}

func (c counted) GetEdition(ctx context.Context, id string) (reports.Edition, error) {
	if c.broken.Load() {
		return reports.Edition{}, errors.New("the disk is gone")
	}
	return c.store.GetEdition(ctx, id)
}

func (c counted) Editions(ctx context.Context) iter.Seq2[reports.Edition, error] {
	return c.store.Editions(ctx)
}

func (c counted) LatestOutlook(ctx context.Context) (reports.Outlook, error) {
	return c.store.LatestOutlook(ctx)
}

func (c counted) GetOutlook(ctx context.Context, day surveys.Day) (reports.Outlook, error) {
	return c.store.GetOutlook(ctx, day)
}

func (c counted) GetSlot(ctx context.Context, name string) (string, error) {
	return c.store.GetSlot(ctx, name)
}

func (c counted) Actions(ctx context.Context) iter.Seq2[reports.Action, error] {
	return c.store.Actions(ctx)
}

func openShop(t *testing.T) *shop {
	t.Helper()
	s := &shop{next: time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC)}
	s.generation.Store("1")
	s.house = open(t, func(c *Config) {
		s.part = &Public{
			Store: counted{s}, Generation: func() string { return s.generation.Load().(string) },
			NextAt:  func(time.Time) time.Time { return s.next },
			Next:    func(context.Context) (reports.Document, error) { return s.document(), nil },
			Preview: "/preview",
		}
		c.Parts = append(c.Parts, s.part)
	})
	return s
}

// document is the made-up edition of package charts.
func (s *shop) document() (d reports.Document) {
	b, err := os.ReadFile("../../reports/charts/testdata/edition.json")
	s.must(err)
	s.must(json.Unmarshal(b, &d))
	return d
}

// publish keeps the document as an edition and raises the generation.
func (s *shop) publish(id string, change func(*reports.Document)) reports.Edition {
	s.t.Helper()
	d := s.document()
	d.Edition.ID = id
	if change != nil {
		change(&d)
	}
	b, err := json.Marshal(d)
	s.must(err)
	e := reports.Edition{ID: id, PublishedAt: d.Edition.PublishedAt, CutOff: d.Edition.CutOff, Bytes: b}
	s.must(s.store.AddEdition(s.t.Context(), e))
	s.generation.Store("after " + id)
	return e
}

func TestBeforeTheFirstEdition(t *testing.T) {
	s := openShop(t)
	if got := text(t, s.want(200, s.get("/?lang=en"))); !strings.Contains(got, "Nothing has been published yet") || strings.Contains(got, "<figure") {
		t.Errorf("the page does not say that nothing is published:\n%s", got)
	}
	if got := text(t, s.want(200, s.get("/figures.json"))); !strings.Contains(got, `"edition":null,"periods":[]`) {
		t.Errorf("/figures.json: %s", got)
	}
	if got := text(t, s.want(200, s.get("/figures.csv"))); got != "period,scope,name,figure,n,x,value,low,high,state\n" {
		t.Errorf("/figures.csv: %q", got)
	}
	s.want(200, s.get("/editions/?lang=en"))
}

// Whoever has no script misses no number: each that is drawn stands in the table
// of the same figure.
func TestPageIsCompleteWithoutScript(t *testing.T) {
	s := openShop(t)
	s.publish("2026-11-21", nil)
	for _, tag := range []string{"en", "fr"} {
		page := document(t, s.want(200, s.get("/?lang="+tag)))
		figures := page.Find("figure[data-chart]")
		if figures.Length() != 10 {
			t.Fatalf("%s: %d figures, want 10", tag, figures.Length())
		}
		figures.Each(func(_ int, f *goquery.Selection) {
			rows := f.Find("tbody tr")
			for _, series := range tips(t, f.Find("script").Text()) {
				for i, tip := range series {
					if tip == "" {
						continue
					}
					row, found := rows.Eq(rows.Length()-1-i), false
					row.Find("td").Each(func(_ int, cell *goquery.Selection) { found = found || strings.HasPrefix(tip, cell.Text()) })
					if !found {
						t.Errorf("%s: %q is drawn but not in the row %q", tag, tip, row.Text())
					}
				}
			}
		})
		if page.Find("[style], script:not([src]):not([type='application/json']), style").Length() > 0 {
			t.Errorf("%s: the policy would refuse a part of the page", tag)
		}
		if strings.Contains(page.Text(), "⟦") {
			t.Errorf("%s: a text is missing", tag)
		}
	}
}

// tips reads what each series of an option says of each month.
func tips(t *testing.T, option string) (all [][]string) {
	t.Helper()
	var o struct {
		Series []struct{ Data []struct{ Tip string } }
	}
	if err := json.Unmarshal([]byte(option), &o); err != nil {
		t.Fatalf("the options are not JSON: %v", err)
	}
	for _, series := range o.Series {
		var one []string
		for _, point := range series.Data {
			one = append(one, point.Tip)
		}
		all = append(all, one)
	}
	return all
}

// Every number is two clicks from its formula.
func TestFormulasAreLinked(t *testing.T) {
	s := openShop(t)
	s.publish("2026-11-21", nil)
	method := document(t, s.want(200, s.get("/method?lang=fr")))
	links := document(t, s.want(200, s.get("/?lang=fr"))).Find(`a[href^="/method"]`)
	if links.Length() < 9 {
		t.Errorf("%d links to the method, want one for each figure and more", links.Length())
	}
	links.Each(func(_ int, a *goquery.Selection) {
		_, anchor, ok := strings.Cut(a.AttrOr("href", ""), "#")
		if ok && method.Find("#"+anchor).Length() != 1 {
			t.Errorf("the method has no %q", anchor)
		}
	})
	method.Find(`a[href^="#"]`).Each(func(_ int, a *goquery.Selection) {
		if href := a.AttrOr("href", ""); method.Find(href).Length() != 1 {
			t.Errorf("the method has no %q", href)
		}
	})
}

// Every number on the page can be followed to its formula in two clicks: to the
// section it stands in, and from there to an anchor of the method with a formula.
func TestEveryFigureLeadsToItsFormula(t *testing.T) {
	s := openShop(t)
	s.publish("2026-11-21", func(d *reports.Document) {
		d.Teams = []reports.TeamFigures{{Team: "billing", Periods: d.Periods}}
	})
	for _, tag := range []string{"en", "fr"} {
		page, method := document(t, s.get("/?lang="+tag)), document(t, s.get("/method?lang="+tag))
		page.Find(".figures a").Each(func(_ int, a *goquery.Selection) {
			if page.Find("section"+a.AttrOr("href", "none")).Length() != 1 {
				t.Errorf("%s: the headline %q leads nowhere", tag, a.Text())
			}
		})
		sections := page.Find("section").Has("figure, table")
		if sections.Length() < 14 {
			t.Fatalf("%s: %d sections with numbers", tag, sections.Length())
		}
		sections.Each(func(_ int, section *goquery.Selection) {
			id := section.AttrOr("id", "")
			_, anchor, _ := strings.Cut(section.Find(`a[href^="/method"]`).Last().AttrOr("href", ""), "#")
			if id != "data" && (anchor == "" || method.Find("#"+anchor+" .formula").Length() == 0) {
				t.Errorf("%s: %s leads to %q, which holds no formula", tag, id, anchor)
			}
		})
	}
}

// Each version of the definitions is told.
func TestVersionsOfTheDefinitions(t *testing.T) {
	s := openShop(t)
	if n := document(t, s.get("/method")).Find("#definitions li").Length(); n != reports.Definitions {
		t.Errorf("%d versions are told, want %d", n, reports.Definitions)
	}
}

func TestFiguresJSON(t *testing.T) {
	s := openShop(t)
	e := s.publish("2026-11-21", nil)
	r := s.want(200, s.get("/figures.json"))
	if kind := r.Header.Get("Content-Type"); kind != "application/json" {
		t.Errorf("type %q", kind)
	}
	var got map[string]any
	s.must(json.Unmarshal([]byte(text(t, r)), &got))
	for _, key := range strings.Fields("organisation definitions minimum timezone edition periods categories teams withheld") {
		if _, ok := got[key]; !ok {
			t.Errorf("no %q", key)
		}
	}
	period := got["periods"].([]any)[16].(map[string]any)
	for _, key := range strings.Fields("period state opened resolved_within promise_kept first_contact first_reply resolution chain response_rate delay listening outcome recommend") {
		if _, ok := period[key]; !ok {
			t.Errorf("no %q in a period", key)
		}
	}
	note := got["edition"].(map[string]any)
	hash := sha256.Sum256(e.Bytes)
	if note["sha256"] != hex.EncodeToString(hash[:]) || note["next_at"] != "2026-11-22T05:00:00Z" || note["id"] != e.ID {
		t.Errorf("edition %v", note)
	}
	if got := text(t, s.want(200, s.get("/editions/2026-11-21.json"))); got != string(e.Bytes) {
		t.Error("the edition's bytes are not those that were published")
	}
	csv := text(t, s.want(200, s.get("/figures.csv")))
	if !strings.Contains(csv, "2026-10,all,,resolved-7d,799,") {
		t.Errorf("the CSV lacks October: %.300s", csv)
	}
}

func TestEditions(t *testing.T) {
	s := openShop(t)
	s.publish("2026-11-20", func(d *reports.Document) {
		d.Edition.PublishedAt = d.Edition.PublishedAt.AddDate(0, 0, -1)
	})
	s.publish("2026-11-21", nil)
	var listed []string
	document(t, s.want(200, s.get("/editions/?lang=en"))).Find("tbody a").Each(func(_ int, a *goquery.Selection) {
		href := a.AttrOr("href", "")
		listed = append(listed, href)
		s.want(200, s.get(href))
	})
	if got := strings.Join(listed, " "); got != "/editions/2026-11-21.json /editions/2026-11-20.json" {
		t.Errorf("listed %s", got)
	}
	for _, missing := range []string{"/editions/2026-11-19.json", "/editions/2026-11-21", "/editions/..%2fx.json"} {
		s.want(404, s.get(missing))
	}
}

// The page is bytes in memory until an edition or a setting changes them.
func TestServedFromMemory(t *testing.T) {
	s := openShop(t)
	s.publish("2026-11-21", nil)
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() { s.want(200, s.get("/?lang=fr")) })
	}
	group.Wait()
	if n := s.read.Load(); n != 1 {
		t.Errorf("20 visitors made the store read %d times, want 1", n)
	}
	first := s.want(200, s.get("/?lang=fr"))
	etag := first.Header.Get("ETag")
	if r := s.want(304, s.get("/?lang=fr", "If-None-Match", etag)); text(t, r) != "" {
		t.Error("a 304 has a body")
	}
	if s.get("/?lang=en").Header.Get("ETag") == etag {
		t.Error("two languages share an ETag")
	}
	s.publish("2026-11-21-2", func(d *reports.Document) { d.Periods[16].ResolvedWithin.Week.Share = new(float64) })
	after := s.want(200, s.get("/?lang=fr", "If-None-Match", etag))
	if got := text(t, after); !strings.Contains(got, "0\u00a0% des demandes ont été réglées en 7 jours") {
		t.Error("the new edition is not shown")
	}
	s.next = s.next.AddDate(0, 0, 1)
	if got := text(t, s.get("/figures.json")); !strings.Contains(got, `"next_at":"2026-11-23T05:00:00Z"`) {
		t.Error("the time of the next edition does not move on")
	}
}

// While the page of a new edition is made, readers are served the one before; once it
// is there, nobody waits for any language or form of it.
func TestNoReaderWaitsForANewEdition(t *testing.T) {
	s := openShop(t)
	s.publish("2026-11-21", nil)
	changed, begun, over := make(chan struct{}), make(chan struct{}), make(chan struct{})
	s.part.Changed = changed
	ctx, stop := context.WithCancel(t.Context())
	var run sync.WaitGroup
	run.Go(func() { s.part.Run(ctx) })
	defer run.Wait()
	defer stop()
	changed <- struct{}{}
	changed <- struct{}{} // it has come back for more: the first is made
	before := s.want(200, s.get("/?lang=fr")).Header.Get("ETag")

	s.held.Store(&hold{sync.OnceFunc(func() { close(begun) }), over})
	s.publish("2026-11-22", nil)
	select {
	case changed <- struct{}{}:
		<-begun
	case <-begun: // it looked by itself
	}
	if now := s.want(200, s.get("/?lang=fr")).Header.Get("ETag"); now != before {
		t.Error("somebody waited for the new edition, or was shown half of it")
	}
	close(over)
	changed <- struct{}{}
	read := s.read.Load()
	for _, tag := range []string{"fr", "en"} {
		for _, coding := range []string{"", "gzip", "br"} {
			if now := s.want(200, s.get("/?lang="+tag, "Accept-Encoding", coding)).Header.Get("ETag"); now == before {
				t.Errorf("the new edition is not shown in %s", tag)
			}
		}
	}
	if s.read.Load() != read {
		t.Error("a reader made the store read")
	}
}

// Whoever has what is published already is not sent it again.
func TestNothingIsSentTwice(t *testing.T) {
	s := openShop(t)
	s.publish("2026-11-21", nil)
	for _, path := range []string{"/", "/method", "/editions/", "/editions/2026-11-21.json", "/figures.json", "/figures.csv", "/poster", "/feed.atom"} {
		for _, coding := range []string{"", "gzip", "br"} {
			etag := s.want(200, s.get(path, "Accept-Encoding", coding)).Header.Get("ETag")
			if r := s.want(304, s.get(path, "Accept-Encoding", coding, "If-None-Match", etag)); text(t, r) != "" {
				t.Errorf("%s: a 304 has a body", path)
			}
		}
	}
}

func TestPublicPageCodings(t *testing.T) {
	s := openShop(t)
	s.publish("2026-11-21", nil)
	plain := text(t, s.get("/?lang=en"))
	zipped := s.get("/?lang=en", "Accept-Encoding", "gzip")
	z, err := gzip.NewReader(zipped.Body)
	s.must(err)
	packed := s.get("/?lang=en", "Accept-Encoding", "gzip, br")
	if packed.Header.Get("Content-Encoding") != "br" || !strings.Contains(strings.Join(packed.Header.Values("Vary"), ","), "Accept-Encoding") {
		t.Errorf("headers %v", packed.Header)
	}
	for coding, r := range map[string]io.Reader{"gzip": z, "br": brotli.NewReader(packed.Body)} {
		b, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(b, []byte(plain)) {
			t.Errorf("%s holds another page: %v", coding, err)
		}
	}
}

func TestFiguresAreNotPublic(t *testing.T) {
	s := openShop(t)
	s.publish("2026-11-21", nil)
	s.settings.Publishing.Public = false
	s.generation.Store("closed")
	if got := text(t, s.want(404, s.get("/?lang=en"))); !strings.Contains(got, "These figures are not public") {
		t.Errorf("the page does not say why:\n%s", got)
	}
	for _, path := range []string{"/figures.json", "/figures.csv", "/editions/", "/editions/2026-11-21.json"} {
		if got := text(t, s.want(404, s.get(path))); strings.Contains(got, "2026") {
			t.Errorf("%s tells: %s", path, got)
		}
	}
}

func TestStoreIsGone(t *testing.T) {
	s := openShop(t)
	s.broken.Store(true)
	s.want(503, s.get("/?lang=en"))
	s.want(503, s.get("/figures.json"))
	s.broken.Store(false)
	s.want(200, s.get("/?lang=en"))
}

func TestHostileNamesStayText(t *testing.T) {
	s := openShop(t)
	hostile := `</script><script>alert("__f__1__f__")</script>'`
	s.settings.Organisation.Name = hostile
	s.publish("2026-11-21", func(d *reports.Document) {
		d.Organisation, d.Categories[0].Category = hostile, hostile
		d.Teams = []reports.TeamFigures{{Team: hostile, Periods: d.Periods}}
	})
	page := document(t, s.want(200, s.get("/?lang=en")))
	if n := page.Find("script:not([src])").Length(); n != 10 {
		t.Errorf("%d scripts in the page, want the 10 options", n)
	}
	if page.Find("#categories th[scope=row]").First().Text() != hostile || page.Find(".organisation").Text() != hostile {
		t.Error("a name is not shown as it is")
	}
}

func TestPreview(t *testing.T) {
	s := openShop(t)
	r := s.want(200, s.get("/preview?lang=en"))
	if got := text(t, r); !strings.Contains(got, "not published") || !strings.Contains(got, "<figure") || r.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the next edition is not shown as one: %v", r.Header)
	}
}

// A period may be a quarter; it is named as it is.
func TestQuarters(t *testing.T) {
	s := openShop(t)
	s.publish("2026-11-21", func(d *reports.Document) {
		d.Periods, d.Categories = d.Periods[15:17], nil
		d.Periods[0].Period, d.Periods[1].Period = "2026-Q2", "2026-Q3"
	})
	if got := text(t, s.want(200, s.get("/?lang=en"))); !strings.Contains(got, "In 2026-Q3, ") {
		t.Error("the quarter is not named")
	}
}
