package betterauth

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/endpoints"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
)

// An Auth is one instance of the library. It is safe for concurrent use.
type Auth struct {
	// API calls the core endpoints in process.
	API *api.API

	app *plugin.App
}

// New builds an Auth. A configuration that is unsafe or cannot work is an error that names every fault
// and how to mend it.
func New(config Config) (*Auth, error) {
	app, registry, configErr := plugin.Open(config, memory.New())
	auth := &Auth{API: api.New(app.Call), app: app}
	core := plugin.Func("core", func(r *plugin.Registry) error {
		endpoints.Register(r, auth.API)
		return nil
	})
	plugins := append([]plugin.Plugin{core}, config.Plugins...)
	if err := errors.Join(configErr, registry.RegisterAll(plugins)); err != nil {
		return nil, err
	}
	if err := app.Build(); err != nil {
		return nil, err
	}
	return auth, nil
}

// Handler serves the endpoints over HTTP under Config.BasePath. Mount it without stripping the path:
//
//	mux.Handle("/api/auth/", auth.Handler())
func (a *Auth) Handler() http.Handler { return a.app }

// Endpoints describes every endpoint, core and plugins, in order of registration.
func (a *Auth) Endpoints() []plugin.Endpoint { return a.app.Endpoints() }

// Store gives access to the tables, hooks included.
func (a *Auth) Store() *adapter.Store { return a.app.DB }

// Migrate creates the tables, columns and indexes that the database lacks. It never drops or alters
// anything, leaves tables made by the reference alone, and may run in several processes at once. What
// differs and is left alone, a column of another type for instance, is logged. An adapter that needs no
// migrations is left as it is.
func (a *Auth) Migrate(ctx context.Context) error {
	m, ok := a.app.DB.Adapter().(adapter.Migrator)
	if !ok {
		return nil
	}
	drift, err := m.Align(ctx, a.app.DB.Schema())
	if err != nil {
		return fmt.Errorf("betterauth: migrate: %w", err)
	}
	for _, d := range drift {
		a.app.Log.WarnContext(ctx, "the database differs from the schema", slog.String("drift", d))
	}
	return nil
}

// MigrationSQL returns the statements that Migrate would run, and runs none.
func (a *Auth) MigrationSQL(ctx context.Context) ([]adapter.Statement, error) {
	m, ok := a.app.DB.Adapter().(adapter.Migrator)
	if !ok {
		return nil, nil
	}
	plan, err := m.Plan(ctx, a.app.DB.Schema())
	if err != nil {
		return nil, fmt.Errorf("betterauth: migration plan: %w", err)
	}
	return plan, nil
}

// Wait returns when no background work, mails above all, is left, or with ctx's error.
func (a *Auth) Wait(ctx context.Context) error { return a.app.Wait(ctx) }

// Close waits for background work, cancels what is left when ctx ends, and closes what plugins opened.
// Call it after the HTTP server has shut down.
func (a *Auth) Close(ctx context.Context) error { return a.app.Close(ctx) }
