package memory_test

import (
	"testing"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/adaptertest"
	"github.com/betterauth-go/betterauth/adapter/memory"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	adaptertest.Run(t, func(*testing.T, *adapter.Schema) adapter.Adapter { return memory.New() })
}
