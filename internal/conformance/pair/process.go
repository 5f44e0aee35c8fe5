// Package pair starts the servers of a comparison and speaks to them: plain
// HTTP requests written byte by byte on the public port, JSON on the control
// port.
package pair

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"time"

	"github.com/betterauth-go/betterauth/internal/conformance/scenario"
)

// Process is a running server.
type Process struct {
	Name    string
	cmd     *exec.Cmd
	stdin   io.Closer
	auth    string
	control string
}

// Command says how a server is started.
type Command struct {
	Name string
	Args []string
	Env  []string
	Log  io.Writer // what the server says about errors
}

// Start runs a server and waits until it says where it listens.
func Start(ctx context.Context, c Command) (*Process, error) {
	cmd := exec.CommandContext(ctx, c.Args[0], c.Args[1:]...)
	cmd.Env, cmd.Stderr = append(os.Environ(), c.Env...), c.Log
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", c.Name, err)
	}
	p := &Process{Name: c.Name, cmd: cmd, stdin: stdin}
	lines := bufio.NewReader(stdout)
	line, err := lines.ReadBytes('\n')
	var where struct{ Auth, Control string }
	if err == nil {
		err = json.Unmarshal(line, &where)
	}
	if err != nil {
		p.Stop()
		return nil, fmt.Errorf("%s did not say where it listens (%q): %w", c.Name, line, err)
	}
	p.auth, p.control = where.Auth, where.Control
	return p, nil
}

// Stop ends the server: its standard input closes, which it takes as the sign.
func (p *Process) Stop() {
	p.stdin.Close()
	done := make(chan struct{})
	go func() { p.cmd.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(3 * time.Second):
		p.cmd.Process.Kill()
		<-done
	}
}

// Setup is what a side is configured with.
type Setup struct {
	Config   scenario.Config `json:"config"`
	Database string          `json:"database"`
	Keep     bool            `json:"keep"` // leave tables and rows as they are
	Now      int64           `json:"now"`  // milliseconds since 1970
}

// State is what a step left behind: the calls since the last look, and all rows.
type State struct {
	Calls     []Call                       `json:"calls"`
	Rows      map[string][]json.RawMessage `json:"rows"`
	Secondary []json.RawMessage            `json:"secondary"`
}

// Call is one callback of the application that the server made.
type Call struct {
	Name string          `json:"name"`
	Data json.RawMessage `json:"data"`
}

// Pending lists what a side's migrations would still change.
type Pending struct {
	Create []string `json:"create"`
	Add    []string `json:"add"`
}

// Configure gives the server new options and, unless kept, an empty database.
func (p *Process) Configure(ctx context.Context, s Setup) error {
	return p.call(ctx, "POST", "/configure", s, nil)
}

// SetClock sets the time of the server.
func (p *Process) SetClock(ctx context.Context, now int64) error {
	return p.call(ctx, "POST", "/clock", map[string]int64{"now": now}, nil)
}

// SQL runs statements on the server's database.
func (p *Process) SQL(ctx context.Context, text string) error {
	return p.call(ctx, "POST", "/sql", map[string]string{"sql": text}, nil)
}

// State reads captured calls and rows.
func (p *Process) State(ctx context.Context) (State, error) {
	var s State
	err := p.call(ctx, "GET", "/state", nil, &s)
	return s, err
}

// Pending asks what the server's migrations would still do.
func (p *Process) Pending(ctx context.Context) (Pending, error) {
	var out Pending
	err := p.call(ctx, "GET", "/pending", nil, &out)
	return out, err
}

// Endpoints asks which endpoints the server has; only ours can say.
func (p *Process) Endpoints(ctx context.Context) ([]string, error) {
	var out []string
	err := p.call(ctx, "GET", "/endpoints", nil, &out)
	return out, err
}

func (p *Process) call(ctx context.Context, method, path string, in, out any) error {
	var body bytes.Buffer
	if in != nil {
		if err := json.NewEncoder(&body).Encode(in); err != nil {
			return err
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://"+p.control+path, &body)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("%s %s: %w", p.Name, path, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s", p.Name, path, text)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(text, out)
}
