package guard_test

import (
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strings"
	"testing"
)

// TestEverythingIsDocumented asks for a comment on every package and on every exported name of the library,
// methods included.
func TestEverythingIsDocumented(t *testing.T) {
	t.Parallel()
	documented := map[string]bool{}
	for _, s := range sources(t) {
		if s.test() {
			continue
		}
		dir := path.Dir(s.path)
		documented[dir] = documented[dir] || s.file.Doc != nil
		if !s.library() || strings.HasPrefix(s.path, "internal/") {
			continue
		}
		for _, decl := range s.file.Decls {
			for name, pos := range undocumented(decl) {
				t.Errorf("%s:%d: %s has no comment", s.path, s.line(pos), name)
			}
		}
	}
	for dir, ok := range documented {
		if !ok {
			t.Errorf("package %s has no comment", dir)
		}
	}
}

// undocumented finds the exported names of a declaration that have no comment.
func undocumented(decl ast.Decl) map[string]token.Pos {
	missing := map[string]token.Pos{}
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Doc == nil && d.Name.IsExported() && !selfEvident(d) && exportedReceiver(d) {
			missing[d.Name.Name] = d.Pos()
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
					missing[s.Name.Name] = s.Pos()
				}
			case *ast.ValueSpec:
				for _, name := range s.Names {
					if name.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
						missing[name.Name] = name.Pos()
					}
				}
			}
		}
	}
	return missing
}

// selfEvident says whether a method is one of those that every Go programmer knows.
func selfEvident(fn *ast.FuncDecl) bool {
	known := []string{"Error", "Unwrap", "String", "Len", "Less", "Swap"}
	return fn.Recv != nil && slices.Contains(known, fn.Name.Name)
}

// exportedReceiver says whether users can reach a function: it has no receiver, or one of an exported type.
func exportedReceiver(fn *ast.FuncDecl) bool {
	if fn.Recv == nil {
		return true
	}
	kind := fn.Recv.List[0].Type
	if star, ok := kind.(*ast.StarExpr); ok {
		kind = star.X
	}
	switch k := kind.(type) {
	case *ast.IndexExpr:
		kind = k.X
	case *ast.IndexListExpr:
		kind = k.X
	}
	name, ok := kind.(*ast.Ident)
	return !ok || name.IsExported()
}
