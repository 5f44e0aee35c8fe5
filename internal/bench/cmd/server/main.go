// Command server serves the library on 127.0.0.1:$PORT, for load tests.
//
//	PORT=4000 server -db memory
//	PORT=4000 server -db sqlite -dsn /tmp/bench.db
//	PORT=4000 server -db pg -dsn postgres://postgres@127.0.0.1/bench -cache
//
// BENCH_SECRET replaces the secret. Email and password are on, the rate limit is off.
package main

import (
	"context"
	"errors"
	"flag"
	"log"
	"log/slog"
	"net/http"
	_ "net/http/pprof" // mounted by -pprof only
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/betterauth-go/betterauth"
)

type options struct {
	db, dsn string
	cache   bool
	pprof   bool
}

func main() {
	var o options
	flag.StringVar(&o.db, "db", "memory", "memory, sqlite or pg")
	flag.StringVar(&o.dsn, "dsn", "", "SQLite file or PostgreSQL URL")
	flag.BoolVar(&o.cache, "cache", false, "keep sessions in the cookie cache")
	flag.BoolVar(&o.pprof, "pprof", false, "serve profiles under /debug/pprof/")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, o options) error {
	port := os.Getenv("PORT")
	if port == "" {
		return errors.New("PORT is not set")
	}
	address := "127.0.0.1:" + port
	store, closeStore, err := open(ctx, o.db, o.dsn)
	if err != nil {
		return err
	}
	defer closeStore()
	config := betterauth.Config{
		BaseURL: "http://" + address, Secret: secret(), Database: store,
		EmailAndPassword: betterauth.EmailAndPassword{Enabled: true},
		RateLimit:        betterauth.RateLimit{Disabled: true},
		Logger:           slog.New(slog.DiscardHandler),
	}
	config.Session.CookieCache = betterauth.CookieCache{Enabled: o.cache, MaxAge: 24 * time.Hour}
	auth, err := betterauth.New(config)
	if err != nil {
		return err
	}
	if err := auth.Migrate(ctx); err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/api/auth/", auth.Handler())
	if o.pprof {
		mux.Handle("/debug/pprof/", http.DefaultServeMux)
	}
	return errors.Join(serve(ctx, address, mux), auth.Close(context.WithoutCancel(ctx)))
}

// serve runs until ctx ends.
func serve(ctx context.Context, address string, handler http.Handler) error {
	server := &http.Server{Addr: address, Handler: handler}
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	end, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return server.Shutdown(end)
}

func secret() string {
	if s := os.Getenv("BENCH_SECRET"); s != "" {
		return s
	}
	return "bench-secret-bench-secret-bench-secret-0123456789"
}
