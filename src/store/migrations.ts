/**
 * The database's tables, as the sequence of steps that created them. A step is never changed once it has been in use; changes
 * are new steps. A database's user_version is the number of steps that it has been through.
 *
 * Times are milliseconds since 1970. JSON columns hold what src/store/records.ts and commands/lib/moderation.ts describe.
 */
export const MIGRATIONS: readonly string[] = [
	`
	CREATE TABLE requests (
		id TEXT PRIMARY KEY,
		command TEXT NOT NULL,
		options TEXT NOT NULL, -- JSON
		owner TEXT NOT NULL,
		owner_name TEXT NOT NULL,
		owner_staff INTEGER NOT NULL,
		-- The message by which a request is found; place repeats these with whatever else its surface keeps.
		surface TEXT,
		channel TEXT,
		message TEXT,
		place TEXT, -- JSON
		state TEXT NOT NULL,
		starts INTEGER NOT NULL,
		job TEXT, -- JSON
		result TEXT, -- JSON
		answer TEXT, -- JSON
		created INTEGER NOT NULL,
		began INTEGER,
		ended INTEGER
	) STRICT;
	CREATE INDEX requests_by_message ON requests (surface, channel, message);
	CREATE INDEX requests_by_state ON requests (state, created);
	CREATE INDEX requests_by_owner ON requests (owner, ended);

	-- Which requests need which files of the blob store.
	CREATE TABLE pictures (
		blob TEXT NOT NULL,
		request TEXT NOT NULL,
		PRIMARY KEY (blob, request)
	) STRICT, WITHOUT ROWID;
	CREATE INDEX pictures_by_request ON pictures (request);

	CREATE TABLE settings (
		channel TEXT PRIMARY KEY,
		settings TEXT NOT NULL -- JSON
	) STRICT;

	CREATE TABLE words (
		word TEXT PRIMARY KEY,
		added INTEGER NOT NULL
	) STRICT;

	CREATE TABLE blocks (
		person TEXT PRIMARY KEY,
		name TEXT NOT NULL,
		since INTEGER NOT NULL
	) STRICT;

	CREATE TABLE reports (
		id INTEGER PRIMARY KEY,
		request TEXT NOT NULL,
		line TEXT NOT NULL,
		owner_name TEXT NOT NULL,
		reporter_name TEXT NOT NULL,
		made INTEGER NOT NULL
	) STRICT;

	-- Moving averages of how long one evaluation of the network takes.
	CREATE TABLE paces (
		kind TEXT NOT NULL,
		model TEXT NOT NULL,
		seconds REAL NOT NULL,
		PRIMARY KEY (kind, model)
	) STRICT, WITHOUT ROWID;
	`,
	// Names are not unique, and one person reports the same picture only once.
	`ALTER TABLE reports ADD COLUMN reporter TEXT NOT NULL DEFAULT ''`,
	// Only a request that was running can have killed the bot.
	`ALTER TABLE requests RENAME COLUMN starts TO crashes; UPDATE requests SET crashes = 0`,
	// JSON.
	`ALTER TABLE requests ADD COLUMN training TEXT`,
	// Evaluations used to be miscounted, so the paces learned from them were wrong.
	`DELETE FROM paces`,
	// Covers the other columns; null in older rows. See src/store/request-row.ts.
	`ALTER TABLE requests ADD COLUMN checksum TEXT`,
	`
	-- Files of embeddings that people keep; the bytes are in the blob store.
	CREATE TABLE prompt_files (
		person TEXT NOT NULL,
		name TEXT NOT NULL,
		blob TEXT NOT NULL,
		width INTEGER NOT NULL,
		prompts TEXT NOT NULL, -- JSON
		added INTEGER NOT NULL,
		used INTEGER NOT NULL,
		PRIMARY KEY (person, name)
	) STRICT;
	CREATE INDEX prompt_files_by_blob ON prompt_files (blob);
	`,
	`
	-- The last day's requests that were worked on; they still count after they are deleted.
	CREATE TABLE daily (
		request TEXT PRIMARY KEY,
		person TEXT NOT NULL,
		channel TEXT NOT NULL,
		began INTEGER NOT NULL
	) STRICT;
	CREATE INDEX daily_by_person ON daily (person, channel, began);
	`,
	`
	ALTER TABLE requests ADD COLUMN made_for TEXT; -- JSON
	ALTER TABLE requests ADD COLUMN deleted INTEGER;
	-- A checksum covers all columns.
	UPDATE requests SET checksum = NULL;
	`,
	`
	-- See src/store/guarded.ts.
	ALTER TABLE settings ADD COLUMN checksum TEXT;
	ALTER TABLE words ADD COLUMN checksum TEXT;
	ALTER TABLE blocks ADD COLUMN checksum TEXT;
	ALTER TABLE reports ADD COLUMN checksum TEXT;
	ALTER TABLE paces ADD COLUMN checksum TEXT;
	ALTER TABLE prompt_files ADD COLUMN checksum TEXT;
	`,
	// For retention, and for the newest requests of a platform.
	`
	CREATE INDEX requests_by_end ON requests (ended);
	CREATE INDEX requests_by_surface ON requests (surface, created);
	`,
];
