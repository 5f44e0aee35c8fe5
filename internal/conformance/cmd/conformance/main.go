// Command conformance plays every scenario on the reference and on our server
// and ends with "N passed, 0 failed", or names each request that differs.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
)

// flags are what a run can be told.
type flags struct {
	left, right string
	run         *regexp.Regexp
	workers     int
	postgres    string
	matrix      bool
	fuzz        int
	seed        uint64
	report      string
	check       string
	server      string
	verbose     bool
}

func main() {
	f, err := parseFlags(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	failed, err := run(ctx, f)
	if err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
	}
	if err != nil || failed > 0 {
		stop()
		os.Exit(1)
	}
}

func parseFlags(args []string) (flags, error) {
	var f flags
	set := flag.NewFlagSet("conformance", flag.ContinueOnError)
	set.StringVar(&f.left, "left", "reference", "left side: reference or go")
	set.StringVar(&f.right, "right", "go", "right side: reference or go")
	pattern := set.String("run", "", "play only scenarios whose name matches")
	set.IntVar(&f.workers, "workers", 2, "pairs of servers that run at once")
	set.StringVar(&f.postgres, "postgres", os.Getenv("BETTERAUTH_TEST_POSTGRES"), "PostgreSQL for the shared-database runs")
	set.BoolVar(&f.matrix, "matrix", true, "also let both servers take turns over one database")
	set.IntVar(&f.fuzz, "fuzz", 0, "also send this many random requests")
	set.Uint64Var(&f.seed, "seed", 1, "seed of the random requests")
	set.StringVar(&f.report, "report", "", "write the report to this file")
	set.StringVar(&f.check, "check", "", "fail when this file is not the report of the run")
	set.StringVar(&f.server, "server", "", "our server, built already")
	set.BoolVar(&f.verbose, "v", false, "print what the left side answered")
	if err := set.Parse(args); err != nil {
		return f, err
	}
	var err error
	f.run, err = regexp.Compile(*pattern)
	return f, err
}
