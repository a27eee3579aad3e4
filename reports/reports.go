// Package reports is the telling half of Entendu: pure statistics, the day
// tallies and the worker that keeps them, figures, and the editions in which they
// are published.
//
// The way of a figure:
//
//	rows ──seen──▶ view ──tally──▶ Tally ──▶ cell ──sheet──▶ Period ──▶ Document ──▶ Edition
//	 rows.go       seen.go         count.go  cell.go  sheet.go           edition.go   publisher.go
//
// What may be told of it, the guard decides, beside all that was told before:
//
//	issues ──┐                      the parts of one edition   guard.go, rest.go, nested.go
//	cells ───┴─guard──▶ chapter     two editions               changes.go, compare.go, spot.go
//	 bundle.go           chapter.go  whose tickets count        population.go
//	                                every edition again        verify.go
//
// Whose tickets count: the figures of tickets are counted over the tickets that opened
// tells of. As long as opened of a cell stands as an older edition counted it, its other
// figures leave out who came since, and keep who left, as last known; so each n that is told
// is one that opened has told already, and their difference tells nothing of those few.
// Once enough have come or gone, opened is told anew, and all are counted. What the whole
// then counts and its cells do not (who came to cells that stand) is left over like a cell
// that is not told, and guarded like one.
//
// A view is the rows of one day as they were known at one moment. The Counter keeps
// the tally of each day right; the Publisher adds tallies up to cells (the whole, a
// category, a team), counts beside them what does not add up over days, and writes
// the figures of each cell that enough customers stand behind.
//
// Beside the editions stands the Outlook of each day: what the Forecaster counts of
// those who wait (forecast.go, bands.go), told roughly (rough.go).
//
// The statistics under them take counts and waits, and know nothing of all this:
//
//	shares    Wilson, Newcombe                   wilson.go
//	scores    Score, ScoreDifference             score.go, score_change.go
//	changes   Change, TrendOfShare               finding.go, trend.go
//	delays    Survival, Incidence, Quantile      risk_set.go, survival.go, incidence.go, quantile.go
//	months    CohortWithin                       cohort.go
//	groups    FunnelOf, PriorOf, FalseDiscovery  binomial.go, funnel.go, spread.go, shrinkage.go, discovery.go
//
// It reads tickets, invitations and responses of package surveys and never
// changes them, but for clearing the mark "to count". It knows no HTTP, no page
// and no chart (package charts draws), and it makes no figure about a person: of an
// adviser nothing is kept but a sign among those of all who stand behind a figure,
// so that it is not told of few (crowd.go).
package reports
