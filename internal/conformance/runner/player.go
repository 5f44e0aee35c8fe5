package runner

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/betterauth-go/betterauth/internal/conformance/compare"
	"github.com/betterauth-go/betterauth/internal/conformance/idtoken"
	"github.com/betterauth-go/betterauth/internal/conformance/pair"
	"github.com/betterauth-go/betterauth/internal/conformance/scenario"
)

// player is one side during one scenario: its cookies, answers and callbacks.
type player struct {
	pair.Side
	database string
	base     string
	jars     map[string]*jar
	answers  map[string]*pair.Response
	calls    []pair.Call
	state    pair.State
	now      time.Time
}

func newPlayer(side pair.Side, database string) *player {
	return &player{Side: side, database: database, jars: map[string]*jar{}, answers: map[string]*pair.Response{}}
}

// Configure remembers the base path and configures the side.
func (p *player) Configure(ctx context.Context, s pair.Setup) error {
	p.base = basePath(s.Config)
	return p.Side.Configure(ctx, s)
}

func (p *player) prepare(ctx context.Context, now time.Time, step scenario.Step) error {
	p.now = now
	if err := p.SetClock(ctx, now.UnixMilli()); err != nil {
		return err
	}
	if step.SQL == "" {
		return nil
	}
	text, err := p.expand(step.SQL)
	if err != nil {
		return err
	}
	return p.SQL(ctx, text)
}

func (p *player) play(ctx context.Context, step scenario.Step, host, origin string) (pair.Request, Turn, error) {
	request, err := p.request(step, host, origin)
	if err != nil {
		return request, Turn{}, err
	}
	turn := Turn{Before: p.state}
	if turn.Response, err = p.Do(ctx, request); err != nil {
		return request, Turn{}, err
	}
	if p.state, err = p.State(ctx); err != nil {
		return request, Turn{}, err
	}
	turn.After = p.state
	p.calls = append(p.calls, p.state.Calls...)
	if step.Jar != "" {
		p.jar(step.Jar).keep(turn.Header.Values("set-cookie"))
	}
	if step.Name != "" {
		p.answers[step.Name] = turn.Response
	}
	return request, turn, nil
}

func (p *player) jar(name string) *jar {
	if p.jars[name] == nil {
		p.jars[name] = &jar{}
	}
	return p.jars[name]
}

func (p *player) request(step scenario.Step, host, origin string) (pair.Request, error) {
	target, err := p.target(step)
	if err != nil {
		return pair.Request{}, err
	}
	r := pair.Request{Method: step.Method, Target: target, HasBody: step.HasBody}
	if r.Body, err = p.expand(step.Body); err != nil {
		return r, err
	}
	defaults := []scenario.Header{
		{Name: "host", Value: host},
		{Name: "origin", Value: origin},
		{Name: "user-agent", Value: "conformance/1"},
		{Name: "x-forwarded-for", Value: "203.0.113.7"},
	}
	if step.Jar != "" {
		if line := p.jar(step.Jar).line(); line != "" {
			defaults = append(defaults, scenario.Header{Name: "cookie", Value: line})
		}
	}
	for _, h := range defaults {
		if !dropped(step, h.Name) {
			r.Headers = append(r.Headers, h)
		}
	}
	for _, h := range step.Headers {
		if h.Value, err = p.expand(h.Value); err != nil {
			return r, err
		}
		r.Headers = append(r.Headers, h)
	}
	return r, nil
}

func dropped(step scenario.Step, name string) bool {
	for _, drop := range step.Drop {
		if strings.EqualFold(drop, name) {
			return true
		}
	}
	return false
}

// target is the request target: below the base path, or taken from a link.
func (p *player) target(step scenario.Step) (string, error) {
	path, err := p.expand(step.Path)
	if err != nil {
		return "", err
	}
	if _, rest, isURL := strings.Cut(path, "://"); isURL && strings.HasPrefix(path, "http") {
		_, path, _ = strings.Cut(rest, "/")
		return "/" + path, nil
	}
	if step.Absolute {
		return path, nil
	}
	return p.base + path, nil
}

var placeholder = regexp.MustCompile(`\{\{([^{}]+)\}\}`)

// expand fills {{…}} with what this side answered, mailed or stored; in
// {{…|text}} the text stands for what is not there.
func (p *player) expand(text string) (string, error) {
	var failed error
	out := placeholder.ReplaceAllStringFunc(text, func(match string) string {
		wish, instead, optional := strings.Cut(match[2:len(match)-2], "|")
		kind, rest, _ := strings.Cut(wish, ".")
		value, err := p.lookup(kind, rest)
		if err != nil && optional {
			return instead
		}
		if err != nil && failed == nil {
			failed = fmt.Errorf("%s: %w", match, err)
		}
		return value
	})
	return out, failed
}

func (p *player) lookup(kind, rest string) (string, error) {
	name, path, _ := strings.Cut(rest, ".")
	switch kind {
	case "call": // {{call.sendResetPassword.token}}
		return p.call(name, path)
	case "resp": // {{resp.step.user.id}}
		if res := p.answers[name]; res != nil {
			return compare.Lookup(res.Body, path)
		}
	case "state": // {{state.step}}, the parameter state of the authorization URL
		if res := p.answers[name]; res != nil {
			return sent(res.Body, "state")
		}
	case "nonce": // {{nonce.step}}, its parameter nonce; empty if it has none
		if res := p.answers[name]; res != nil {
			return sent(res.Body, "nonce")
		}
	case "header": // {{header.step.location}}
		if res := p.answers[name]; res != nil {
			return res.Header.Get(path), nil
		}
	case "cookie": // {{cookie.jar.better-auth.session_token}}
		return p.jar(name).get(path)
	case "token": // {{token.jar}}, the session token without its signature
		return p.sessionToken(name)
	case "sign": // {{sign.text}}, a signed cookie value
		return url.QueryEscape(compare.Sign(scenario.Secret, rest)), nil
	case "row": // {{row.user.0.id}}
		return p.row(name, path)
	case "param", "opened", "seal", "now":
		return p.flow(kind, rest)
	case "idtoken": // see package idtoken
		return idtoken.Sign(rest, p.now)
	}
	return "", fmt.Errorf("nothing called %q", rest)
}

func (p *player) call(name, path string) (string, error) {
	for i := len(p.calls) - 1; i >= 0; i-- {
		if strings.HasSuffix(p.calls[i].Name, name) {
			return compare.Lookup(p.calls[i].Data, path)
		}
	}
	return "", fmt.Errorf("no call of %s", name)
}

func (p *player) sessionToken(jarName string) (string, error) {
	for _, c := range p.jar(jarName).cookies {
		if strings.HasSuffix(c.name, "session_token") {
			value, err := url.PathUnescape(c.value)
			token, _, _ := strings.Cut(value, ".")
			return token, err
		}
	}
	return "", fmt.Errorf("no session cookie in jar %s", jarName)
}

func (p *player) row(table, path string) (string, error) {
	index, column, _ := strings.Cut(path, ".")
	i, err := strconv.Atoi(index)
	if err != nil || i >= len(p.state.Rows[table]) {
		return "", fmt.Errorf("no row %s of %s", index, table)
	}
	return compare.Lookup(json.RawMessage(p.state.Rows[table][i]), column)
}

// sent reads a parameter of the authorization URL out of the answer that began a flow.
func sent(body []byte, parameter string) (string, error) {
	text, err := compare.Lookup(body, "url")
	if err != nil {
		return "", err
	}
	u, err := url.Parse(text)
	if err != nil {
		return "", err
	}
	return u.Query().Get(parameter), nil
}
