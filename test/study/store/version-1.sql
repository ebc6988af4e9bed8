PRAGMA application_id = 1399353196;
PRAGMA user_version = 1;
CREATE TABLE study (id INTEGER PRIMARY KEY CHECK (id = 1), settings TEXT NOT NULL) STRICT;
CREATE TABLE run (id INTEGER PRIMARY KEY CHECK (id = 1), max_trials INTEGER, max_ms REAL, ended TEXT, elapsed_ms REAL NOT NULL, created TEXT NOT NULL, changed TEXT NOT NULL) STRICT;
CREATE TABLE writer (id INTEGER PRIMARY KEY CHECK (id = 1), token TEXT NOT NULL, pid INTEGER NOT NULL, host TEXT NOT NULL, since TEXT NOT NULL) STRICT;
CREATE TABLE trials (trial INTEGER PRIMARY KEY, round INTEGER NOT NULL, parent INTEGER REFERENCES trials, parameters TEXT NOT NULL, point BLOB NOT NULL) STRICT;
CREATE TABLE layouts (layout INTEGER PRIMARY KEY, parts TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE results (trial INTEGER PRIMARY KEY REFERENCES trials, state TEXT NOT NULL, reason TEXT, weights INTEGER NOT NULL, layout INTEGER NOT NULL REFERENCES layouts, numbers BLOB NOT NULL) STRICT;
CREATE TABLE curves (trial INTEGER PRIMARY KEY REFERENCES results, curve BLOB NOT NULL) STRICT;
CREATE TABLE spans (span INTEGER PRIMARY KEY, start_ms REAL NOT NULL, end_ms REAL NOT NULL, label TEXT NOT NULL, round INTEGER NOT NULL, runs INTEGER NOT NULL) STRICT;
CREATE TABLE artifacts (name TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
INSERT INTO study VALUES (1, '{"name":"old","version":"0.1.0","seed":3,"objectives":[{"metric":"val_loss","direction":"minimize"}],"space":{},"sampler":{"name":"grid"},"pruner":{"name":"none"},"resampling":{"folds":1,"repeats":2},"epochs":4,"engine":"cpu"}');
INSERT INTO run VALUES (1, 2, NULL, 'trials', 12.5, '2026-11-24T10:00:00.000Z', '2026-11-24T10:00:01.000Z');
INSERT INTO writer VALUES (1, 'a token', 4242, 'a-host', '2026-11-24T10:00:00.000Z');
-- points: 0.5, NaN; 1, -0
INSERT INTO trials VALUES (0, 0, NULL, '{"units":[8,4],"rate":0.1}', x'000000000000e03f000000000000f87f');
INSERT INTO trials VALUES (1, 1, 0, '{"units":[],"rate":-0}', x'000000000000f03f0000000000000080');
INSERT INTO layouts VALUES (1, '{"values":1,"runs":2,"rungs":0,"metrics":["val_loss"]}');
-- epochs 4, from 0 to 12.5 ms, value 0.25, runs 0 and 0.5, val_loss 0.25
INSERT INTO results VALUES (1, 'complete', NULL, 5, 1, x'000000000000104000000000000000000000000000002940000000000000d03f0000000000000000000000000000e03f000000000000d03f');
-- epoch 1, loss 2, val_loss infinity
INSERT INTO curves VALUES (1, x'0000803f000000400000807f');
INSERT INTO spans VALUES (1, 0, 12.5, '1-1 adam', 1, 2);
INSERT INTO artifacts VALUES ('best', x'0102');
