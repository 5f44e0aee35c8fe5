package dbtest

import (
	"testing"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/internal/securitytest"
)

// TestSecurity runs the library on real databases, each of its instances with connections of its own.
func TestSecurity(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); securitytest.Run(t, instances(newSQLite)) })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); securitytest.Run(t, instances(newPostgres)) })
}

func instances(create func(tb testing.TB) database) securitytest.Open {
	return func(t *testing.T, n int) []adapter.Adapter {
		db := create(t)
		list := []adapter.Adapter{db.sqlAdapter}
		for len(list) < n {
			list = append(list, db.open(t))
		}
		return list
	}
}
