package securitytest_test

import (
	"testing"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/memory"
	. "github.com/betterauth-go/betterauth/internal/securitytest"
)

func TestMemory(t *testing.T) {
	t.Parallel()
	Run(t, func(t *testing.T, n int) []adapter.Adapter {
		db := memory.New()
		list := make([]adapter.Adapter, n)
		for i := range list {
			list[i] = db
		}
		return list
	})
}
