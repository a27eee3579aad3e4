package web

import (
	"context"
	"fmt"
	"io/fs"
	"iter"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/reports/charts"
	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/surveys"
)

// Public is the Part that tells the world: the page of figures, the same as data,
// every edition ever published, and how each figure is counted. It shows editions
// and, beside them, the outlook of the day, so that nothing public moves with a single
// answer or request.
type Public struct {
	Store Editions
	// Generation changes whenever what is held in memory must be read again.
	Generation func() string
	// NextAt is when the next edition is due.
	NextAt func(now time.Time) time.Time
	// Next gives the next edition as it stands, to be shown at Preview. Both may
	// be left zero.
	Next    func(ctx context.Context) (reports.Document, error)
	Preview string

	// Changed tells Run that the generation may have changed; nil where nobody does.
	Changed <-chan struct{}

	server  *Server
	making  sync.Mutex // one reading at a time
	current atomic.Pointer[issue]
	kept    atomic.Bool // Run is there
}

// Editions is where published editions are kept.
type Editions interface {
	LatestEdition(ctx context.Context) (reports.Edition, error)
	GetEdition(ctx context.Context, id string) (reports.Edition, error)
	Editions(ctx context.Context) iter.Seq2[reports.Edition, error]
	Outlooks
	Actions
}

func (p *Public) routes(s *Server) []route {
	p.server = s
	h := publicHandlers{Public: p, Server: s}
	all := []route{
		{http.MethodGet, "/", h.showFigures, asPage, auth.Everyone},
		{http.MethodGet, "/editions/", h.showEditions, asPage, auth.Everyone},
		{http.MethodGet, "/method", h.showMethod, asPage, auth.Everyone},
		{http.MethodGet, "/figures.json", h.giveJSON, asData, auth.Everyone},
		{http.MethodGet, "/figures.csv", h.giveCSV, asData, auth.Everyone},
		{http.MethodGet, "/editions/:file", h.giveEdition, asData, auth.Everyone},
	}
	all = append(all, h.leafRoutes()...)
	if p.Preview != "" {
		all = append(all, route{http.MethodGet, p.Preview, h.showNext, asPage, auth.Everyone})
	}
	return all
}

type publicHandlers struct {
	*Public
	*Server
}

// figuresPage is one edition to be read. Before the first, Edition is nil.
type figuresPage struct {
	page
	Preview    bool // not published: the next edition as it stands
	Today      *todayPart
	Actions    *actionsPart
	Held       charts.Table // what a preview would hold back
	Pending    charts.Table // what it would not count anew yet
	Lead       string       // the edition in one sentence
	Period     string       // what Headlines speak of
	Headlines  []charts.Headline
	Charts     []charts.Chart
	Categories charts.Table
	Small      []charts.Small // the categories by month
	ByMonth    charts.Table   // the same to be read
	Teams      charts.Table
	Steps      charts.Table // from closed to answered
	Skipped    charts.Table // why nobody was asked

	SkippedByMonth charts.Table
	Revisions      []charts.Revision
	Alone          []charts.Name // what can be shown elsewhere
	Edition        *reports.EditionNote
	Minimum        int
	Definition     int
	Zone           *time.Location
}

// When writes a moment in the organisation's zone.
func (p *figuresPage) When(t time.Time) string { return p.DateTime(t, p.Zone) }

// newFiguresPage writes a document on a page that was begun.
func newFiguresPage(begun page, d reports.Document, settings surveys.Settings) *figuresPage {
	p := &figuresPage{page: begun, Edition: d.Edition, Minimum: d.Minimum, Definition: d.Definitions, Zone: settings.Zone()}
	p.Title, p.Feed = p.T("public.title"), feedIn(p.Tag())
	p.Lead = charts.Sentence(d, p.Words)
	p.Description = p.Lead
	if len(d.Periods) == 0 {
		return p
	}
	p.Scripts = []string{"echarts.common.min.js", "charts.js"}
	p.Period, p.Headlines = charts.Headlines(d, p.Words)
	p.Charts = charts.All(d, p.Words, charts.Promise{Within: settings.Promise.Default.Fixed(), Since: string(settings.Promise.Since)})
	p.Categories, p.Teams = charts.Categories(d, p.Words), charts.Teams(d, p.Words)
	p.Small, p.ByMonth = charts.SmallMultiples(d, p.Words), charts.ByMonth(d, p.Words)
	p.Steps, p.Skipped = charts.Chain(d, p.Words)
	p.SkippedByMonth = charts.Skipped(d, p.Words)
	p.Revisions, p.Alone = charts.Revisions(d, p.Words), charts.Alone(p.Words)
	return p
}

// showFigures answers from memory.
func (h publicHandlers) showFigures(c Ctx) error {
	if !h.Settings().Publishing.Public {
		return h.showClosed(c)
	}
	i, err := h.issue(c.Request().Context())
	if err != nil {
		return err
	}
	tag := h.choose(c, i.languages)
	page, ok := i.pages[tag]
	if !ok {
		return fmt.Errorf("the figures are not written in %q", tag)
	}
	c.Response().Header().Add("Vary", "Accept-Language")
	return page.serve(c)
}

// showClosed says that there are figures, but not for everybody.
func (h publicHandlers) showClosed(c Ctx) error {
	p := messagePage{page: h.publicPage(c)}
	p.Heading = p.T("public.closed")
	p.Title, p.Sentences = p.Heading, []string{p.T("public.closed.why")}
	return h.render(c, http.StatusNotFound, "message", &p)
}

// open says whether the figures are for everybody; they do not exist otherwise.
func (h publicHandlers) open() error {
	if h.Settings().Publishing.Public {
		return nil
	}
	return fmt.Errorf("the figures are not public: %w", fs.ErrNotExist)
}

// showNext shows the next edition as it stands.
func (h publicHandlers) showNext(c Ctx) error { return h.showPreview(c, h.Next) }
