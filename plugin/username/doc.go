// Package username lets people sign in with a name instead of their email address.
//
// It adds two columns to the user: username, unique and normalised (lower case unless configured), and
// displayUsername, as the person wrote it. Sign-up and update-user take both as further members of the body:
//
//	POST /sign-up/email {"email":…, "password":…, "name":…, "username":"Ann_1"}
//
// In process they are additional fields:
//
//	in := api.SignUpEmailInput{Email: e, Password: p, Name: "Ann"}
//	in.Extra.Set("username", "Ann_1")
//
// Usernames that other plugins or the application write are checked and normalised as well.
package username
