// Package oauthpopup signs users in with a provider in a popup window, so that the page that asks for it stays
// where it is: for pages in frames of other sites, where redirects and cookies do not work.
//
// The popup starts at GET /oauth-popup/start and ends at the callback, which answers a small page instead of
// the redirect. That page posts the session token, or an error, to the window that opened the popup, and
// closes itself. The official client does the rest: signIn.popup of its plugin oauthPopupClient.
//
// The token goes to one origin only, which the start names and which must be trusted
// (Config.TrustedOrigins); a signed cookie keeps it during the flow. The page runs no script but its own.
//
// A page in a frame of another site has no cookie, so it sends the token: add package bearer.
package oauthpopup
