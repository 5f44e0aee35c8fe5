package glob_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/betterauth-go/betterauth/internal/glob"
)

func TestVectors(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var v struct {
		WildcardMatch []struct {
			Pattern, Sample string
			Match           bool
		}
	}
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	for _, row := range v.WildcardMatch {
		if got := glob.Compile(row.Pattern).Match(row.Sample); got != row.Match {
			t.Errorf("%q against %q: got %t", row.Sample, row.Pattern, got)
		}
	}
}
