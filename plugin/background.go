package plugin

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"

	"github.com/betterauth-go/betterauth/errors"
)

// maxBackground is how many background tasks run at once; the others wait, without holding up answers.
const maxBackground = 256

// work counts background tasks so that Wait can drain them. It is no sync.WaitGroup, because work may
// begin while somebody waits.
type work struct {
	mu      sync.Mutex
	running int
	idle    chan struct{} // closed when the last task ends; nil when nobody waits

	slots  chan struct{}
	cancel context.CancelCauseFunc
	ctx    context.Context
}

func (w *work) open() {
	w.slots = make(chan struct{}, maxBackground)
	w.ctx, w.cancel = context.WithCancelCause(context.Background())
}

func (w *work) begin() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.running++
}

func (w *work) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.running--; w.running == 0 && w.idle != nil {
		close(w.idle)
		w.idle = nil
	}
}

// waiting returns the channel that is closed when no task is left, or nil when none is running.
func (w *work) waiting() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.running > 0 && w.idle == nil {
		w.idle = make(chan struct{})
	}
	return w.idle
}

var errClosed = errors.New("betterauth: closed")

// Background runs fn outside the answer. Its context keeps the values of ctx but neither its deadline
// nor its transaction; it ends after Advanced.BackgroundTimeout, or when Auth.Close gives up waiting.
// Errors and panics are logged.
func (a *App) Background(ctx context.Context, name string, fn func(ctx context.Context) error) {
	a.prepareBackground(ctx, name, fn)()
}

// prepareBackground returns the function that starts the work. Wait counts it from now on.
func (a *App) prepareBackground(ctx context.Context, name string, fn func(ctx context.Context) error) (start func()) {
	ctx = context.WithoutCancel(ctx)
	a.work.begin()
	end := sync.OnceFunc(a.work.end)
	task := func() {
		defer end()
		ctx, cancel := context.WithTimeout(ctx, a.Config.Advanced.BackgroundTimeout)
		defer cancel()
		defer context.AfterFunc(a.work.ctx, cancel)()
		if err := a.guard(ctx, fn); err != nil {
			a.Log.ErrorContext(ctx, "background work failed", slog.String("task", name), slog.Any("error", err))
		}
	}
	if a.Config.Background != nil {
		return func() {
			defer func() {
				if v := recover(); v != nil {
					end()
					a.Log.ErrorContext(ctx, "panic in Config.Background", slog.String("task", name), slog.Any("panic", v))
				}
			}()
			a.Config.Background(task)
		}
	}
	return func() {
		go func() {
			a.work.slots <- struct{}{}
			defer func() { <-a.work.slots }()
			task()
		}()
	}
}

// guard turns a panic into an error.
func (a *App) guard(ctx context.Context, fn func(ctx context.Context) error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	return fn(ctx)
}

// Wait returns when no background work is left, or with ctx's error.
func (a *App) Wait(ctx context.Context) error {
	done := a.work.waiting()
	if done == nil {
		return nil
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close waits for background work as Wait does, cancels what is left when ctx ends, and closes what
// plugins opened.
func (a *App) Close(ctx context.Context) error {
	err := a.Wait(ctx)
	a.work.cancel(errClosed)
	for _, fn := range a.onClose {
		err = errors.Join(err, fn(ctx))
	}
	return err
}
