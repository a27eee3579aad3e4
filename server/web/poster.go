package web

import (
	"fmt"
	"strings"
	"time"

	"rsc.io/qr"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/reports/charts"
)

// posterPage is an edition on one sheet of paper, for a wall or a counter.
type posterPage struct {
	page
	Lead      string
	Period    string
	Headlines []charts.Headline
	Edition   *reports.EditionNote // nil before the first
	Zone      *time.Location
	Address   string // of the page of figures
	Code      code   // of the address
}

// When writes a moment in the organisation's zone.
func (p *posterPage) When(t time.Time) string { return p.DateTime(t, p.Zone) }

func (h publicHandlers) newPoster(begun page, d reports.Document) (*posterPage, error) {
	p := &posterPage{page: begun, Edition: d.Edition, Zone: h.Settings().Zone(), Address: h.URL + "/"}
	p.Title, p.Lead = p.T("public.title"), charts.Sentence(d, p.Words)
	p.Period, p.Headlines = charts.Headlines(d, p.Words)
	var err error
	p.Code, err = newCode(p.Address)
	return p, err
}

func (h publicHandlers) showPoster(c Ctx) error {
	if !h.Settings().Publishing.Public {
		return h.showClosed(c)
	}
	return h.giveLeaf(c, "poster", "")
}

// code is a QR code as the path of an SVG: one unit a module.
type code struct {
	Size int // with the quiet zone that readers need around it
	Path string
}

// quietZone is the blank around a QR code, in modules (ISO/IEC 18004).
const quietZone = 4

// newCode makes the code of a text that survives a stain of 15 %.
func newCode(text string) (code, error) {
	q, err := qr.Encode(text, qr.M)
	if err != nil {
		return code{}, fmt.Errorf("making the QR code of %s: %w", text, err)
	}
	var path strings.Builder
	for y := range q.Size {
		for x := 0; x < q.Size; x++ {
			from := x
			for q.Black(x, y) { // false outside
				x++
			}
			if x > from {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from+quietZone, y+quietZone, x-from, x-from)
			}
		}
	}
	return code{Size: q.Size + 2*quietZone, Path: path.String()}, nil
}
