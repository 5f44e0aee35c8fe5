// Package onetap signs users in with Google One Tap: Google's script shows a prompt on the application's own
// page and hands it an ID token, which the client sends to POST /one-tap/callback.
//
// The token is verified with Google's keys, which are cached, and then the rules of every sign-in with a
// provider decide whose account it is: see plugin.AccountLinking. The account has the provider id "google",
// so users of social.Google and of One Tap are the same.
//
// The client id comes from [Options], or from the provider social.Google. With that provider its other
// options hold too: the hosted domain, DisableSignUp, OverrideUserInfoOnSignIn, RequireEmailVerification,
// MapProfileToUser and GetUserInfo. As in the reference, DisableImplicitSignUp, DisableIDTokenSignIn and
// VerifyIDToken are about /sign-in/social alone.
package onetap
