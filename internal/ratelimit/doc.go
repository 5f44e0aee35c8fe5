// Package ratelimit decides how many requests one client may send to one path.
//
// [Rules] finds the rule for a path, [Key] names the bucket and a [Store]
// counts. [Next] is the counting rule itself, for stores that keep a [State]
// per key; [NewMemory] keeps them in the process, [NewCounter] counts in a
// key-value store that can increment.
package ratelimit
