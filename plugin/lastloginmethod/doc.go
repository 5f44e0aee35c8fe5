// Package lastloginmethod remembers how somebody signed in, so that the sign-in page can say "you used Google
// last time".
//
// The method is kept in a cookie that scripts of the page may read, and with Options.StoreInDatabase also in
// the user's column lastLoginMethod. It is the id of the provider after a callback, or one of "email",
// "google" (One Tap), "magic-link", "email-otp", "passkey" and "siwe". Other ways to sign in leave the method as it is,
// unless Options.ResolveMethod names them.
//
// The cookie is a hint for people and proves nothing.
package lastloginmethod
