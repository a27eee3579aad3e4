package sqlite

import (
	"context"
	"database/sql"
	"fmt"
)

// migrate takes the steps that the store has not had yet. Each is one transaction
// with the number it leads to (user_version), so two processes that start at once
// take each step once, and a killed one leaves a whole schema behind.
func migrate(ctx context.Context, conn *sql.Conn, steps []string) error {
	for version := -1; version < len(steps); {
		var err error
		if version, err = advance(ctx, conn, steps); err != nil {
			return err
		}
	}
	return nil
}

// advance takes the next step, if there is one, and tells the version reached.
func advance(ctx context.Context, conn *sql.Conn, steps []string) (version int, err error) {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return 0, err
	}
	if version > len(steps) {
		return 0, fmt.Errorf("its schema is version %d, made by a newer Entendu, and this one knows up to %d: start the newer one, or restore a backup made before the upgrade", version, len(steps))
	}
	if version == len(steps) {
		return version, nil
	}
	if _, err := tx.ExecContext(ctx, steps[version]); err != nil {
		return 0, fmt.Errorf("migrating the schema to version %d: %w", version+1, err)
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", version+1)); err != nil {
		return 0, err
	}
	return version + 1, tx.Commit()
}
