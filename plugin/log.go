package plugin

import (
	"context"
	"fmt"
	"log/slog"
)

// safeLog is a log handler whose panics end with it: logging also happens where nobody would recover,
// in background work.
type safeLog struct{ slog.Handler }

// Handle implements slog.Handler.
func (l safeLog) Handle(ctx context.Context, r slog.Record) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("betterauth: the log handler panicked: %v", v)
		}
	}()
	return l.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (l safeLog) WithAttrs(attrs []slog.Attr) slog.Handler {
	return safeLog{l.Handler.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler.
func (l safeLog) WithGroup(name string) slog.Handler { return safeLog{l.Handler.WithGroup(name)} }
