package guard_test

import (
	"debug/buildinfo"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestBudget builds small applications as a user would ship them and weighs them.
func TestBudget(t *testing.T) {
	t.Parallel()
	apps := []struct {
		name    string
		needs   []string // packages of the library that the application imports
		bytes   int64
		modules int // linked besides the library itself
	}{
		{"memoryapp", []string{".", "adapter/memory"}, 12_000_000, 10},
		{"postgresapp", []string{".", "adapter/postgres"}, 17_000_000, 15},
	}
	all := packages(t)
	for _, app := range apps {
		if !slices.ContainsFunc(app.needs, func(name string) bool { return !exists(all, name) }) {
			t.Run(app.name, func(t *testing.T) {
				t.Parallel()
				size, modules := build(t, app.name)
				t.Logf("%d bytes, %d modules: %q", size, len(modules), modules)
				if size > app.bytes {
					t.Errorf("%d bytes, the budget is %d", size, app.bytes)
				}
				if len(modules) > app.modules {
					t.Errorf("%d modules, the budget is %d: %q", len(modules), app.modules, modules)
				}
			})
		}
	}
}

func exists(all []goPackage, name string) bool {
	return slices.ContainsFunc(all, func(p goPackage) bool { return p.name() == name })
}

// build compiles testdata/<name> and returns its size in bytes and the modules linked into it.
func build(t *testing.T, name string) (int64, []string) {
	t.Helper()
	binary := filepath.Join(t.TempDir(), name)
	if _, err := goCommand("build", "-trimpath", "-ldflags=-s -w", "-o", binary, "./internal/guard/testdata/"+name); err != nil {
		t.Fatal(err)
	}
	file, err := os.Stat(binary)
	if err != nil {
		t.Fatal(err)
	}
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	var modules []string
	for _, dep := range info.Deps {
		modules = append(modules, dep.Path)
	}
	return file.Size(), modules
}
