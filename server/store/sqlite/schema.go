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
func migrations() []string {
	return []string{firstSchema, keepsWhatWas, outlookSchema, errandsAndNumbers, knowsEachEdition, eventsOfSources, findsByPerson, surveysAndDesks, knowsWhoStandsBehind, followUps, hearsVoices, peopleSchema}
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

// eventsOfSources finds the newest events of a source, and keeps what it was refused.
const eventsOfSources = `
CREATE INDEX events_source ON events (source, received_at, id);

CREATE TABLE refusals (
	id     TEXT    PRIMARY KEY,
	source TEXT    NOT NULL,
	at     INTEGER NOT NULL,
	why    TEXT    NOT NULL,
	note   TEXT    NOT NULL,
	more   INTEGER NOT NULL
) STRICT;
CREATE INDEX refusals_source ON refusals (source, at, id);
`

// findsByPerson finds what is held of a person, and the tickets from which retention
// has something to take. A row that leads to nobody stands in none of these indexes.
const findsByPerson = `
CREATE INDEX tickets_person ON tickets (person, source, id) WHERE person <> '';
CREATE INDEX invitations_person ON invitations (person, id) WHERE person <> '';
CREATE INDEX tickets_named ON tickets (updated_at, source, id) WHERE person <> '' OR subject <> '';
`

// surveysAndDesks keeps surveys as an organisation made them, what advisers propose, and
// who handled what was answered, for their own desk. Of answers kept before, that is
// whoever handled the ticket last, where the closing is its last too.
const surveysAndDesks = `
CREATE TABLE surveys (
	name      TEXT    NOT NULL,
	version   INTEGER NOT NULL,
	questions TEXT    NOT NULL,
	texts     TEXT    NOT NULL,
	made_at   INTEGER NOT NULL,
	made_by   TEXT    NOT NULL,
	rev       INTEGER NOT NULL,
	PRIMARY KEY (name, version)
) STRICT;

CREATE TABLE proposals (
	id          TEXT    PRIMARY KEY,
	by          TEXT    NOT NULL,
	name        TEXT    NOT NULL,
	text        TEXT    NOT NULL,
	made_at     INTEGER NOT NULL,
	answer      TEXT    NOT NULL,
	answered_by TEXT    NOT NULL,
	answered_at INTEGER NOT NULL,
	rev         INTEGER NOT NULL
) STRICT;
CREATE INDEX proposals_made ON proposals (made_at, id);
CREATE INDEX proposals_of ON proposals (by, made_at, id);

ALTER TABLE responses ADD COLUMN agent TEXT NOT NULL DEFAULT '';
ALTER TABLE responses ADD COLUMN answered_at INTEGER NOT NULL DEFAULT -62135596800000;
UPDATE responses SET
	answered_at = COALESCE(json_extract(NULLIF(answers, ''), '$[#-1].at'), answered_at),
	agent = COALESCE((SELECT t.agent FROM tickets t WHERE t.source = responses.source AND t.id = responses.ticket
		AND json_array_length(NULLIF(t.closings, '')) = responses.closing), '');
CREATE INDEX responses_of ON responses (source, agent, answered_at, invitation) WHERE agent <> '';
`

// knowsWhoStandsBehind keeps with an invitation, as it keeps the dimensions, when its
// ticket was opened and who handled it, so that tallies can tell whether enough stand
// behind a figure; and finds what became of tallies without reading them.
const knowsWhoStandsBehind = `
ALTER TABLE invitations ADD COLUMN opened_at INTEGER NOT NULL DEFAULT -62135596800000; -- the zero time
ALTER TABLE invitations ADD COLUMN agent TEXT NOT NULL DEFAULT '';
UPDATE invitations SET (opened_at, agent) = (SELECT t.opened_at, t.agent FROM tickets t WHERE t.source = invitations.source AND t.id = invitations.ticket)
	WHERE EXISTS (SELECT 1 FROM tickets t WHERE t.source = invitations.source AND t.id = invitations.ticket);
CREATE INDEX tallies_rev ON tallies (day, rev);
`

// followUps keeps whom to call back, and what actions and errands need to tell people.
const followUps = `
CREATE TABLE follow_ups (
	id        TEXT    PRIMARY KEY,
	source    TEXT    NOT NULL,
	ticket    TEXT    NOT NULL,
	team      TEXT    NOT NULL,
	category  TEXT    NOT NULL,
	product   TEXT    NOT NULL,
	channel   TEXT    NOT NULL,
	language  TEXT    NOT NULL,
	reasons   TEXT    NOT NULL,
	asked_at  INTEGER NOT NULL,
	due_at    INTEGER NOT NULL,
	state     TEXT    NOT NULL,
	owner     TEXT    NOT NULL,
	note      TEXT    NOT NULL,
	outcome   TEXT    NOT NULL,
	gesture   TEXT    NOT NULL,
	cents     INTEGER NOT NULL,
	closed_at INTEGER NOT NULL,
	tell_at   INTEGER NOT NULL, -- the zero time where there is nothing to tell
	rev       INTEGER NOT NULL
) STRICT;
CREATE INDEX follow_ups_state ON follow_ups (state, due_at, id);
CREATE INDEX follow_ups_team ON follow_ups (state, team, due_at, id);
CREATE INDEX follow_ups_owner ON follow_ups (state, owner, due_at, id);
CREATE INDEX follow_ups_due ON follow_ups (due_at, id);
CREATE INDEX follow_ups_tell ON follow_ups (tell_at);

ALTER TABLE responses ADD COLUMN follow_up INTEGER NOT NULL DEFAULT 0;
CREATE INDEX responses_follow_up ON responses (rev) WHERE follow_up = 1;

ALTER TABLE errands ADD COLUMN about TEXT NOT NULL DEFAULT '';

ALTER TABLE actions ADD COLUMN raised_category TEXT NOT NULL DEFAULT '';
ALTER TABLE actions ADD COLUMN raised_from TEXT NOT NULL DEFAULT '';
ALTER TABLE actions ADD COLUMN raised_to TEXT NOT NULL DEFAULT '';
ALTER TABLE actions ADD COLUMN told_at INTEGER NOT NULL DEFAULT -62135596800000; -- the zero time
ALTER TABLE actions ADD COLUMN telling INTEGER NOT NULL DEFAULT 0;
`

// hearsVoices keeps what customers wrote as managers read it, found by terms: SQLite's
// full-text index holds them (sqlite.org/fts5.html), with nothing but which row has
// which, and triggers keep it as the rows are. Its own cutting of text into tokens
// changes nothing, since terms come as tokens: see token.
const hearsVoices = `
ALTER TABLE responses ADD COLUMN transcribe INTEGER NOT NULL DEFAULT 0;
CREATE INDEX responses_transcribe ON responses (rev) WHERE transcribe = 1;

CREATE TABLE voices (
	place    INTEGER PRIMARY KEY,
	response TEXT    NOT NULL UNIQUE,
	customer TEXT    NOT NULL,
	agent    TEXT    NOT NULL,
	team     TEXT    NOT NULL,
	category TEXT    NOT NULL,
	product  TEXT    NOT NULL,
	channel  TEXT    NOT NULL,
	language TEXT    NOT NULL,
	spoken   TEXT    NOT NULL,
	chosen   TEXT    NOT NULL,
	comment  TEXT    NOT NULL,
	tags     TEXT    NOT NULL,
	read     INTEGER NOT NULL,
	hidden_why TEXT    NOT NULL,
	hidden_by  TEXT    NOT NULL,
	hidden_at  INTEGER NOT NULL,
	quote      TEXT    NOT NULL,
	quote_by   TEXT    NOT NULL,
	quote_at   INTEGER NOT NULL,
	terms    TEXT    NOT NULL,
	rev      INTEGER NOT NULL
) STRICT;
CREATE VIRTUAL TABLE voice_terms USING fts5 (
	terms, content='voices', content_rowid='place', detail=none, columnsize=0, tokenize="ascii tokenchars ':_'"
);
CREATE TRIGGER voices_added AFTER INSERT ON voices BEGIN
	INSERT INTO voice_terms (rowid, terms) VALUES (new.place, new.terms);
END;
CREATE TRIGGER voices_changed AFTER UPDATE OF terms ON voices WHEN new.terms <> old.terms BEGIN
	INSERT INTO voice_terms (voice_terms, rowid, terms) VALUES ('delete', old.place, old.terms);
	INSERT INTO voice_terms (rowid, terms) VALUES (new.place, new.terms);
END;
CREATE TRIGGER voices_removed AFTER DELETE ON voices BEGIN
	INSERT INTO voice_terms (voice_terms, rowid, terms) VALUES ('delete', old.place, old.terms);
END;

CREATE TABLE labels (kind TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (kind, name)) STRICT, WITHOUT ROWID;
`

// peopleSchema keeps who signs in, and the trace of what they saw and took.
const peopleSchema = `
CREATE TABLE people (
	id        TEXT    PRIMARY KEY,
	email     TEXT    NOT NULL,
	name      TEXT    NOT NULL,
	role      TEXT    NOT NULL,
	all_teams INTEGER NOT NULL,
	teams     TEXT    NOT NULL,
	agents    TEXT    NOT NULL,
	language  TEXT    NOT NULL,
	disabled  INTEGER NOT NULL,
	added_at  INTEGER NOT NULL,
	password  TEXT    NOT NULL,
	secret    TEXT    NOT NULL,
	step      INTEGER NOT NULL,
	spares    TEXT    NOT NULL,
	subject   TEXT    NOT NULL,
	rev       INTEGER NOT NULL
) STRICT;
CREATE INDEX people_added ON people (added_at, id);

CREATE TABLE sessions (
	id      TEXT    PRIMARY KEY,
	person  TEXT    NOT NULL,
	made_at INTEGER NOT NULL,
	seen_at INTEGER NOT NULL,
	until   INTEGER NOT NULL,
	browser TEXT    NOT NULL,
	rev     INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_person ON sessions (person, made_at);
CREATE INDEX sessions_until ON sessions (until);

CREATE TABLE passes (
	id      TEXT    PRIMARY KEY,
	kind    TEXT    NOT NULL,
	person  TEXT    NOT NULL,
	made_at INTEGER NOT NULL,
	until   INTEGER NOT NULL,
	due_at  INTEGER NOT NULL,
	mail    INTEGER NOT NULL,
	tries   INTEGER NOT NULL,
	rev     INTEGER NOT NULL
) STRICT;
CREATE INDEX passes_person ON passes (person, made_at);
CREATE INDEX passes_due ON passes (due_at);

CREATE TABLE traces (
	id     TEXT    PRIMARY KEY,
	at     INTEGER NOT NULL,
	person TEXT    NOT NULL,
	name   TEXT    NOT NULL,
	act    TEXT    NOT NULL,
	about  TEXT    NOT NULL
) STRICT;
CREATE INDEX traces_at ON traces (at, id);
`
