// Package origin decides which origins, redirect targets and hosts are
// trusted. Every decision is one function, used by every endpoint: [Trusted]
// for URLs and Origin headers, [CheckRequest] and [CheckForm] for cross-site
// requests, [CheckTargets] for redirect targets in bodies, [Hosts] and
// [Source] for the base URL.
//
// URLs are read as browsers read them (WHATWG URL Standard), because it is a
// browser that follows them: net/url disagrees on backslashes, control
// characters, missing slashes and the spellings of IP addresses.
package origin
