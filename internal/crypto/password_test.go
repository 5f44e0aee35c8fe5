package crypto_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"github.com/betterauth-go/betterauth/internal/crypto"
)

const stored = "000102030405060708090a0b0c0d0e0f:d19e1ab00945c2d478363ca443b72fb3e2c9af5d0ca0f2315bbf973d89852985b41cd84cc306730215feaa36e1e406aeb1e39775cf8cd1a3027cc30a931ed0ac"

// TestHashesAtOnce is not parallel: it counts the goroutines of the process
// that are inside scrypt.
func TestHashesAtOnce(t *testing.T) {
	const parallel, hashes = 2, 5
	p := crypto.NewPasswords(zeros{}, parallel)
	var wg sync.WaitGroup
	var done atomic.Int64
	for range hashes {
		wg.Go(func() {
			defer done.Add(1)
			if _, err := p.Hash(t.Context(), "password1234"); err != nil {
				t.Error(err)
			}
		})
	}
	most, stacks := 0, make([]byte, 1<<20)
	for done.Load() < hashes {
		n := bytes.Count(stacks[:runtime.Stack(stacks, true)], []byte("crypto.mix("))
		most = max(most, n)
		time.Sleep(2 * time.Millisecond)
	}
	wg.Wait()
	if most != parallel {
		t.Errorf("at most %d hashes ran at once, want %d", most, parallel)
	}
}

func TestHashIsTheStoredFormat(t *testing.T) {
	t.Parallel()
	v := load(t)
	salt := make([]byte, 16)
	for i := range salt {
		salt[i] = byte(i)
	}
	p := crypto.NewPasswords(bytes.NewReader(salt), 0)
	hash, err := p.Hash(t.Context(), v.Password.FixedSalt.Password)
	if err != nil || hash != v.Password.FixedSalt.Hash {
		t.Errorf("Hash = %s, %v", hash, err)
	}
	if _, err := p.Hash(t.Context(), "x"); !errors.Is(err, io.EOF) {
		t.Errorf("Hash without randomness: %v", err)
	}
	if _, err := crypto.NewPasswords(iotest.ErrReader(io.ErrClosedPipe), 1).Hash(t.Context(), "x"); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("Hash with a broken reader: %v", err)
	}
}

func TestQueueIsBounded(t *testing.T) {
	t.Parallel()
	const room, over = 1 + 4096, 100
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	p := crypto.NewPasswords(zeros{}, 1)
	results := make(chan error, room+over)
	for range cap(results) {
		go func() {
			_, err := p.Verify(ctx, stored, "password1234")
			results <- err
		}()
	}
	counts := map[error]int{}
	for range cap(results) {
		counts[<-results]++
		if counts[crypto.ErrBusy] == over/2 {
			cancel() // the others are in the queue: let them leave
		}
	}
	if n := counts[crypto.ErrBusy]; n < over/2 || n > over {
		t.Errorf("%d calls were refused, want up to %d", n, over)
	}
	if counts[context.Canceled] == 0 || counts[nil]+counts[crypto.ErrBusy]+counts[context.Canceled] != cap(results) {
		t.Errorf("results: %v", counts)
	}
	if ok, err := p.Verify(t.Context(), stored, "password1234"); !ok || err != nil {
		t.Errorf("after the queue emptied: %v, %v", ok, err)
	}
}

func TestEndedContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	p := crypto.NewPasswords(zeros{}, 1)
	if ok, err := p.Verify(ctx, stored, "password1234"); ok || !errors.Is(err, context.Canceled) {
		t.Errorf("Verify = %v, %v", ok, err)
	}
	if hash, err := p.Hash(ctx, "password1234"); hash != "" || !errors.Is(err, context.Canceled) {
		t.Errorf("Hash = %q, %v", hash, err)
	}
}

func BenchmarkVerify(b *testing.B) {
	p := crypto.NewPasswords(zeros{}, 0)
	b.ReportAllocs()
	for b.Loop() {
		if ok, err := p.Verify(b.Context(), stored, "password1234"); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}
