// Package scenario says what the conformance run sends: named scenarios as
// data, each a configuration and a list of steps. A scenario holds no
// expectation but one: both servers answer alike.
package scenario

import (
	"net/http"
	"strings"
	"time"
)

// Scenario is one compared request in its context.
type Scenario struct {
	Name     string // unique; "area: what happens"
	Endpoint string // "POST /sign-in/email", the endpoint it is counted for
	Config   Config // options in the reference's names
	Database string // "sqlite" when empty; "memory", "none"
	Steps    []Step

	// Extended leaves the additive members of answers on; they are then
	// checked against the table of supersets instead of being absent.
	Extended bool
	// Portable scenarios also run with both servers alternating over one
	// database.
	Portable bool
}

// Step is one thing done to both sides. A step with a Method is a request,
// whose answer, callbacks and rows are compared.
type Step struct {
	Name    string // for {{resp.NAME.…}}; may be empty
	Method  string
	Path    string // below the base path, or an absolute path or URL when Absolute
	Body    string
	HasBody bool
	Jar     string // cookie jar; empty sends and keeps no cookies
	Headers []Header
	Drop    []string // default headers not to send

	Absolute bool          // Path is the whole request target
	Page     bool          // the answer is a page for people: its text is not compared
	Advance  time.Duration // the clock moves before the step
	SQL      string        // run on both databases before the step
	Config   Config        // replaces the configuration, keeping the database
	Loose    bool          // rows are not compared after this step
	Ours     *Step         // what our server gets instead: a route that only we have
}

// Header is one request header line.
type Header struct{ Name, Value string }

// Label names the step in reports.
func (s Step) Label() string {
	if s.Method == "" {
		return "(preparation)"
	}
	return s.Method + " " + s.Path
}

// Mod changes a step while it is written down.
type Mod func(*Step)

// Get is a GET request below the base path.
func Get(path string, mods ...Mod) Step { return request(http.MethodGet, path, mods) }

// Send is a request of any method without a body.
func Send(method, path string, mods ...Mod) Step { return request(method, path, mods) }

// Post is a POST request with a JSON text as body; an empty text sends none.
func Post(path, body string, mods ...Mod) Step {
	s := Step{Method: http.MethodPost, Path: path, Body: body, HasBody: body != ""}
	if s.HasBody {
		s.Headers = []Header{{"content-type", "application/json"}}
	}
	return apply(s, mods)
}

// Wait moves the clock.
func Wait(d time.Duration) Step { return Step{Advance: d} }

// SQL changes both databases behind the servers' backs.
func SQL(text string) Step { return Step{SQL: text} }

// Reconfigure restarts both servers with another configuration over the same rows.
func Reconfigure(c Config) Step { return Step{Config: c} }

func request(method, path string, mods []Mod) Step {
	return apply(Step{Method: method, Path: path}, mods)
}

func apply(s Step, mods []Mod) Step {
	for _, mod := range mods {
		mod(&s)
	}
	return s
}

// Jar sends and keeps the cookies of a named browser.
func Jar(name string) Mod { return func(s *Step) { s.Jar = name } }

// As names the step, so that later steps can use its answer.
func As(name string) Mod { return func(s *Step) { s.Name = name } }

// With sets a request header, replacing a default of that name.
func With(name, value string) Mod {
	return func(s *Step) {
		s.Headers = append(remove(s.Headers, name), Header{name, value})
		s.Drop = append(s.Drop, name)
	}
}

// Also adds one more request header line of a name.
func Also(name, value string) Mod {
	return func(s *Step) { s.Headers = append(s.Headers, Header{name, value}) }
}

// Without drops a request header.
func Without(name string) Mod {
	return func(s *Step) {
		s.Headers = remove(s.Headers, name)
		s.Drop = append(s.Drop, name)
	}
}

// After moves the clock before the request.
func After(d time.Duration) Mod { return func(s *Step) { s.Advance = d } }

// ours sends our server another request than the reference gets. Write it last.
func ours(s Step) Mod {
	return func(step *Step) {
		s.Jar, s.Name = step.Jar, step.Name
		step.Ours = &s
	}
}

// Absolute says that the path is the whole request target.
func Absolute(s *Step) { s.Absolute = true }

// Page says that the answer is a page for people.
func Page(s *Step) { s.Page = true }

func remove(headers []Header, name string) []Header {
	kept := make([]Header, 0, len(headers))
	for _, h := range headers {
		if !strings.EqualFold(h.Name, name) {
			kept = append(kept, h)
		}
	}
	return kept
}
