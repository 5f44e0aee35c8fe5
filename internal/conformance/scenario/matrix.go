package scenario

import (
	_ "embed" // the endpoint list below
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// endpointList is the part of the reference's endpoint table that scenarios
// are made from: paths, whether a session is needed, body schemas.
//
//go:embed endpoints.json
var endpointList []byte

// endpoint is one row of endpointList.
type endpoint struct {
	Plugin  string   `json:"plugin"`
	ID      string   `json:"id"`
	Methods []string `json:"methods"`
	Path    string   `json:"path"`
	Session string   `json:"session"`
	Body    *struct {
		Properties map[string]struct {
			Type string `json:"type"`
		} `json:"properties"`
		Required []string `json:"required"`
	} `json:"body"`
}

// Endpoints names every endpoint of the table, as "POST /sign-in/email".
func Endpoints() []string {
	var names []string
	for _, e := range endpoints() {
		for _, m := range e.Methods {
			names = append(names, m+" "+e.Path)
		}
	}
	return names
}

func endpoints() []endpoint {
	var list []endpoint
	if err := json.Unmarshal(endpointList, &list); err != nil {
		panic("scenario: endpoints.json: " + err.Error())
	}
	return list
}

// configFor turns the plugin of an endpoint on.
func (e endpoint) configFor() Config {
	if e.Plugin == "core" {
		return Options()
	}
	return Options(`{"plugins":[{"id":"` + e.Plugin + `"}]}`)
}

func (e endpoint) name() string { return e.Methods[0] + " " + e.Path }

// valid is a body that the schema accepts.
func (e endpoint) valid() map[string]any {
	body := map[string]any{}
	if e.Body == nil {
		return body
	}
	for _, key := range e.Body.Required {
		body[key] = sample(key, e.Body.Properties[key].Type)
	}
	return body
}

func sample(key, kind string) any {
	switch {
	case kind == "boolean":
		return true
	case strings.Contains(strings.ToLower(key), "email"):
		return "someone@example.com"
	}
	return "some-long-value"
}

func (e endpoint) call(body map[string]any, mods ...Mod) Step {
	path := strings.ReplaceAll(e.Path, ":token", "unknown")
	if e.Methods[0] == "POST" {
		return Post(path, encode(body), mods...)
	}
	return Get(path, mods...)
}

func encode(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic("scenario: " + err.Error())
	}
	return string(text)
}

// sessionMatrix calls every endpoint that needs a session without a good one.
func sessionMatrix() []Scenario {
	var all []Scenario
	for _, e := range endpoints() {
		if !strings.Contains(e.Session, "session") || e.Path == "/is-username-available" {
			continue
		}
		body := e.valid()
		all = append(all, of(e.name(), e.configFor(),
			the("no session", e.call(body)),
			the("tampered session", e.call(body, With("cookie", "better-auth.session_token=abc.def"))),
			the("session without signature", joins(), e.call(body, With("cookie", "better-auth.session_token={{token.a}}"))),
			the("session signed by somebody else", joins(), e.call(body, With("cookie", "better-auth.session_token={{token.a}}.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%3D"))),
			the("unknown session", e.call(body, With("cookie", "better-auth.session_token={{sign.unknown-token}}"))),
			the("expired session", joins(), e.call(body, Jar("a"), After(8*day))),
			the("ended session", joins(), returns("b"), Post("/revoke-other-sessions", noBody, Jar("b")), e.call(body, Jar("a"))),
			the("foreign origin", joins(), e.call(body, Jar("a"), With("origin", "https://evil.example"))),
		)...)
	}
	return all
}

// wrongTypes puts values of every wrong type into every member of every body.
func wrongTypes() []Scenario {
	values := map[string]any{"number": 5, "array": []any{"a"}, "object": map[string]any{"a": 1}, "null": nil, "boolean": true, "string": "text"}
	var all []Scenario
	for _, e := range endpoints() {
		if e.Body == nil {
			continue
		}
		for _, key := range slices.Sorted(maps.Keys(e.Body.Properties)) {
			var steps []Step
			for _, kind := range slices.Sorted(maps.Keys(values)) {
				if kind == e.Body.Properties[key].Type {
					continue
				}
				body := e.valid()
				body[key] = values[kind]
				steps = append(steps, e.call(body))
			}
			all = append(all, of(e.name(), e.configFor(), the(key+" of wrong types", steps...))...)
			if slices.Contains(e.Body.Required, key) {
				body := e.valid()
				delete(body, key)
				all = append(all, of(e.name(), e.configFor(), the(key+" missing", e.call(body)))...)
			}
		}
		all = append(all, of(e.name(), e.configFor(), the("empty object", Post(e.Path, emptyObj)), the("no body at all", Post(e.Path, noBody)))...)
	}
	return all
}
