package guard_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// module is the path of the library; its packages are named relative to it below, and the root is ".".
const module = "github.com/betterauth-go/betterauth"

// goPackage is the part of `go list -json` that the tests read.
type goPackage struct {
	ImportPath   string
	Imports      []string
	Deps         []string
	TestImports  []string
	XTestImports []string
}

// name is the import path relative to the library.
func (p goPackage) name() string { return relative(p.ImportPath) }

// relative shortens an import path of the library; other paths come back unchanged.
func relative(path string) string {
	if path == module {
		return "."
	}
	return strings.TrimPrefix(path, module+"/")
}

// own says whether a path belongs to the library.
func own(path string) bool {
	return path == module || strings.HasPrefix(path, module+"/")
}

// standard says whether a path belongs to the standard library: its first element has no dot.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

var root = sync.OnceValues(func() (string, error) { return filepath.Abs("../..") })

// listed holds every package of the library's module. A package that does not build is listed too: the
// compiler complains about it better than these tests could.
var listed = sync.OnceValues(func() ([]goPackage, error) {
	out, err := goCommand("list", "-e", "-json=ImportPath,Imports,Deps,TestImports,XTestImports", "./...")
	if err != nil {
		return nil, err
	}
	var all []goPackage
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
})

// packages lists the library, or ends the test.
func packages(t *testing.T) []goPackage {
	t.Helper()
	all, err := listed()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("go list found no package")
	}
	return all
}

// goCommand runs the go command at the root of the library, outside any workspace.
func goCommand(args ...string) ([]byte, error) {
	dir, err := root()
	if err != nil {
		return nil, err
	}
	var stderr bytes.Buffer
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Stderr = dir, &stderr
	cmd.Env = append(cmd.Environ(), "GOWORK=off", "CGO_ENABLED=0")
	out, err := cmd.Output()
	if err != nil {
		return nil, errors.Join(err, errors.New(stderr.String()))
	}
	return out, nil
}
