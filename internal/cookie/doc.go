// Package cookie writes and reads cookies byte for byte as better-auth does,
// so that both implementations and their clients understand each other.
//
// [net/http.Cookie] orders attributes differently and drops values it does
// not like; here values are percent-encoded, attributes follow a fixed order,
// and the two ways better-auth has of reading duplicates are both kept.
package cookie
