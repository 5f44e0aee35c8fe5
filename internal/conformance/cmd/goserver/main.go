// Command goserver is our side of a comparison: the library behind net/http,
// with the same control channel on a second port as the reference server has.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"
)

func main() {
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, "goserver:", err)
		os.Exit(1)
	}
}

func serve() error {
	directory, err := os.MkdirTemp("", "goserver")
	if err != nil {
		return err
	}
	defer os.RemoveAll(directory)
	s := &server{directory: directory, log: slog.New(slog.NewTextHandler(os.Stderr, nil))}
	auth, err := listen(http.HandlerFunc(s.serveAuth))
	if err != nil {
		return err
	}
	control, err := listen(s.control())
	if err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(map[string]string{"auth": auth, "control": control}); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, os.Stdin) // the runner's end closes the pipe
	s.close()
	return err
}

func listen(h http.Handler) (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	go server.Serve(l) // ends with the process
	return l.Addr().String(), nil
}
