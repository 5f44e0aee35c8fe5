package scenario_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/betterauth-go/betterauth/internal/conformance/scenario"
)

func TestNamesAreUnique(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, s := range scenario.All() {
		if seen[s.Name] {
			t.Errorf("two scenarios are called %q", s.Name)
		}
		seen[s.Name] = true
		if s.Config == nil || len(s.Steps) == 0 {
			t.Errorf("%q has no configuration or no steps", s.Name)
		}
	}
}

func TestEveryEndpointHasScenarios(t *testing.T) {
	t.Parallel()
	all := scenario.All()
	for _, name := range scenario.Endpoints() {
		if !slices.ContainsFunc(all, func(s scenario.Scenario) bool { return s.Endpoint == name }) {
			t.Errorf("no scenario for %s", name)
		}
	}
}

func TestOptionsMerge(t *testing.T) {
	t.Parallel()
	c := scenario.Options(`{"session":{"freshAge":1},"user":null}`, `{"session":{"updateAge":2}}`)
	want := map[string]any{"freshAge": 1.0, "updateAge": 2.0}
	if !reflect.DeepEqual(c["session"], want) {
		t.Errorf("session = %v, want %v", c["session"], want)
	}
	if _, kept := c["user"]; kept {
		t.Error("null must remove a member")
	}
	if _, kept := scenario.Base()["user"]; !kept {
		t.Error("patches must not change the base")
	}
}

func TestRandomRepeats(t *testing.T) {
	t.Parallel()
	if !reflect.DeepEqual(scenario.Random(7, 30), scenario.Random(7, 30)) {
		t.Error("the same seed must give the same scenario")
	}
	if reflect.DeepEqual(scenario.Random(7, 30).Steps, scenario.Random(8, 30).Steps) {
		t.Error("another seed must give another scenario")
	}
}
