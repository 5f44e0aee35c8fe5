module github.com/betterauth-go/betterauth/internal/conformance

go 1.26.0


replace github.com/betterauth-go/betterauth => ../..
