package dbtest

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/postgres"
	"github.com/betterauth-go/betterauth/adapter/sqlite"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/internal/securitytest"
)

// The tests of this file start the test binary again as processes of their own, which run TestChild.
const (
	roleEnv = "BETTERAUTH_DBTEST_ROLE" // "migrate", "storm", or "sign-up <round>"
	kindEnv = "BETTERAUTH_DBTEST_KIND"
	nameEnv = "BETTERAUTH_DBTEST_NAME" // file or URL
)

// TestChild does nothing but in a process that one of the tests below started.
func TestChild(t *testing.T) {
	role, round, _ := strings.Cut(os.Getenv(roleEnv), " ")
	if role == "" {
		return
	}
	config := securitytest.Config(childAdapter(t))
	switch role {
	case "migrate":
		if err := securitytest.New(t, config).Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
	case "storm":
		stormConfig(&config)
		serveStorms(t, securitytest.New(t, config), os.Stdin)
	case "sign-up":
		signUpForEver(securitytest.New(t, config), round)
	}
}

func childAdapter(t *testing.T) adapter.Adapter {
	name := os.Getenv(nameEnv)
	if os.Getenv(kindEnv) == "sqlite" {
		db, err := sql.Open("sqlite", name)
		if err != nil {
			t.Fatal(err)
		}
		return sqlite.New(db)
	}
	pool, err := pgxpool.New(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return postgres.New(pool)
}

// signers is how many sign-ups run at once until the process is killed.
const signers = 200

// signUpForEver signs people up on many goroutines and prints the address of each sign-up that was
// acknowledged, until the process is killed.
func signUpForEver(auth *betterauth.Auth, round string) {
	var printing sync.Mutex
	var group sync.WaitGroup
	for worker := range signers {
		group.Go(func() {
			for i := 0; ; i++ {
				email := fmt.Sprintf("r%s-%d-%d@example.com", round, worker, i)
				in := api.SignUpEmailInput{Name: "Ann", Email: email, Password: "correct horse"}
				if _, err := auth.API.SignUpEmail(context.Background(), in); err == nil {
					printing.Lock()
					fmt.Println("acknowledged", email)
					printing.Unlock()
				}
			}
		})
	}
	group.Wait()
}

// child is the command of a process in a role on a database.
func child(t *testing.T, role, kind, name string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestChild$", "-test.v")
	cmd.Env = append(os.Environ(), roleEnv+"="+role, kindEnv+"="+kind, nameEnv+"="+name)
	return cmd
}

// processes runs a test on an empty database of each kind, given by the name that a process opens.
func processes(t *testing.T, test func(t *testing.T, kind, name string, config betterauth.Config)) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		path := t.TempDir() + "/test.db"
		test(t, "sqlite", path, securitytest.Config(sqlite.New(openSQLite(t, path))))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		url := newPostgresDatabase(t)
		test(t, "postgres", url, securitytest.Config(postgres.New(openPool(t, url))))
	})
}

// TestMigrateProcesses lets ten processes migrate one empty database at once.
func TestMigrateProcesses(t *testing.T) {
	t.Parallel()
	processes(t, func(t *testing.T, kind, name string, config betterauth.Config) {
		auth := securitytest.New(t, config)
		var group sync.WaitGroup
		for range 10 {
			group.Go(func() {
				if out, err := child(t, "migrate", kind, name).CombinedOutput(); err != nil {
					t.Errorf("%v\n%s", err, out)
				}
			})
		}
		group.Wait()
		left, err := auth.MigrationSQL(t.Context())
		if err != nil || len(left) > 0 {
			t.Errorf("left to do: %q, %v", left, err)
		}
	})
}

// TestKill kills a process amid parallel sign-ups, again and again: nothing acknowledged is lost, and
// nobody is left without an account.
func TestKill(t *testing.T) {
	t.Parallel()
	processes(t, func(t *testing.T, kind, name string, config betterauth.Config) {
		auth := securitytest.New(t, config)
		if err := auth.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		var acknowledged []string
		for round := range securitytest.Scale(6, 50) {
			acknowledged = append(acknowledged, killed(t, child(t, "sign-up "+strconv.Itoa(round), kind, name), 20+10*(round%10))...)
		}
		checkWhole(t, auth, acknowledged)
	})
}

// killed runs a process until it has acknowledged n sign-ups, kills it, and returns all that it has
// acknowledged.
func killed(t *testing.T, cmd *exec.Cmd, n int) (acknowledged []string) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if email, ok := strings.CutPrefix(lines.Text(), "acknowledged "); ok && strings.HasSuffix(email, ".com") {
			acknowledged = append(acknowledged, email)
		}
		if len(acknowledged) == n {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil || len(acknowledged) < n {
		t.Fatalf("the process ended by itself after %d sign-ups: %v", len(acknowledged), err)
	}
	return acknowledged
}

// checkWhole compares users and accounts with each other and with what was acknowledged.
func checkWhole(t *testing.T, auth *betterauth.Auth, acknowledged []string) {
	t.Helper()
	all := func(table string) []adapter.Record {
		rows, err := auth.Store().Find(t.Context(), adapter.Query{Table: table, Limit: -1})
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	stored := map[any]bool{}
	var owners, ids []string
	for _, u := range all("user") {
		stored[u["email"]] = true
		ids = append(ids, u["id"].(string))
	}
	for _, a := range all("account") {
		owners = append(owners, a["userId"].(string))
	}
	for _, email := range acknowledged {
		if !stored[email] {
			t.Errorf("%s was acknowledged and is lost", email)
		}
	}
	slices.Sort(ids)
	slices.Sort(owners)
	if !slices.Equal(ids, owners) {
		t.Errorf("%d users and %d accounts do not fit together", len(ids), len(owners))
	}
	t.Logf("%d acknowledged, %d users", len(acknowledged), len(ids))
}
