package pair

import (
	"context"
	"errors"
)

// Side is one of the two things compared: a server, or two servers taking
// turns over one database.
type Side interface {
	Configure(ctx context.Context, s Setup) error
	SetClock(ctx context.Context, now int64) error
	SQL(ctx context.Context, text string) error
	Do(ctx context.Context, r Request) (*Response, error)
	State(ctx context.Context) (State, error)
}

// Alternating sends every request to the next of its servers; all of them use
// the database that the first one made.
type Alternating struct {
	Servers []Side
	turn    int
}

// Configure lets the first server make the tables and hands them to the rest.
func (a *Alternating) Configure(ctx context.Context, s Setup) error {
	a.turn = 0
	for i, server := range a.Servers {
		s.Keep = s.Keep || i > 0
		if err := server.Configure(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// SetClock sets the time of every server.
func (a *Alternating) SetClock(ctx context.Context, now int64) error {
	var errs []error
	for _, server := range a.Servers {
		errs = append(errs, server.SetClock(ctx, now))
	}
	return errors.Join(errs...)
}

// SQL runs once, for the database is one.
func (a *Alternating) SQL(ctx context.Context, text string) error {
	return a.Servers[0].SQL(ctx, text)
}

// Do lets the next server answer.
func (a *Alternating) Do(ctx context.Context, r Request) (*Response, error) {
	server := a.Servers[a.turn%len(a.Servers)]
	a.turn++
	return server.Do(ctx, r)
}

// State joins the calls of all servers with the rows of the one database.
func (a *Alternating) State(ctx context.Context) (State, error) {
	var joined State
	for _, server := range a.Servers {
		s, err := server.State(ctx)
		if err != nil {
			return State{}, err
		}
		joined.Calls = append(joined.Calls, s.Calls...)
		joined.Rows, joined.Secondary = s.Rows, s.Secondary
	}
	return joined, nil
}
