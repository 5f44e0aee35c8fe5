package dbtest

import (
	"testing"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/adaptertest"
)

func TestSuiteSQLite(t *testing.T) {
	t.Parallel()
	adaptertest.Run(t, func(t *testing.T, s *adapter.Schema) adapter.Adapter { return suiteDatabase(t, newSQLite(t), s) })
}

func TestSuitePostgres(t *testing.T) {
	t.Parallel()
	adaptertest.Run(t, func(t *testing.T, s *adapter.Schema) adapter.Adapter { return suiteDatabase(t, newPostgres(t), s) })
}

func suiteDatabase(t *testing.T, db database, s *adapter.Schema) adapter.Adapter {
	t.Helper()
	if err := db.Migrate(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	return db.sqlAdapter
}
