package plugin_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/betterauth-go/betterauth/plugin"
)

func TestParams(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]plugin.Params{
		`{"z":"1","a":"2","z":"3"}`: {{Name: "z", Value: "3"}, {Name: "a", Value: "2"}},
		`{}`:                        nil,
		`null`:                      nil,
	} {
		got := plugin.Params{{Name: "old", Value: "x"}}
		if err := json.Unmarshal([]byte(data), &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, %v; want %v", data, got, err, want)
		}
	}
	for _, data := range []string{`[]`, `"x"`, `7`, `{"a":1}`, `{"a":{}}`, `{"a":["b"]}`} {
		var got plugin.Params
		if err := json.Unmarshal([]byte(data), &got); err == nil {
			t.Errorf("%s: %v", data, got)
		}
	}
	p := plugin.Params{{Name: "a", Value: "1"}}
	if p.Has("b") || !p.Has("a") {
		t.Error("Has")
	}
}
