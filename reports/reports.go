// Package reports is the telling half of Entendu: pure statistics, the day
// tallies and the worker that keeps them, figures, and the editions in which they
// are published.
//
// It reads tickets, invitations and responses of package surveys and never
// changes them, but for clearing the mark "to count". It knows no HTTP, no page
// and no chart (package charts draws), and it makes no figure about a person:
// there is no function here that takes an agent.
package reports
