package sqladapter

import (
	"strings"

	"github.com/betterauth-go/betterauth/adapter"
)

var escapeLike = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// LikePattern makes a pattern for LIKE with a backslash as its escape character.
func LikePattern(op adapter.Operator, s string, _ bool) string {
	return Wildcard(op, escapeLike.Replace(s), "%")
}

// Wildcard puts the wildcard for any text where op allows it.
func Wildcard(op adapter.Operator, s, any string) string {
	if op != adapter.OpStartsWith {
		s = any + s
	}
	if op != adapter.OpEndsWith {
		s += any
	}
	return s
}
