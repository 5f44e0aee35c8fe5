package runner

import (
	"fmt"
	"strings"
)

// jar keeps cookies as a browser on one origin does, in the order in which
// they came and byte for byte.
type jar struct{ cookies []cookie }

type cookie struct{ name, value string }

func (j *jar) keep(lines []string) {
	for _, line := range lines {
		pairText, attributes, _ := strings.Cut(line, ";")
		name, value, _ := strings.Cut(pairText, "=")
		if strings.Contains(strings.ToLower(attributes), "max-age=0") {
			j.remove(name)
			continue
		}
		j.set(name, value)
	}
}

func (j *jar) set(name, value string) {
	for i := range j.cookies {
		if j.cookies[i].name == name {
			j.cookies[i].value = value
			return
		}
	}
	j.cookies = append(j.cookies, cookie{name, value})
}

func (j *jar) remove(name string) {
	kept := j.cookies[:0]
	for _, c := range j.cookies {
		if c.name != name {
			kept = append(kept, c)
		}
	}
	j.cookies = kept
}

func (j *jar) get(name string) (string, error) {
	for _, c := range j.cookies {
		if c.name == name {
			return c.value, nil
		}
	}
	return "", fmt.Errorf("no cookie %s", name)
}

func (j *jar) line() string {
	parts := make([]string, 0, len(j.cookies))
	for _, c := range j.cookies {
		parts = append(parts, c.name+"="+c.value)
	}
	return strings.Join(parts, "; ")
}
