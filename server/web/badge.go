package web

import (
	"fmt"
	"io/fs"
	"strings"
	"unicode"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/reports/charts"
)

// badgePage is one figure as a picture for other sites: its title on the left, its
// value, n and period on the right. It says nothing by colour.
type badgePage struct {
	page
	Left, Right string
	Said        string // all of it, for those who hear the picture
	LeftWidth   int    // of the text, in pixels
	RightWidth  int
}

// The places of the texts in a badge, in pixels.
const badgeSpace = 10

func newBadge(begun page, d reports.Document, name string) *badgePage {
	period, h, _ := charts.One(d, begun.Words, name)
	p := &badgePage{page: begun, Left: h.Title, Right: begun.T("public.nothing")}
	if period != "" {
		p.Right = begun.T("badge.value", "Value", strings.TrimSpace(h.Value+" "+h.Worth), "Period", period)
	}
	p.Said = begun.T("badge.said", "Organisation", begun.Organisation, "Title", h.Title, "Value", p.Right)
	if h.Rate != "" && period != "" {
		p.Said += " · " + h.Rate
	}
	p.LeftWidth, p.RightWidth = width(p.Left), width(p.Right)
	return p
}

// Split is where the line between the two stands, Width where the badge ends.
func (p *badgePage) Split() int { return p.LeftWidth + 2*badgeSpace }

// RightAt is where the text on the right begins.
func (p *badgePage) RightAt() int { return p.Split() + badgeSpace }

// Width is that of the badge.
func (p *badgePage) Width() int { return p.RightAt() + p.RightWidth + badgeSpace }

// Inner is the width of its frame, whose line lies half inside.
func (p *badgePage) Inner() int { return p.Width() - 1 }

// width guesses how wide a text is at 12 px in the sans-serif of any reader; the
// picture then sets it to exactly that.
func width(text string) int {
	w := 0.0
	for _, r := range text {
		switch {
		case strings.ContainsRune("ijl.,:;'’|![]()ft \u00a0\u202f", r):
			w += 4.2
		case strings.ContainsRune("mwMW%@", r):
			w += 10.5
		case unicode.IsUpper(r):
			w += 8.4
		default:
			w += 7
		}
	}
	return int(w + 0.5)
}

// showBadge gives a badge. Other sites show it in their pages.
func (h publicHandlers) showBadge(c Ctx) error {
	if err := h.open(); err != nil {
		return err
	}
	name, ok := strings.CutSuffix(c.Param("file"), ".svg")
	if !ok {
		return fmt.Errorf("badges are .svg: %w", fs.ErrNotExist)
	}
	c.Response().Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	return h.giveLeaf(c, "badge", name)
}
