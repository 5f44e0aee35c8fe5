package wire

// The tables of testdata are compared with these directly.
var (
	ToNumber   = toNumber
	NumberText = numberText
	ValidURL   = validURL
)
