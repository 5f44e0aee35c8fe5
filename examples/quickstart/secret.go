package main

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"strings"
)

// loadSecret returns the secret that signs cookies: BETTER_AUTH_SECRET, or what the file holds. The first
// start writes the file, which only its owner may read; whoever has the secret can sign in as anybody.
func loadSecret(file string) (string, error) {
	if secret := os.Getenv("BETTER_AUTH_SECRET"); secret != "" {
		return secret, nil
	}
	written, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		secret := rand.Text() + rand.Text() // 260 random bits
		return secret, os.WriteFile(file, []byte(secret+"\n"), 0o600)
	}
	return strings.TrimSpace(string(written)), err
}
