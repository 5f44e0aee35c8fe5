package guard_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// readmeFrame is the program around the Go blocks of the README, each at the place where a reader would put it.
const readmeFrame = `package readme

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter/postgres"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin/social"
)

func serve(ctx context.Context, pool *pgxpool.Pool, mux *http.ServeMux) {
BLOCK0
}

BLOCK1

func call(ctx context.Context, auth *betterauth.Auth, r *http.Request, email, password string) []any {
	var headers http.Header
	in := api.SignInEmailInput{}
BLOCK2
	return []any{out, s, res, v, err}
}

func providers(id, secret string) betterauth.Config {
	return betterauth.Config{
BLOCK3
	}
}
`

// TestReadme compiles what the README shows.
func TestReadme(t *testing.T) {
	t.Parallel()
	dir, err := root()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllSubmatch(text, -1)
	if strings.Count(readmeFrame, "BLOCK") != len(blocks) {
		t.Fatalf("the README has %d blocks of Go; give each a place in the frame", len(blocks))
	}
	program := readmeFrame
	for i, block := range blocks {
		program = strings.Replace(program, "BLOCK"+string(rune('0'+i)), strings.ReplaceAll(string(block[1]), "…", ""), 1)
	}
	compile(t, program)
}

// compile checks the types of a file that belongs to the library's module.
func compile(t *testing.T, program string) {
	t.Helper()
	dir, err := root()
	if err != nil {
		t.Fatal(err)
	}
	file, overlay := filepath.Join(t.TempDir(), "readme.go"), filepath.Join(t.TempDir(), "overlay.json")
	if err := os.WriteFile(file, []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(dir, "internal", "readme", "readme.go"): file}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(overlay, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := goCommand("build", "-overlay="+overlay, "./internal/readme"); err != nil {
		t.Error(err)
	}
}
