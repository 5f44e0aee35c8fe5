package crypto_test

import (
	"encoding/hex"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"golang.org/x/crypto/scrypt"

	"github.com/betterauth-go/betterauth/internal/crypto"
)

// TestScrypt compares hashes with those of another implementation.
func TestScrypt(t *testing.T) {
	t.Parallel()
	p := crypto.NewPasswords(zeros{}, 0)
	for _, password := range []string{"", "a", "password1234", strings.Repeat("x", 200), "pässword\x00"} {
		salt := fmt.Sprintf("%x", len(password))
		key, err := scrypt.Key([]byte(password), []byte(salt), 16384, 16, 1, 64)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // in fresh memory and in used one
			if ok, err := p.Verify(t.Context(), salt+":"+hex.EncodeToString(key), password); !ok || err != nil {
				t.Errorf("%q: %t, %v", password, ok, err)
			}
		}
	}
}

// TestHashesReuseMemory is not parallel: it counts what the process allocates, and stops the collection of
// what the first hash leaves.
func TestHashesReuseMemory(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	p := crypto.NewPasswords(zeros{}, 1)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 3 {
		if _, err := p.Hash(t.Context(), "password1234"); err != nil {
			t.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	if mib := (after.TotalAlloc - before.TotalAlloc) >> 20; mib < 32 || mib > 33 {
		t.Errorf("three hashes allocated %d MiB, want 32", mib)
	}
}
