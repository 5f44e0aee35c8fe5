package guard_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const (
	maxFileLines     = 800
	maxFunctionLines = 80
)

// source is one parsed Go file of the repository, nested modules included.
type source struct {
	path  string // relative to the root, with slashes
	file  *ast.File
	fset  *token.FileSet
	lines int
}

func (s source) test() bool { return strings.HasSuffix(s.path, "_test.go") }

// library says whether the file runs in users' programs: not a test or a kit for tests, not a program, not
// a nested module.
func (s source) library() bool {
	if strings.HasPrefix(s.path, "adapter/adaptertest/") || strings.HasPrefix(s.path, "plugin/plugintest/") {
		return false
	}
	nested := slices.ContainsFunc(nestedModules(), func(dir string) bool { return strings.HasPrefix(s.path, dir+"/") })
	return !s.test() && !nested && s.file.Name.Name != "main"
}

func (s source) line(pos token.Pos) int { return s.fset.Position(pos).Line }

// walk calls visit for every file that belongs to the repository.
func walk(visit func(path string, content []byte) error) error {
	dir, err := root()
	if err != nil {
		return err
	}
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if slices.Contains([]string{".git", ".cache", "node_modules"}, entry.Name()) {
				return filepath.SkipDir
			}
			return nil
		}
		if !entry.Type().IsRegular() {
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		return visit(filepath.ToSlash(rel), content)
	})
}

var nestedModules = sync.OnceValue(func() []string {
	var dirs []string
	err := walk(func(path string, _ []byte) error {
		if dir, found := strings.CutSuffix(path, "/go.mod"); found {
			dirs = append(dirs, dir)
		}
		return nil
	})
	if err != nil {
		panic(err)
	}
	return dirs
})

var parsed = sync.OnceValues(func() ([]source, error) {
	var all []source
	fset := token.NewFileSet()
	err := walk(func(path string, content []byte) error {
		if !strings.HasSuffix(path, ".go") || strings.Contains(path, "testdata/") {
			return nil
		}
		file, err := parser.ParseFile(fset, path, content, parser.ParseComments)
		if err != nil {
			return err
		}
		all = append(all, source{path, file, fset, bytes.Count(content, []byte("\n"))})
		return nil
	})
	return all, err
})

func sources(t *testing.T) []source {
	t.Helper()
	all, err := parsed()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("no Go file found")
	}
	return all
}

func TestSize(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.lines > maxFileLines {
			t.Errorf("%s has %d lines, more than %d", s.path, s.lines, maxFileLines)
		}
		if s.test() {
			continue // a table of cases may be long
		}
		for _, decl := range s.file.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if lines := s.line(fn.End()) - s.line(fn.Pos()) + 1; lines > maxFunctionLines {
				t.Errorf("%s:%d: %s has %d lines, more than %d", s.path, s.line(fn.Pos()), fn.Name, lines, maxFunctionLines)
			}
		}
	}
}

// defaults are the files that give the clock and the randomness their documented defaults.
var defaults = []string{"auth.go", "plugin/app.go", "plugin/new.go", "adapter/store.go"}

// bans are names that library code may use in the listed files only.
var bans = map[string][]string{
	"init":               nil,
	"panic":              {"internal/wire/rule.go"}, // how a validator refuses a bad rule; recovered there
	"time.Now":           defaults,
	"time.Since":         nil,
	"time.Until":         nil,
	"crypto/rand.Reader": defaults,
	"crypto/rand.Read":   nil,
	"crypto/rand.Int":    nil,
	"crypto/rand.Text":   nil,
	"os.Getenv":          {"plugin/new.go", "internal/securitytest/scale.go"}, // the secret, when Config has none; the scale of tests
	"os.Exit":            nil,
	"fmt.Print":          nil,
	"fmt.Println":        nil,
	"fmt.Printf":         nil,
	"log.Print":          nil,
	"log.Println":        nil,
	"log.Printf":         nil,
	"log.Fatal":          nil,
	"log.Fatalf":         nil,
}

func TestBannedNames(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if !s.library() {
			continue
		}
		imports := importNames(s.file)
		ast.Inspect(s.file, func(node ast.Node) bool {
			name := usedName(node, imports)
			if files, banned := bans[name]; banned && !slices.Contains(files, s.path) {
				t.Errorf("%s:%d: %s is not for library code", s.path, s.line(node.Pos()), name)
			}
			return true
		})
	}
}

func TestNoTestIsSkipped(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		ast.Inspect(s.file, func(node ast.Node) bool {
			call, ok := node.(*ast.CallExpr)
			if !ok || !s.test() {
				return true
			}
			method, ok := call.Fun.(*ast.SelectorExpr)
			if ok && slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, method.Sel.Name) && len(call.Args) < 3 {
				if receiver, ok := method.X.(*ast.Ident); ok && len(receiver.Name) <= 2 {
					t.Errorf("%s:%d: a test is skipped", s.path, s.line(node.Pos()))
				}
			}
			return true
		})
	}
}

// importNames maps the names that a file gives to the packages of the standard library.
func importNames(file *ast.File) map[string]string {
	names := map[string]string{}
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil || !standard(path) {
			continue
		}
		name := path[strings.LastIndex(path, "/")+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names[name] = path
	}
	return names
}

// usedName is the name of bans that a node uses, or "".
func usedName(node ast.Node, imports map[string]string) string {
	switch n := node.(type) {
	case *ast.FuncDecl:
		if n.Recv == nil && n.Name.Name == "init" {
			return "init"
		}
	case *ast.CallExpr:
		if fn, ok := n.Fun.(*ast.Ident); ok && fn.Name == "panic" {
			return "panic"
		}
	case *ast.SelectorExpr:
		if pkg, ok := n.X.(*ast.Ident); ok && imports[pkg.Name] != "" {
			return imports[pkg.Name] + "." + n.Sel.Name
		}
	}
	return ""
}

// TestNoStrayWords looks for what belongs to a machine or to unfinished work, in every text of the repository.
func TestNoStrayWords(t *testing.T) {
	t.Parallel()
	words := []string{"/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "/tmp/" + "ref", "/tmp/" + "plan", "TO" + "DO", "FIX" + "ME", "XX" + "X:"}
	err := walk(func(path string, content []byte) error {
		if bytes.IndexByte(content, 0) >= 0 {
			return nil
		}
		for i, line := range strings.Split(string(content), "\n") {
			for _, word := range words {
				if strings.Contains(line, word) {
					t.Errorf("%s:%d: contains %q", path, i+1, word)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
