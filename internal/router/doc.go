// Package router finds what is registered for a method and a path.
//
// It knows static paths and ":param" segments, nothing else, and takes every
// path literally: another case, an encoded letter, an encoded or doubled slash
// or a trailing slash is another path. There are no redirects and no "method
// not allowed": what is not registered is not found.
package router
