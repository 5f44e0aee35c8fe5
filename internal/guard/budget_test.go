package guard_test

import (
	"debug/buildinfo"
	"os"
	"path/filepath"
	"testing"
)

// TestBudget builds small applications as a user would ship them and weighs them.
func TestBudget(t *testing.T) {
	t.Parallel()
	apps := []struct {
		name    string
		bytes   int64
		modules int // linked besides the library itself
	}{
		{"memoryapp", 12_000_000, 10},
		{"postgresapp", 17_000_000, 15},
	}
	for _, app := range apps {
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

// build compiles testdata/<name> and returns its size in bytes and the modules linked into it.
func build(t *testing.T, name string) (int64, []string) {
	t.Helper()
	binary := filepath.Join(t.TempDir(), name)
	if _, err := goCommand("build", "-ldflags=-s -w", "-o", binary, "./internal/guard/testdata/"+name); err != nil {
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
