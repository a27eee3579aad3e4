package sqlite

// The steps that brought the managers' space; migrations lists all.

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
	since     INTEGER NOT NULL, -- what was made before it is over
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
	vouched INTEGER NOT NULL,
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
