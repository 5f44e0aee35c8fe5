package crypto

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"hash"
	"strings"
	"sync"
)

// macText is the length of an HMAC-SHA256 in base64 without padding.
const macText = 43

// maxPooledText keeps one huge input from staying in memory for ever.
const maxPooledText = 64 << 10

// macPool lends prepared HMAC-SHA256 states of one secret: resetting one
// saves hashing the key, and its buffers save the allocations.
type macPool struct{ pool sync.Pool }

type macState struct {
	hash hash.Hash
	text []byte
	sum  []byte
}

func (p *macPool) init(secret string) {
	p.pool.New = func() any {
		return &macState{hash: hmac.New(sha256.New, []byte(secret)), sum: make([]byte, 0, sha256.Size)}
	}
}

// mac returns HMAC-SHA256(secret, text).
func (p *macPool) mac(text string) (sum [sha256.Size]byte) {
	s := p.pool.Get().(*macState)
	s.hash.Reset()
	s.text = append(s.text[:0], text...)
	s.hash.Write(s.text)
	s.sum = s.hash.Sum(s.sum[:0])
	copy(sum[:], s.sum)
	if cap(s.text) <= maxPooledText {
		p.pool.Put(s)
	}
	return sum
}

// matches reports in constant time whether sum is the HMAC of text.
func (p *macPool) matches(text string, sum *[sha256.Size]byte) bool {
	want := p.mac(text)
	return subtle.ConstantTimeCompare(want[:], sum[:]) == 1
}

// Sign returns the HMAC-SHA256 of value under the current secret in standard
// base64 (44 characters).
func (k *Keyring) Sign(value string) string {
	sum := k.current().macs.mac(value)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// SignValue returns value.signature, the content of a signed cookie.
func (k *Keyring) SignValue(value string) string {
	sum := k.current().macs.mac(value)
	var text [macText + 1]byte
	base64.StdEncoding.Encode(text[:], sum[:])
	return value + "." + string(text[:])
}

// OpenValue splits what [Keyring.SignValue] made and checks the signature
// against every secret. current is false when an older secret matched, and
// the caller should sign again. An empty value is never ok.
func (k *Keyring) OpenValue(signed string) (value string, current, ok bool) {
	dot := strings.LastIndexByte(signed, '.')
	if dot < 1 {
		return "", false, false
	}
	value, signature := signed[:dot], signed[dot+1:]
	if len(signature) != macText+1 || signature[macText] != '=' {
		return "", false, false
	}
	sum, ok := decodeMAC(signature[:macText], base64.RawStdEncoding)
	if !ok {
		return "", false, false
	}
	i := k.match(value, &sum)
	if i < 0 {
		return "", false, false
	}
	return value, i == 0, true
}

// SignURL returns the HMAC-SHA256 of value under the current secret in
// base64url without padding (43 characters).
func (k *Keyring) SignURL(value string) string {
	sum := k.current().macs.mac(value)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// VerifyURL reports whether signature is the one [Keyring.SignURL] makes for
// value under any of the secrets. Padding and the standard alphabet are
// accepted too.
func (k *Keyring) VerifyURL(value, signature string) bool {
	signature = strings.TrimRight(signature, "=")
	encoding := base64.RawStdEncoding
	if strings.ContainsAny(signature, "-_") {
		encoding = base64.RawURLEncoding
	}
	sum, ok := decodeMAC(signature, encoding)
	return ok && k.match(value, &sum) >= 0
}

// match returns the index of the secret under which sum is the HMAC of text,
// or -1.
func (k *Keyring) match(text string, sum *[sha256.Size]byte) int {
	for i, key := range k.keys {
		if key.macs.matches(text, sum) {
			return i
		}
	}
	return -1
}

// decodeMAC decodes 43 characters of unpadded base64 without allocating.
func decodeMAC(text string, encoding *base64.Encoding) (sum [sha256.Size]byte, ok bool) {
	if len(text) != macText {
		return sum, false
	}
	var src [macText]byte
	copy(src[:], text)
	n, err := encoding.Decode(sum[:], src[:])
	return sum, err == nil && n == len(sum)
}
