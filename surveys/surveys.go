// Package surveys is the asking half of Entendu: it turns what helpdesks say
// into tickets, each closing of a ticket into exactly one invitation or skip,
// each due invitation into at most one accepted mail, and each confirmed answer
// into one stored response.
//
// It holds every rule of asking and no technology: it does not know HTTP, SMTP,
// SQL, BSON or the wire format of any helpdesk, and it computes no figure (that
// is package reports). What it needs from outside it names as small interfaces:
// Store (keeping), Reader (understanding a raw event), Mailer (carrying a letter) and
// ErrandCarrier (carrying a parcel).
//
// The life of one datum:
//
//	Event ──Applier──▶ Ticket ──Inviter──▶ Invitation ──Sender──▶ mail ──▶ Response
//
// What customers ask for themselves has a shorter one: Follow stores an Errand, the
// link to their ticket or a message about it, and the Courier carries it.
//
// Every arrow is a worker that takes marked rows from the store, does work that
// can be repeated, and clears the mark by compare-and-set. Nothing between two
// arrows lives in memory only, so a process may be killed anywhere.
package surveys
