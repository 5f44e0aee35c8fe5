// Package oauth2 is the client side of OAuth 2 (RFC 6749, with PKCE, RFC 7636): a [Provider] is data
// about one authorization server and implements plugin.SocialProvider; [Send] makes its requests.
//
// Requests have a deadline, answers a size limit of 1 MiB; redirects are refused, or followed only to
// public addresses. Errors name the endpoint without its query and never hold a token or a secret.
package oauth2
