package plugin

import "net/http"

// An HTTPClient makes outbound requests: an *http.Client, whose redirect policy and cookies are not used,
// or anything else that does not follow redirects.
//
// It is an interface so that only applications that make such requests link an HTTP client, which is
// half a megabyte.
type HTTPClient interface {
	Do(r *http.Request) (*http.Response, error)
}
