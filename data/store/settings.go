package store

import (
	"context"
	"database/sql"
	"errors"
)

// Setting implements [Settings].
func (s *SQLite) Setting(ctx context.Context, bucket, key string) ([]byte, error) {
	value, err := setting(ctx, s.read, bucket, key)
	return value, s.explain(err)
}

// SetSetting implements [Settings].
func (s *SQLite) SetSetting(ctx context.Context, bucket, key string, value []byte) error {
	return s.Change(ctx, func(tx *Tx) error { return tx.SetSetting(bucket, key, value) })
}

// setSetting writes a setting, or removes it for a nil value. The caller counts it as a change.
func setSetting(ctx context.Context, tx *sql.Tx, bucket, key string, value []byte) error {
	if value == nil {
		_, err := tx.ExecContext(ctx, "DELETE FROM settings WHERE bucket = ? AND key = ?", bucket, key)
		return err
	}
	_, err := tx.ExecContext(ctx,
		"INSERT INTO settings (bucket, key, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", bucket, key, value)
	return err
}

// Identity returns a random text that was made when the database was. It tells a database from one that took its place.
func (s *SQLite) Identity(ctx context.Context) (string, error) {
	id, err := s.Setting(ctx, "store", "identity")
	return string(id), err
}

// SettingKeys implements [Settings].
func (s *SQLite) SettingKeys(ctx context.Context, bucket string) ([]string, error) {
	keys, err := settingKeys(ctx, s.read, bucket)
	return keys, s.explain(err)
}

// setting returns the value of a setting, nil where there is none.
func setting(ctx context.Context, q querier, bucket, key string) ([]byte, error) {
	var value []byte
	err := q.QueryRowContext(ctx, "SELECT value FROM settings WHERE bucket = ? AND key = ?", bucket, key).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err == nil && value == nil {
		value = []byte{} // an empty value is there all the same
	}
	return value, err
}

func settingKeys(ctx context.Context, q rowsQuerier, bucket string) ([]string, error) {
	rows, err := q.QueryContext(ctx, "SELECT key FROM settings WHERE bucket = ? ORDER BY key", bucket)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var keys []string
	for rows.Next() {
		var key string
		if err := rows.Scan(&key); err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, rows.Err()
}
