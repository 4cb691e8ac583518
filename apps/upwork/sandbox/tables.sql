-- State of the sandbox marketplace. Moments are epoch milliseconds, money is US cents, lists are JSON.

CREATE TABLE IF NOT EXISTS setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS counter (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS client (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, contact TEXT NOT NULL, business TEXT NOT NULL, voice TEXT NOT NULL,
    country TEXT NOT NULL, city TEXT NOT NULL, timezone TEXT NOT NULL, utc_offset INTEGER NOT NULL,
    posted INTEGER NOT NULL, hires INTEGER NOT NULL, reviews INTEGER NOT NULL, rating REAL NOT NULL,
    spent_cents INTEGER NOT NULL, verified INTEGER NOT NULL, hire_rate REAL NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS job (
    id INTEGER PRIMARY KEY, client_id INTEGER NOT NULL REFERENCES client (id), specialty TEXT NOT NULL,
    category_id TEXT NOT NULL, subcategory_id TEXT NOT NULL, occupation TEXT NOT NULL,
    title TEXT NOT NULL, description TEXT NOT NULL, skills TEXT NOT NULL,
    title_words TEXT NOT NULL, skill_words TEXT NOT NULL, words TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('HOURLY', 'FIXED')),
    hourly_min_cents INTEGER, hourly_max_cents INTEGER, fixed_cents INTEGER,
    level TEXT NOT NULL, duration TEXT, engagement TEXT, hires_wanted INTEGER NOT NULL,
    questions TEXT NOT NULL, trap TEXT NOT NULL, letter_required INTEGER NOT NULL, countries TEXT NOT NULL,
    popularity REAL NOT NULL, scam TEXT NOT NULL, repost_of INTEGER,
    created_ms INTEGER NOT NULL, published_ms INTEGER NOT NULL, renewed_ms INTEGER,
    closed_ms INTEGER, close_result TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS job_open ON job (published_ms DESC) WHERE closed_ms IS NULL;
CREATE INDEX IF NOT EXISTS job_client ON job (client_id);

CREATE TABLE IF NOT EXISTS replay (number INTEGER PRIMARY KEY, draft TEXT NOT NULL) STRICT;

CREATE TABLE IF NOT EXISTS freelancer (
    id INTEGER PRIMARY KEY, nid TEXT NOT NULL UNIQUE, name TEXT NOT NULL, title TEXT NOT NULL, overview TEXT NOT NULL,
    skills TEXT NOT NULL, rate_cents INTEGER NOT NULL, country TEXT NOT NULL, city TEXT NOT NULL,
    success_score REAL, badge TEXT, jobs INTEGER NOT NULL, earned_cents INTEGER NOT NULL,
    organization_id INTEGER NOT NULL UNIQUE, agency_id INTEGER, agency_name TEXT, connects INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS api_key (
    client_id TEXT PRIMARY KEY, client_secret TEXT NOT NULL, name TEXT NOT NULL,
    redirect_uris TEXT NOT NULL, profile TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS token (
    value TEXT PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('code', 'access', 'refresh')),
    client_id TEXT NOT NULL, freelancer_id INTEGER NOT NULL REFERENCES freelancer (id),
    redirect_uri TEXT NOT NULL, expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS proposal (
    id INTEGER PRIMARY KEY, job_id INTEGER NOT NULL REFERENCES job (id),
    freelancer_id INTEGER NOT NULL REFERENCES freelancer (id),
    letter TEXT NOT NULL, answers TEXT NOT NULL, charged_cents INTEGER NOT NULL, connects INTEGER NOT NULL,
    status TEXT NOT NULL, reason TEXT NOT NULL, viewed INTEGER NOT NULL, quality REAL NOT NULL, source TEXT NOT NULL,
    created_ms INTEGER NOT NULL, modified_ms INTEGER NOT NULL,
    UNIQUE (freelancer_id, job_id)
) STRICT;

CREATE TABLE IF NOT EXISTS event (
    id INTEGER PRIMARY KEY, due_ms INTEGER NOT NULL, kind TEXT NOT NULL, job_id INTEGER, proposal_id INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS event_due ON event (due_ms);

CREATE TABLE IF NOT EXISTS room (
    id TEXT PRIMARY KEY, proposal_id INTEGER NOT NULL UNIQUE REFERENCES proposal (id), created_ms INTEGER NOT NULL,
    archived INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS story (
    id INTEGER PRIMARY KEY, room_id TEXT NOT NULL REFERENCES room (id), author TEXT NOT NULL, text TEXT NOT NULL,
    created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL, read INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX IF NOT EXISTS story_room ON story (room_id, created_ms);

CREATE TABLE IF NOT EXISTS contract (
    id INTEGER PRIMARY KEY, proposal_id INTEGER NOT NULL UNIQUE REFERENCES proposal (id), offer_id INTEGER NOT NULL,
    started_ms INTEGER, ended_ms INTEGER, created_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS fault (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, operation TEXT NOT NULL, remaining INTEGER NOT NULL, seconds REAL NOT NULL
) STRICT;
