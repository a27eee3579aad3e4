package reports

import "time"

// Definitions is the version of how figures are defined; it rises with each change
// of a definition, and breaks the line on the charts.
const Definitions = 1

// Document is an edition as the world reads it: the shape of /figures.json. A
// figure that is withheld is nil, and its path stands in Withheld.
type Document struct {
	Organisation string            `json:"organisation"`
	Definitions  int               `json:"definitions"`
	Minimum      int               `json:"minimum"` // distinct customers behind a cell
	Timezone     string            `json:"timezone"`
	Edition      *EditionNote      `json:"edition"` // nil before the first edition
	Periods      []Period          `json:"periods"` // oldest first
	Categories   []CategoryFigures `json:"categories"`
	Teams        []TeamFigures     `json:"teams"`
	Withheld     []Withheld        `json:"withheld"`
	Revisions    []Revision        `json:"revisions,omitempty"` // every one ever published, the newest first
	Pending      []Pending         `json:"-"`                   // for who prepares the edition, never in it
}

// Pending is a figure of the whole that stands as an older edition counted it, and how
// many customers have changed it since.
type Pending struct {
	Cell      string // its path, as in Withheld
	Customers int
}

// Revision is a published correction of a final period. It says which figures were
// corrected and never by how much: the editions hold the values.
type Revision struct {
	Edition     string    `json:"edition"`
	PublishedAt time.Time `json:"published_at"`
	Period      string    `json:"period"`
	Figures     []string  `json:"figures"` // paths, as in Withheld
}

// Other is the category, or team, into which those are folded that too few
// customers stand behind, and what belongs to none.
const Other = "other"

// EditionNote says which edition a document is. SHA256 (of the bytes at
// /editions/{id}.json) and NextAt are known only outside those bytes.
type EditionNote struct {
	ID          string     `json:"id"`
	PublishedAt time.Time  `json:"published_at"`
	CutOff      time.Time  `json:"cut_off"`
	SHA256      string     `json:"sha256,omitempty"`
	NextAt      *time.Time `json:"next_at,omitempty"`
}

// The states of a month.
const (
	SoFar       = "so far"      // not yet ended
	Provisional = "provisional" // not yet followed for the whole horizon
	Final       = "final"
)

// Period is every figure of one month, quarter or half-year for one cell: the
// whole, a category or a team.
type Period struct {
	Period         string     `json:"period"` // "2026-10"
	State          string     `json:"state"`
	Definitions    int        `json:"definitions,omitempty"` // under which it was counted, where not the document's
	Opened         *Count     `json:"opened"`
	ResolvedWithin Resolved   `json:"resolved_within"`
	PromiseKept    *Share     `json:"promise_kept"`
	FirstContact   *Share     `json:"first_contact"`
	FirstReply     *Delay     `json:"first_reply"`
	Resolution     *Delay     `json:"resolution"`
	Chain          *Chain     `json:"chain"`
	ResponseRate   *Share     `json:"response_rate"`
	Delay          *Levels    `json:"delay"`
	Listening      *Levels    `json:"listening"`
	Outcome        *Outcome   `json:"outcome"`
	Recommend      *Recommend `json:"recommend"`
}

// CategoryFigures are the periods of one category; those are left out in which it
// is folded into Other, so look a period up by its name.
type CategoryFigures struct {
	Category string   `json:"category"`
	Periods  []Period `json:"periods"`
}

// TeamFigures are the periods of one team.
type TeamFigures struct {
	Team    string   `json:"team"`
	Periods []Period `json:"periods"`
}

// Small is why a figure is withheld: fewer than Minimum customers stand behind it, or
// one customer or house makes more than half of it, or another such would be the
// difference. Which of these is not said, for that would tell too.
const Small = "small"

// Withheld names a figure that is not shown, by its path, and why: "small".
type Withheld struct {
	Cell string `json:"cell"` // "categories/delivery/2026-10/delay", "periods/2026-10/delay"
	Why  string `json:"why"`
}

// AsOf in a figure names the edition that counted it, where that is an earlier one:
// since then too few customers, or mostly those of one house, have changed it, or another
// that could be worked out from it, for a new value to be shown; or it would have moved
// with time alone.

// Count is a number of requests.
type Count struct {
	N    int    `json:"n"`
	AsOf string `json:"as_of,omitempty"`
}

// Resolved are the shares durably resolved within 1, 7 and 30 days of opening.
type Resolved struct {
	Day   *Share `json:"1d"`
	Week  *Share `json:"7d"`
	Month *Share `json:"30d"`
}

// Share is x of n with its Wilson interval (95 %). Where n is 0 the shares
// are nil. Of answers, where all or none are x, only a bound is said (see Levels).
// Measured is false where more than a tenth is unknown: then only N and Unknown
// are said.
type Share struct {
	N        int      `json:"n"`
	X        *int     `json:"x,omitempty"`
	Share    *float64 `json:"share"`
	Low      *float64 `json:"low"`
	High     *float64 `json:"high"`
	Unknown  int      `json:"unknown,omitempty"`
	Measured *bool    `json:"measured,omitempty"` // only ever false
	AtLeast  *float64 `json:"at_least,omitempty"`
	AtMost   *float64 `json:"at_most,omitempty"`
	AsOf     string   `json:"as_of,omitempty"`
}

// Delay is a duration by Kaplan-Meier, with those still waiting counted; N does
// not hold the Unknown ones. Measured is as in Share.
type Delay struct {
	N        int    `json:"n"`
	Unknown  int    `json:"unknown"`
	Measured *bool  `json:"measured,omitempty"` // only ever false
	P50      *Point `json:"p50"`                // nil where n is 0, or not measured
	P90      *Point `json:"p90"`
	AsOf     string `json:"as_of,omitempty"`
}

// Point is one quantile in whole seconds. Reached is false where fewer than that
// share have ended yet; then the rest is nil. High is nil where the upper end of
// the interval is not reached.
type Point struct {
	Seconds *int64 `json:"seconds,omitempty"`
	Low     *int64 `json:"low,omitempty"`
	High    *int64 `json:"high,omitempty"`
	Reached bool   `json:"reached"`
}

// Chain is what became of the closings of a period.
type Chain struct {
	Closed    int            `json:"closed"`
	Eligible  int            `json:"eligible"`
	Invited   int            `json:"invited"`
	Delivered int            `json:"delivered"`
	Answered  int            `json:"answered"`
	Skipped   map[string]int `json:"skipped"`
	AsOf      string         `json:"as_of,omitempty"`
}

// Levels is a question from 1 to 5: how many gave each, and the share of 4 and 5.
// Where all gave 4 or 5, or nobody did, a bound is all that is said: more would
// tell what each of them answered.
type Levels struct {
	N       int      `json:"n"`
	Levels  []int    `json:"levels,omitempty"`
	X       *int     `json:"x,omitempty"`
	Share   *float64 `json:"share"`
	Low     *float64 `json:"low"`
	High    *float64 `json:"high"`
	AtLeast *float64 `json:"at_least,omitempty"`
	AtMost  *float64 `json:"at_most,omitempty"`
	AsOf    string   `json:"as_of,omitempty"`
}

// Outcome is whether the request was settled, by the customer; Share is of yes.
type Outcome struct {
	N       int      `json:"n"`
	Yes     *int     `json:"yes,omitempty"`
	Partly  *int     `json:"partly,omitempty"`
	No      *int     `json:"no,omitempty"`
	Share   *float64 `json:"share"`
	Low     *float64 `json:"low"`
	High    *float64 `json:"high"`
	AtLeast *float64 `json:"at_least,omitempty"`
	AtMost  *float64 `json:"at_most,omitempty"`
	AsOf    string   `json:"as_of,omitempty"`
}

// Recommend is the recommendation score with its score interval, from -100 to 100.
// Where all answers fall in one class, only bounds of the score are said.
type Recommend struct {
	N          int      `json:"n"`
	Promoters  *int     `json:"promoters,omitempty"`
	Passives   *int     `json:"passives,omitempty"`
	Detractors *int     `json:"detractors,omitempty"`
	Score      *float64 `json:"score"`
	Low        *float64 `json:"low"`
	High       *float64 `json:"high"`
	AtLeast    *float64 `json:"at_least,omitempty"`
	AtMost     *float64 `json:"at_most,omitempty"`
	AsOf       string   `json:"as_of,omitempty"`
}
