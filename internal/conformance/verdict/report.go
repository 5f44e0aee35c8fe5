package verdict

import (
	"bytes"
	"fmt"
	"strings"
)

// Section is one part of a run.
type Section struct {
	Title                    string
	Requests, Passed, Failed int
}

// Report writes the run as Markdown.
func Report(sections []Section, table []Row, judge *Judge) []byte {
	var b bytes.Buffer
	b.WriteString("# Conformance\n\nWritten by `make conformance`, which sends the same requests to better-auth 1.7.25 on Node.js and to this library\n" +
		"and compares status, headers, cookies, bodies with their member order, callbacks and database rows. Times are compared to the\n" +
		"millisecond under one controlled clock; ids, tokens and hashes by shape and by where they occur again; signatures are checked.\n\n")
	b.WriteString("## Runs\n\n| Run | Requests compared | Passed | Failed |\n|---|---:|---:|---:|\n")
	for _, s := range sections {
		fmt.Fprintf(&b, "| %s | %d | %d | %d |\n", s.Title, s.Requests, s.Passed, s.Failed)
	}
	b.WriteString("\n## Endpoints\n\n| Endpoint | Scenarios | Verdict |\n|---|---:|---|\n")
	for _, row := range table {
		fmt.Fprintf(&b, "| `%s` | %d | %s |\n", row.Endpoint, row.Scenarios, row.Verdict())
	}
	writeAllowances(&b, "Supersets", "Additive members; `Advanced.StrictResponses` leaves them out, and then nothing differs.", judge, true)
	writeAllowances(&b, "Differences", "Meant, and explained in [differences.md](differences.md).", judge, false)
	return b.Bytes()
}

func writeAllowances(b *bytes.Buffer, title, text string, judge *Judge, superset bool) {
	fmt.Fprintf(b, "\n## %s\n\n%s\n\n| Name | What and why | Seen in scenarios | In random requests |\n|---|---|---:|---:|\n", title, text)
	for _, a := range judge.Allowances {
		if a.Superset == superset {
			fmt.Fprintf(b, "| %s | %s | %d | %d |\n", a.ID, a.Why, judge.Used[a.ID].Scenarios, judge.Used[a.ID].Random)
		}
	}
}

// FirstChange describes the first line in which a report differs from the one
// that was written before; it is empty when they are equal.
func FirstChange(before, after []byte) string {
	old, now := strings.Split(string(before), "\n"), strings.Split(string(after), "\n")
	for i := range max(len(old), len(now)) {
		switch {
		case i >= len(old):
			return fmt.Sprintf("line %d is new: %s", i+1, now[i])
		case i >= len(now):
			return fmt.Sprintf("line %d is gone: %s", i+1, old[i])
		case old[i] != now[i]:
			return fmt.Sprintf("line %d was %s, is %s", i+1, old[i], now[i])
		}
	}
	return ""
}
