// Package guard holds tests about the project itself: which package may import which, what an application
// costs in bytes and modules, and the house rules that a compiler does not check. It has no code.
package guard
