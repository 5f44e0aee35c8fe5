package cookiecache

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/betterauth-go/betterauth/internal/crypto"
	"github.com/betterauth-go/betterauth/internal/crypto/rawjson"
)

// Strategy is the form of the cached value.
type Strategy string

// The strategies of session.cookieCache.strategy.
const (
	Compact Strategy = "compact" // signed JSON, readable, the smallest; the default
	JWT     Strategy = "jwt"     // signed HS256 token, readable by other services
	JWE     Strategy = "jwe"     // encrypted token
)

// jweSalt is the purpose of the key of [JWE].
const jweSalt = "better-auth-session"

// Encode returns the cookie value of payload, the JSON text of an object
// {session, user, updatedAt, version} written as JSON.stringify does: no
// spaces and no HTML escapes. It expires at now + maxAge. rand is only read
// by [JWE].
func Encode(s Strategy, keys *crypto.Keyring, payload []byte, now time.Time, maxAge time.Duration, rand io.Reader) (string, error) {
	switch s {
	case Compact:
		return encodeCompact(keys, payload, now.Add(maxAge).UnixMilli())
	case JWT:
		return keys.SignJWT(payload, now, maxAge)
	case JWE:
		return keys.EncryptJWE(payload, jweSalt, now, maxAge, rand)
	}
	return "", fmt.Errorf("cookiecache: unknown strategy %q", string(s))
}

// Decode checks a cookie value against every secret of keys and returns its
// payload and its expiry. The payload of the token strategies has the claims
// iat, exp and (jwe) jti as further members. The errors are
// [crypto.ErrInvalidToken] and [crypto.ErrTokenExpired]; an unknown strategy
// is neither. The version and what the payload holds are the caller's to
// check.
func Decode(s Strategy, keys *crypto.Keyring, value string, now time.Time) (payload []byte, expiresAt time.Time, err error) {
	switch s {
	case Compact:
		payload, expiresAt, err = decodeCompact(keys, value)
	case JWT:
		payload, err = keys.VerifyJWT(value, now)
		expiresAt = tokenExpiry(payload, now)
	case JWE:
		payload, err = keys.DecryptJWE(value, jweSalt, now)
		expiresAt = tokenExpiry(payload, now)
	default:
		err = fmt.Errorf("cookiecache: unknown strategy %q", string(s))
	}
	if err == nil && expiresAt.Before(now) {
		err = crypto.ErrTokenExpired
	}
	if err != nil {
		return nil, time.Time{}, err
	}
	return payload, expiresAt, nil
}

// tokenExpiry returns the claim exp. A token without one is not kept beyond
// this read, as in the reference.
func tokenExpiry(payload []byte, now time.Time) time.Time {
	expiresAt := now
	rawjson.Scan(payload, func(name, value []byte) {
		if string(name) != `"exp"` {
			return
		}
		if seconds, err := strconv.ParseFloat(string(value), 64); err == nil {
			expiresAt = time.UnixMilli(millis(seconds * 1000))
		}
	})
	return expiresAt
}

// millis converts a JSON number to whole milliseconds, within what a
// JavaScript date can hold.
func millis(n float64) int64 {
	const most = 8.64e15
	return int64(math.Max(-most, math.Min(most, n)))
}

// encodeCompact returns base64url({"session":payload,"expiresAt":n,
// "signature":s}), where s signs the payload with expiresAt as last member.
func encodeCompact(keys *crypto.Keyring, payload []byte, expiresAt int64) (string, error) {
	expiry := strconv.FormatInt(expiresAt, 10)
	text, err := signedText(payload, expiry)
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	b.Grow(len(payload) + 128)
	b.WriteString(`{"session":`)
	b.Write(payload)
	b.WriteString(`,"expiresAt":` + expiry + `,"signature":"` + keys.SignURL(text) + `"}`)
	return base64.RawURLEncoding.EncodeToString(b.Bytes()), nil
}

// decodeCompact finds the parts of the outer object without decoding them:
// what the signature covers needs no further check, and what it does not
// cover is refused.
func decodeCompact(keys *crypto.Keyring, value string) (payload []byte, expiresAt time.Time, err error) {
	raw, err := decodeBase64(value)
	if err != nil {
		return nil, time.Time{}, crypto.ErrInvalidToken
	}
	var expiry, signature []byte
	ok := rawjson.Scan(raw, func(name, value []byte) {
		switch string(name) {
		case `"session"`:
			payload = value
		case `"expiresAt"`:
			expiry = value
		case `"signature"`:
			signature = bytes.Trim(value, `"`)
		}
	})
	text, err := signedText(payload, string(expiry))
	if !ok || err != nil || !keys.VerifyURL(text, string(signature)) {
		return nil, time.Time{}, crypto.ErrInvalidToken
	}
	ms, err := strconv.ParseFloat(string(expiry), 64)
	if err != nil {
		return nil, time.Time{}, crypto.ErrInvalidToken
	}
	return payload, time.UnixMilli(millis(ms)), nil
}

// decodeBase64 reads either alphabet, with or without padding.
func decodeBase64(value string) ([]byte, error) {
	value = strings.TrimRight(value, "=")
	if strings.ContainsAny(value, "+/") {
		return base64.RawStdEncoding.DecodeString(value)
	}
	return base64.RawURLEncoding.DecodeString(value)
}

// signedText returns the payload with expiresAt as its last member, the text
// that the compact signature covers.
func signedText(payload []byte, expiresAt string) (string, error) {
	if len(payload) < 2 || payload[0] != '{' || payload[len(payload)-1] != '}' {
		return "", fmt.Errorf("cookiecache: the payload is not a JSON object: %w", crypto.ErrInvalidToken)
	}
	var b strings.Builder
	b.Grow(len(payload) + len(expiresAt) + 16)
	b.Write(payload[:len(payload)-1])
	if len(payload) > 2 {
		b.WriteByte(',')
	}
	b.WriteString(`"expiresAt":` + expiresAt + `}`)
	return b.String(), nil
}
