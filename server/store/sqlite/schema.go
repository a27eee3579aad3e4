package sqlite

// migrations lists the steps that lead from an empty file to the schema of this
// version: step i takes a store whose user_version is i to i+1. A step that was
// released is never edited; a change is a new step at the end.
//
// Times are milliseconds since 1970, and the zero time is what it is there: the
// year 1, before everything, so "unknown" sorts first and needs no special case.
// Lists are JSON, written by the structs beside each noun; an empty one is the
// empty text. A mark is a partial index, which holds the rows that wait and no
// others; it is by rev because new rows, of rev 1, then come in at one end of it,
// whatever their ids.
//
// The later steps stand in steps.go.
func migrations() []string {
	return []string{
		firstSchema,
		keepsWhatWas,
		outlookSchema,
		errandsAndNumbers,
		knowsEachEdition,
		eventsOfSources,
		findsByPerson,
		surveysAndDesks,
		knowsWhoStandsBehind,
		followUps,
		hearsVoices,
		peopleSchema,
	}
}

const firstSchema = `
CREATE TABLE events (
	id          TEXT    PRIMARY KEY,
	source      TEXT    NOT NULL,
	kind        TEXT    NOT NULL,
	received_at INTEGER NOT NULL,
	state       TEXT    NOT NULL,
	note        TEXT    NOT NULL,
	rev         INTEGER NOT NULL,
	body        BLOB    NOT NULL
) STRICT;
CREATE INDEX events_state ON events (state, received_at, id);

CREATE TABLE tickets (
	source         TEXT    NOT NULL,
	id             TEXT    NOT NULL,
	number         TEXT    NOT NULL,
	subject        TEXT    NOT NULL,
	status         TEXT    NOT NULL,
	team           TEXT    NOT NULL,
	category       TEXT    NOT NULL,
	product        TEXT    NOT NULL,
	channel        TEXT    NOT NULL,
	language       TEXT    NOT NULL,
	tags           TEXT    NOT NULL,
	agent          TEXT    NOT NULL,
	opened_at      INTEGER NOT NULL,
	first_reply_at INTEGER NOT NULL,
	updated_at     INTEGER NOT NULL,
	contacts       INTEGER NOT NULL,
	merged_into    TEXT    NOT NULL,
	customer       TEXT    NOT NULL,
	person         TEXT    NOT NULL,
	promise        INTEGER NOT NULL, -- nanoseconds
	transitions    TEXT    NOT NULL,
	closings       TEXT    NOT NULL,
	settle         INTEGER NOT NULL,
	recount        TEXT    NOT NULL,
	rev            INTEGER NOT NULL,
	PRIMARY KEY (source, id)
) STRICT;
CREATE INDEX tickets_opened ON tickets (opened_at, source, id);
CREATE INDEX tickets_settle ON tickets (rev) WHERE settle = 1;
CREATE INDEX tickets_recount ON tickets (rev) WHERE recount <> '';

CREATE TABLE invitations (
	id          TEXT    PRIMARY KEY,
	survey      TEXT    NOT NULL,
	version     INTEGER NOT NULL,
	source      TEXT    NOT NULL,
	ticket      TEXT    NOT NULL,
	number      TEXT    NOT NULL,
	closing     INTEGER NOT NULL,
	closed_at   INTEGER NOT NULL,
	made_at     INTEGER NOT NULL,
	customer    TEXT    NOT NULL,
	person      TEXT    NOT NULL,
	team        TEXT    NOT NULL,
	category    TEXT    NOT NULL,
	product     TEXT    NOT NULL,
	channel     TEXT    NOT NULL,
	language    TEXT    NOT NULL,
	state       TEXT    NOT NULL,
	code        TEXT    NOT NULL,
	skipped_at  INTEGER NOT NULL,
	due_at      INTEGER NOT NULL,
	owner       TEXT    NOT NULL,
	lease_until INTEGER NOT NULL,
	mailed_at   INTEGER NOT NULL,
	accepted_at INTEGER NOT NULL,
	attempts    TEXT    NOT NULL,
	remind_at        INTEGER NOT NULL,
	remind_mailed_at INTEGER NOT NULL,
	reminded_at      INTEGER NOT NULL,
	bounced_at       INTEGER NOT NULL,
	bounce           TEXT    NOT NULL,
	soft_bounces     INTEGER NOT NULL,
	left_out    INTEGER NOT NULL,
	recount     TEXT    NOT NULL,
	rev         INTEGER NOT NULL,
	ready_at    INTEGER -- surveys.Invitation.ReadyAt; NULL where it may not be claimed
) STRICT;
CREATE INDEX invitations_closed ON invitations (closed_at, id);
CREATE INDEX invitations_ready ON invitations (ready_at) WHERE ready_at IS NOT NULL;
CREATE INDEX invitations_recount ON invitations (rev) WHERE recount <> '';

CREATE TABLE responses (
	invitation TEXT    PRIMARY KEY,
	survey     TEXT    NOT NULL,
	source     TEXT    NOT NULL,
	ticket     TEXT    NOT NULL,
	closing    INTEGER NOT NULL,
	closed_at  INTEGER NOT NULL,
	customer   TEXT    NOT NULL,
	team       TEXT    NOT NULL,
	category   TEXT    NOT NULL,
	product    TEXT    NOT NULL,
	channel    TEXT    NOT NULL,
	language   TEXT    NOT NULL,
	answers    TEXT    NOT NULL,
	imported   INTEGER NOT NULL,
	recount    TEXT    NOT NULL,
	rev        INTEGER NOT NULL
) STRICT;
CREATE INDEX responses_closed ON responses (closed_at, invitation);
CREATE INDEX responses_recount ON responses (rev) WHERE recount <> '';

CREATE TABLE customers (
	person   TEXT    PRIMARY KEY,
	id       TEXT    NOT NULL,
	address  TEXT    NOT NULL,
	name     TEXT    NOT NULL,
	language TEXT    NOT NULL,
	timezone TEXT    NOT NULL,
	seen_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE suppressions (
	person TEXT    PRIMARY KEY,
	reason TEXT    NOT NULL,
	at     INTEGER NOT NULL
) STRICT;
CREATE INDEX suppressions_at ON suppressions (at, person);

CREATE TABLE reservations (
	person TEXT    PRIMARY KEY,
	holder TEXT    NOT NULL,
	until  INTEGER NOT NULL,
	rev    INTEGER NOT NULL
) STRICT;

CREATE TABLE settings (
	n        INTEGER PRIMARY KEY,
	at       INTEGER NOT NULL,
	by       TEXT    NOT NULL,
	settings TEXT    NOT NULL
) STRICT;

-- Facts never change; slots are replaced: the generation, and what Ready writes.
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE slots (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE tallies (
	day    TEXT    PRIMARY KEY,
	as_of  INTEGER NOT NULL,
	rev    INTEGER NOT NULL,
	opened TEXT    NOT NULL,
	closed TEXT    NOT NULL
) STRICT;

CREATE TABLE editions (
	id           TEXT    PRIMARY KEY,
	published_at INTEGER NOT NULL,
	cut_off      INTEGER NOT NULL,
	bytes        BLOB    NOT NULL
) STRICT;
CREATE INDEX editions_published ON editions (published_at, id);
`

const keepsWhatWas = `
ALTER TABLE tickets ADD COLUMN was TEXT NOT NULL DEFAULT '';
ALTER TABLE invitations ADD COLUMN was TEXT NOT NULL DEFAULT '';
`

// outlookSchema adds the outlooks of each day, the list of what was done, and which
// counts a tally has: none that was kept before has the newer ones.
const outlookSchema = `
ALTER TABLE tallies ADD COLUMN counts INTEGER NOT NULL DEFAULT 0;

CREATE TABLE outlooks (
	day        TEXT    PRIMARY KEY,
	made_at    INTEGER NOT NULL,
	counted_at INTEGER NOT NULL,
	bytes      BLOB    NOT NULL
) STRICT;

CREATE TABLE actions (
	id         TEXT    PRIMARY KEY,
	texts      TEXT    NOT NULL,
	will       INTEGER NOT NULL,
	decided_on TEXT    NOT NULL,
	figures    TEXT    NOT NULL,
	cleared    INTEGER NOT NULL,
	added_at   INTEGER NOT NULL,
	rev        INTEGER NOT NULL
) STRICT;
CREATE INDEX actions_added ON actions (added_at, id);
`

// errandsAndNumbers keeps what customers asked us to carry, and finds a ticket by the
// number that its customer was told.
const errandsAndNumbers = `
CREATE TABLE errands (
	id        TEXT    PRIMARY KEY,
	kind      TEXT    NOT NULL,
	state     TEXT    NOT NULL,
	cause     TEXT    NOT NULL,
	number    TEXT    NOT NULL,
	source    TEXT    NOT NULL,
	ticket    TEXT    NOT NULL,
	customer  TEXT    NOT NULL,
	person    TEXT    NOT NULL,
	language  TEXT    NOT NULL,
	text      TEXT    NOT NULL,
	made_at   INTEGER NOT NULL,
	mailed_at INTEGER NOT NULL,
	due_at    INTEGER NOT NULL, -- the zero time where it is never due
	attempts  TEXT    NOT NULL,
	rev       INTEGER NOT NULL
) STRICT;
CREATE INDEX errands_due ON errands (due_at);
CREATE INDEX errands_made ON errands (made_at, id);
CREATE INDEX tickets_number ON tickets (number);
`

// knowsEachEdition keeps the hash of an edition beside its bytes.
const knowsEachEdition = `ALTER TABLE editions ADD COLUMN sha256 TEXT NOT NULL DEFAULT '';`
