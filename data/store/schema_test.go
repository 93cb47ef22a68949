package store

import (
	"database/sql"
	"path/filepath"
	"testing"
)

// TestMigrateEdits opens a database of schema version 1, whose topic edits are settings, and wants them in the log
// under their numbers, and the next number above all that were ever given.
func TestMigrateEdits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "papers.db")
	db, err := sql.Open("sqlite", dsn(path))
	if err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{
		migrations[0],
		"PRAGMA application_id = 1802396786", "PRAGMA user_version = 1",
		`INSERT INTO settings (bucket, key, value) VALUES
			('topic-edits', '00000002', CAST('two' AS BLOB)), ('topic-edits', '00000010', CAST('ten' AS BLOB)),
			('topic-edits-last', 'number', CAST('12' AS BLOB)), ('keys', 'k', CAST('v' AS BLOB))`,
	} {
		if _, err := db.ExecContext(t.Context(), query); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	list, err := s.Entries(t.Context(), "topic-edits")
	if err != nil || len(list) != 2 || list[0].Number != 2 || string(list[0].Value) != "two" || list[1].Number != 10 {
		t.Errorf("%v, %v", list, err)
	}
	n, err := s.Append(t.Context(), "topic-edits", func(int64, []LogEntry) ([]byte, error) { return []byte("x"), nil })
	if n != 13 || err != nil {
		t.Errorf("the next number is %d, %v; want 13", n, err)
	}
	if v, err := s.Setting(t.Context(), "keys", "k"); string(v) != "v" || err != nil {
		t.Errorf("a setting of another kind: %q, %v", v, err)
	}
	if keys, err := s.SettingKeys(t.Context(), "topic-edits"); len(keys) != 0 || err != nil {
		t.Errorf("settings that were moved: %v, %v", keys, err)
	}
}
