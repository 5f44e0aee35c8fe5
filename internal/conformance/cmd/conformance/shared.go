package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/betterauth-go/betterauth/internal/conformance/pair"
	"github.com/betterauth-go/betterauth/internal/conformance/runner"
	"github.com/betterauth-go/betterauth/internal/conformance/scenario"
)

// shared lets both servers take turns over one database, while the reference
// alone plays the same on a database of its own.
func (t *tally) shared(ctx context.Context) error {
	if !t.matrix {
		return nil
	}
	list := t.chosen(func(s scenario.Scenario) bool { return s.Portable })
	slices.SortStableFunc(list, func(a, b scenario.Scenario) int { // tables of one configuration are made once
		return strings.Compare(fmt.Sprint(a.Config), fmt.Sprint(b.Config))
	})
	file := func(name string) (string, error) { return "sqlite:" + filepath.Join(t.directory, name+".db"), nil }
	if err := t.sharedOn(ctx, "SQLite", file, list); err != nil || t.postgres == "" {
		return err
	}
	return t.sharedOn(ctx, "PostgreSQL", func(name string) (string, error) { return createDatabase(ctx, t.postgres, name) }, list)
}

// sharedOn plays the list twice: each server makes the tables once.
func (t *tally) sharedOn(ctx context.Context, kind string, create func(string) (string, error), list []scenario.Scenario) error {
	for _, oursFirst := range []bool{false, true} {
		title := "Shared " + kind + ", tables made by the reference"
		if oursFirst {
			title = "Shared " + kind + ", tables made by us"
		}
		results, err := t.takeTurns(ctx, create, list, oursFirst)
		if err != nil {
			return err
		}
		t.count(title, results)
	}
	return nil
}

func (t *tally) takeTurns(ctx context.Context, create func(string) (string, error), list []scenario.Scenario, oursFirst bool) ([]runner.Result, error) {
	own, err := create("own")
	if err != nil {
		return nil, err
	}
	common, err := create("common")
	if err != nil {
		return nil, err
	}
	results := make([]runner.Result, len(list))
	err = t.pair(ctx, func(reference, ours *pair.Process) {
		alone, startErr := pair.Start(ctx, t.command("reference"))
		if startErr != nil {
			err = startErr
			return
		}
		defer alone.Stop()
		turns := []pair.Side{reference, ours}
		if oursFirst {
			turns = []pair.Side{ours, reference}
		}
		p := &runner.Pair{Left: alone, Right: &pair.Alternating{Servers: turns}, LeftDatabase: own, RightDatabase: common}
		for i, s := range list {
			results[i] = p.Play(ctx, s)
			results[i].Err = firstError(results[i].Err, settled(ctx, reference), settled(ctx, ours))
		}
	})
	return results, err
}

// settled fails when a server would still migrate the common schema. Our
// plain indexes are additive: on tables of the reference they may be missing.
func settled(ctx context.Context, server *pair.Process) error {
	pending, err := server.Pending(ctx)
	if err != nil {
		return err
	}
	rest := slices.DeleteFunc(append(pending.Create, pending.Add...), func(statement string) bool {
		return strings.HasPrefix(statement, "CREATE INDEX")
	})
	if len(rest) > 0 {
		return fmt.Errorf("%s would still migrate: %q", server.Name, rest)
	}
	return nil
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// createDatabase makes an empty PostgreSQL database.
func createDatabase(ctx context.Context, server, name string) (string, error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", err
	}
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx)
	name = fmt.Sprintf("conformance_%s_%d", name, os.Getpid())
	for _, statement := range []string{"DROP DATABASE IF EXISTS " + name + " WITH (FORCE)", "CREATE DATABASE " + name} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return "", fmt.Errorf("%s: %w", statement, err)
		}
	}
	u.Path = "/" + name
	return u.String(), nil
}
