package pair

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/betterauth-go/betterauth/internal/conformance/scenario"
)

// Request is written to the wire exactly as it stands: net/http's client would
// tidy targets and headers that a comparison wants untidy.
type Request struct {
	Method, Target string
	Headers        []scenario.Header
	Body           string
	HasBody        bool
}

// Response is an answer, read whole.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// Do sends one request on a connection of its own.
func (p *Process) Do(ctx context.Context, r Request) (*Response, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", p.auth)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.Name, err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		return nil, err
	}
	sent := make(chan error, 1)
	go func() { _, err := conn.Write(r.bytes()); sent <- err }()
	res, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: r.Method})
	if err != nil {
		return nil, fmt.Errorf("%s %s %s: %w", p.Name, r.Method, r.Target, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, fmt.Errorf("%s %s %s: %w", p.Name, r.Method, r.Target, err)
	}
	conn.Close()
	<-sent
	return &Response{Status: res.StatusCode, Header: res.Header, Body: body}, nil
}

func (r Request) bytes() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", r.Method, r.Target)
	for _, h := range r.Headers {
		fmt.Fprintf(&b, "%s: %s\r\n", h.Name, h.Value)
	}
	if r.HasBody || r.Method == http.MethodPost {
		b.WriteString("content-length: " + strconv.Itoa(len(r.Body)) + "\r\n")
	}
	b.WriteString("connection: close\r\n\r\n")
	b.WriteString(r.Body)
	return b.Bytes()
}
