// Package wire is the JSON of the HTTP surface: written as JavaScript's JSON.stringify writes it,
// read as JSON.parse reads it, and checked with the words of the validation library the wire
// contract was recorded with, so that existing clients see the same bytes and messages.
//
// Writing: [Marshal] and [Append] follow encoding/json's struct tags with JavaScript's output rules
// (no HTML escapes, dates with three fractional digits, [] for a nil slice) and know one tag more,
// `json:",inline"`, which writes the members of an [Object] in place.
//
// Reading: [Parse] gives ordered objects, [ParseForm] and [ParseQuery] do the same for the two text
// encodings, [Unmarshal] fills a struct leniently and [Decode] strictly, returning every fault as an
// [Issue].
//
// # Tags of input structs
//
//	json:"email"          a member of the body
//	query:"token"         a query parameter
//	path:"id"             a route parameter
//	json:",inline"        on an Object: the members no other field names, in order
//	json:"x,omitempty"    the member may be absent; so may one held by a pointer
//	validate:"min=1"      rules of validator/v10, "dive" for elements
//	pattern:"^[a-z]+$"    a regular expression the string must match
//	message:"Bad prefix"  replaces the words of a failed rule
//	wire:"nullable"       null is accepted and leaves the field as it is
//	wire:"coerce"         Boolean(x) and Number(x) of JavaScript are applied first
//	wire:"nul"            U+0000 is allowed in the string
//	wire:"union"          one of several schemas: any fault is a plain "Invalid input"
//	wire:"required"       a pointer that may not be absent
//
// The struct itself is described by the body tag of a blank field, words separated by commas:
//
//	_ struct{} `body:"optional"`
//
//	optional      no body at all is fine
//	nullish       null is fine too
//	strict        unknown members are refused
//	record        faults say "record" instead of "object"
//	intersection  faults say both
//	union         any fault is a plain "Invalid input"
//	union-query   any fault of the query is a plain "Invalid input"
package wire
