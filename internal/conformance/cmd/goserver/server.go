package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/betterauth-go/betterauth"
)

// server is one process that becomes whatever the control channel asks for.
type server struct {
	directory string
	log       *slog.Logger
	now       atomic.Int64 // milliseconds since 1970
	handler   atomic.Pointer[http.Handler]

	auth     *betterauth.Auth
	store    *store
	where    string
	recorder *recorder
	second   *secondary
}

func (s *server) serveAuth(w http.ResponseWriter, r *http.Request) {
	if h := s.handler.Load(); h != nil {
		(*h).ServeHTTP(w, r)
		return
	}
	http.Error(w, "not configured", http.StatusServiceUnavailable)
}

// control is the channel that the runner speaks to; it calls one at a time.
func (s *server) control() http.Handler {
	mux := http.NewServeMux()
	handle(mux, "POST /configure", s.configure)
	handle(mux, "POST /clock", func(_ context.Context, in struct{ Now int64 }) (any, error) {
		s.now.Store(in.Now)
		return nil, nil
	})
	handle(mux, "POST /sql", func(ctx context.Context, in struct{ SQL string }) (any, error) {
		return nil, s.store.exec(ctx, in.SQL)
	})
	handle(mux, "GET /state", s.state)
	handle(mux, "GET /pending", s.pending)
	handle(mux, "GET /endpoints", s.endpoints)
	return mux
}

func handle[In any](mux *http.ServeMux, pattern string, fn func(context.Context, In) (any, error)) {
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		var in In
		var out any
		err := error(nil)
		if r.Method == http.MethodPost {
			err = json.NewDecoder(r.Body).Decode(&in)
		}
		if err == nil {
			out, err = fn(r.Context(), in)
		}
		if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
			out = map[string]string{"error": err.Error()}
		}
		json.NewEncoder(w).Encode(out)
	})
}

// setup is what the runner configures a server with.
type setup struct {
	Config   json.RawMessage
	Database string
	Keep     bool
	Now      int64
}

func (s *server) configure(ctx context.Context, in setup) (any, error) {
	s.now.Store(in.Now)
	tree, err := parseTree(in.Config)
	if err != nil {
		return nil, err
	}
	if s.auth != nil {
		if err := s.auth.Close(ctx); err != nil {
			return nil, err
		}
		s.auth = nil
	}
	if err := s.open(ctx, in); err != nil {
		return nil, err
	}
	s.recorder, s.second = &recorder{}, nil
	config, err := tree.config(s.recorder)
	if err != nil {
		return nil, err
	}
	if tree.SecondaryStorage != "" {
		s.second = &secondary{now: s.time, values: map[string]entry{}}
		config.SecondaryStorage = s.second
	}
	config.Database, config.Now, config.Logger = s.store.adapter, s.time, s.log
	config.Getenv = func(string) string { return "" }
	if s.auth, err = betterauth.New(config); err != nil {
		return nil, err
	}
	if !in.Keep && s.store.adapter != nil {
		if err := s.auth.Migrate(ctx); err != nil {
			return nil, fmt.Errorf("migrate: %w", err)
		}
	}
	h := s.auth.Handler()
	s.handler.Store(&h)
	return nil, nil
}

// open opens the database, unless it is the one that is open already.
func (s *server) open(ctx context.Context, in setup) error {
	if s.where != in.Database {
		if s.store != nil {
			s.store.close()
		}
		var err error
		if s.store, err = openStore(ctx, in.Database, s.directory); err != nil {
			return err
		}
		s.where = in.Database
	}
	if in.Keep {
		return nil
	}
	return s.store.clear(ctx)
}

func (s *server) time() time.Time { return time.UnixMilli(s.now.Load()).UTC() }

func (s *server) close() {
	if s.auth != nil {
		s.auth.Close(context.Background())
	}
	if s.store != nil {
		s.store.close()
	}
}

func (s *server) state(ctx context.Context, _ struct{}) (any, error) {
	if err := s.auth.Wait(ctx); err != nil {
		return nil, err
	}
	rows, err := s.store.dump(ctx)
	if err != nil {
		return nil, err
	}
	return map[string]any{"calls": s.recorder.drain(), "rows": rows, "secondary": s.second.dump()}, nil
}

func (s *server) pending(ctx context.Context, _ struct{}) (any, error) {
	statements, err := s.auth.MigrationSQL(ctx)
	return map[string]any{"create": statements, "add": []string{}}, err
}

func (s *server) endpoints(context.Context, struct{}) (any, error) {
	names := []string{}
	for _, e := range s.auth.Endpoints() {
		if e.Path == "" {
			continue
		}
		for _, method := range strings.Fields(e.Method) {
			names = append(names, method+" "+e.Path)
		}
	}
	return names, nil
}
