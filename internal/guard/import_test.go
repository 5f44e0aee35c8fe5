package guard_test

import (
	"slices"
	"strings"
	"testing"
)

// layer says what packages may import from the library itself. Entries of both lists are package names
// relative to it; "x/*" is every package below x. The first layer that names a package counts.
type layer struct {
	packages []string
	may      []string
}

// leaves are the internal packages that anything above may use; they know nothing of the library.
var leaves = []string{"errors", "internal/*"}

var layers = []layer{
	{[]string{"errors", "internal/crypto/rawjson", "internal/cookie", "internal/router", "internal/glob"}, nil},
	{[]string{"internal/crypto"}, []string{"internal/crypto/rawjson"}},
	{[]string{"internal/origin", "internal/ratelimit"}, []string{"internal/glob"}},
	{[]string{"internal/cookiecache"}, []string{"internal/crypto", "internal/crypto/rawjson", "internal/wire"}},
	{[]string{"internal/sqladapter"}, []string{"adapter", "errors", "internal/wire"}},
	{[]string{"internal/guard"}, nil},
	{[]string{"internal/oauth2"}, []string{"errors", "internal/origin", "internal/wire", "plugin"}},
	{[]string{"internal/oidc"}, []string{"errors", "internal/oauth2", "plugin"}},
	{[]string{"internal/securitytest"}, append([]string{".", "adapter", "adapter/memory", "api", "plugin", "plugin/*", "session"}, leaves...)},
	{[]string{"internal/e2e/*"}, []string{".", "adapter/memory", "plugin", "plugin/*"}},
	{[]string{"internal/*"}, []string{"errors", "internal/wire"}},
	{[]string{"adapter", "api"}, []string{"errors", "internal/wire"}},
	{[]string{"adapter/adaptertest"}, []string{"adapter", "errors"}},
	{[]string{"adapter/*"}, []string{"adapter", "internal/sqladapter"}},
	{[]string{"plugin"}, append([]string{"adapter", "api"}, leaves...)},
	{[]string{"session"}, append([]string{"adapter", "api", "plugin"}, leaves...)},
	{[]string{"oauth"}, append([]string{"adapter", "api", "plugin", "session"}, leaves...)},
	{[]string{"plugin/plugintest"}, append([]string{".", "adapter", "adapter/memory", "api", "plugin", "session"}, leaves...)},
	{[]string{"endpoints", "plugin/*"}, append([]string{"adapter", "api", "oauth", "plugin", "plugin/*", "session"}, leaves...)},
	{[]string{"."}, append([]string{"adapter", "adapter/memory", "api", "endpoints", "plugin", "session"}, leaves...)},
}

// outside says which package may import which module of somebody else; nothing else is allowed in.
var outside = map[string][]string{
	"github.com/jackc/pgx/v5":                {"adapter/postgres"},
	"github.com/go-playground/validator/v10": {"internal/wire"},
	"github.com/go-jose/go-jose/v4":          {"internal/crypto", "internal/e2e/*", "internal/oidc", "plugin/*"},
	"github.com/google/uuid":                 {"adapter", "internal/crypto"},
	"golang.org/x/crypto":                    {"internal/crypto"},
	"golang.org/x/text":                      {"internal/crypto", "plugin"},
}

// matches says whether one of the patterns names the package.
func matches(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		below, tree := strings.CutSuffix(pattern, "*")
		return pattern == name || tree && strings.HasPrefix(name, below)
	})
}

func TestImportDirection(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		i := slices.IndexFunc(layers, func(l layer) bool { return matches(l.packages, p.name()) })
		if i < 0 {
			t.Errorf("%s belongs to no layer; add it to the table", p.name())
			continue
		}
		for _, path := range p.Imports {
			if own(path) && !matches(layers[i].may, relative(path)) {
				t.Errorf("%s must not import %s", p.name(), relative(path))
			}
		}
	}
}

func TestOutsideImports(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		for _, path := range p.Imports {
			if own(path) || standard(path) {
				continue
			}
			if allowed := allowedImporters(path); !matches(allowed, p.name()) {
				t.Errorf("%s imports %s, which only %q may", p.name(), path, allowed)
			}
		}
	}
}

// TestTestsUseTheStandardLibrary keeps assertion libraries out: tests import what the code imports.
func TestTestsUseTheStandardLibrary(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		for _, path := range slices.Concat(p.TestImports, p.XTestImports) {
			if !own(path) && !standard(path) && allowedImporters(path) == nil {
				t.Errorf("the tests of %s import %s", p.name(), path)
			}
		}
	}
}

// allowedImporters finds the row of the module that a package belongs to.
func allowedImporters(path string) []string {
	for mod, importers := range outside {
		if path == mod || strings.HasPrefix(path, mod+"/") {
			return importers
		}
	}
	return nil
}

// TestDriversStayOut checks whole import graphs: an application that does not use PostgreSQL never links
// its driver, and no package outside the tests brings a driver for database/sql.
func TestDriversStayOut(t *testing.T) {
	t.Parallel()
	drivers := []string{"github.com/jackc/pgx/v5", "modernc.org/sqlite", "github.com/mattn/go-sqlite3"}
	for _, p := range packages(t) {
		if p.name() == "adapter/postgres" {
			continue
		}
		for _, driver := range drivers {
			if slices.Contains(p.Deps, driver) {
				t.Errorf("%s depends on %s", p.name(), driver)
			}
		}
	}
}

// TestOAuthStaysOut checks that an application without social sign-in links neither the providers nor
// what they verify tokens with.
func TestOAuthStaysOut(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if !matches([]string{".", "plugin", "session", "endpoints", "adapter", "adapter/memory"}, p.name()) {
			continue
		}
		for _, dep := range p.Deps {
			if own(dep) && matches([]string{"plugin/social", "internal/oauth2", "internal/oidc"}, relative(dep)) {
				t.Errorf("%s depends on %s", p.name(), relative(dep))
			}
		}
	}
}
