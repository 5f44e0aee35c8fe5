// Package clientip finds the address of the client behind trusted proxies and
// turns it into the key rate limits and session rows use.
package clientip
