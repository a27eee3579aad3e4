package sqlite

import (
	"errors"
	"fmt"
	"io/fs"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// code is SQLite's extended result code (sqlite.org/rescode.html), whose low byte
// is the kind of error; 0 where err is not SQLite's.
func code(err error) int {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return 0
	}
	return e.Code()
}

// loses says whether SQLite may have undone the whole transaction with the
// statement that failed (sqlite.org/lang_transaction.html, "Response To Errors
// Within A Transaction"). Only what is certainly the statement's own fault is not
// suspected.
func loses(err error) bool {
	switch code(err) & 0xff {
	case 0, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_RANGE:
		return false
	}
	return true
}

// taken turns the refusal of a key that is there already into fs.ErrExist.
func taken(err error) error {
	switch code(err) {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID:
		return fmt.Errorf("%w: %w", fs.ErrExist, err)
	}
	return err
}

// plainly says in the operator's words what SQLite's code means.
func plainly(err error) error {
	switch code(err) & 0xff {
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("the disk is full: %w", err)
	case sqlite3.SQLITE_IOERR:
		return fmt.Errorf("the disk does not read or write: %w", err)
	case sqlite3.SQLITE_BUSY:
		return fmt.Errorf("another process kept the store for itself too long: %w", err)
	case sqlite3.SQLITE_READONLY:
		return fmt.Errorf("the store may not be written: %w", err)
	}
	return err
}
