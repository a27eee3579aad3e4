// Package sqlite keeps a store in one SQLite file: the default, which needs no
// service. It holds no rule and no arithmetic; what the methods promise stands in
// packages store, surveys and reports.
//
// Two processes may work on one file (serve, and commands beside it), each with
// its own group commit, and so may two clients in one process. SQLite lets one
// transaction write at a time, and every write is one statement that decides and
// acts at once, so nothing rests on who shares a connection:
//
//   - Add (every record, the first PutTally): an INSERT under the record's full id.
//     The primary key lets one of two through; the other gets fs.ErrExist.
//   - Put (events, tickets, invitations, responses, reservations, errands, surveys,
//     proposals, follow-ups, voices, tallies, actions, people, sessions, passes): an UPDATE ... WHERE id = ? AND rev = ? that raises rev. The second of two finds
//     another rev, changes nothing and gets fs.ErrExist. A claim is such a Put.
//     The triggers of voices run within the statement, whole or not at all.
//   - ClearMark: an UPDATE with the same condition that leaves rev. A Put that comes
//     first makes it fail; one that comes after writes its own mark. No mark is lost.
//   - PutCustomer, PutSuppression, PutGeneration: the last one wins, by intent, and whole.
//   - RemoveSuppression, RemoveErrand, RemoveRefusal, RemoveVoice, RemoveLabel,
//     RemoveSession, RemovePass: a DELETE by id; one of two finds it.
//
// A read is one query on a connection that cannot write; a walk is one query a
// page, so no reader holds back the emptying of the log.
package sqlite

import "github.com/entendu/entendu/server/store"

var _ store.Store = (*Store)(nil)
