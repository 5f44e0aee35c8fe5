package crypto

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/betterauth-go/betterauth/internal/crypto/rawjson"
)

// jwtHeader is base64url({"alg":"HS256"}), the header of every token made here.
const jwtHeader = "eyJhbGciOiJIUzI1NiJ9"

var (
	// ErrInvalidToken reports a token that is malformed, was changed, or was
	// made with another secret.
	ErrInvalidToken = errors.New("crypto: invalid token")
	// ErrTokenExpired reports a genuine token past its expiry.
	ErrTokenExpired = errors.New("crypto: token expired")

	errPayload = errors.New("crypto: the payload is not a JSON object")
)

// SignJWT returns an HS256 token of payload, a JSON object text whose members
// keep their order, under the current secret. The claims iat (now) and exp
// (now + ttl, whole seconds) follow the members, or replace those of that
// name where they stand. The error reports a payload that is no object.
func (k *Keyring) SignJWT(payload []byte, now time.Time, ttl time.Duration) (string, error) {
	text, err := withClaims(payload, timeClaims(now, ttl))
	if err != nil {
		return "", err
	}
	signed := jwtHeader + "." + base64.RawURLEncoding.EncodeToString(text)
	return signed + "." + k.SignURL(signed), nil
}

// VerifyJWT checks an HS256 token against every secret and returns its
// payload, claims included. The errors are [ErrInvalidToken] and
// [ErrTokenExpired]; the latter is only given for a genuine token.
func (k *Keyring) VerifyJWT(token string, now time.Time) ([]byte, error) {
	dot := strings.LastIndexByte(token, '.')
	if dot < 0 {
		return nil, ErrInvalidToken
	}
	signed, signature := token[:dot], token[dot+1:]
	header, body, ok := strings.Cut(signed, ".")
	if !ok || !isHS256(header) {
		return nil, ErrInvalidToken
	}
	sum, ok := decodeMAC(signature, base64.RawURLEncoding)
	if !ok || k.match(signed, &sum) < 0 {
		return nil, ErrInvalidToken
	}
	payload, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil {
		return nil, ErrInvalidToken
	}
	if err := checkClaims(payload, now, 0); err != nil {
		return nil, err
	}
	return payload, nil
}

// isHS256 reports whether a header names HS256 and asks for no extension.
func isHS256(header string) bool {
	if header == jwtHeader {
		return true
	}
	h, ok := parseHeader(header)
	return ok && h.Alg == "HS256"
}

// joseHeader has the members that decide how a token is opened.
type joseHeader struct {
	Alg  string          `json:"alg"`
	Enc  string          `json:"enc"`
	Kid  *string         `json:"kid"`
	Crit json.RawMessage `json:"crit"` // extensions that must be understood; none is
	Zip  json.RawMessage `json:"zip"`  // compression, which is never used
}

func parseHeader(text string) (h joseHeader, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || json.Unmarshal(raw, &h) != nil {
		return h, false
	}
	return h, h.Crit == nil && h.Zip == nil
}

// claim is a registered claim; value is JSON text.
type claim struct{ name, value string }

func timeClaims(now time.Time, ttl time.Duration) []claim {
	iat := now.Unix()
	return []claim{
		{"iat", strconv.FormatInt(iat, 10)},
		{"exp", strconv.FormatInt(iat+int64(ttl/time.Second), 10)},
	}
}

// withClaims sets members of a JSON object the way a JavaScript assignment
// does: an existing member keeps its place, a new one goes to the end.
func withClaims(object []byte, claims []claim) ([]byte, error) {
	body, ok := bytes.CutSuffix(bytes.TrimSpace(object), []byte("}"))
	if !ok || len(body) == 0 || body[0] != '{' {
		return nil, errPayload
	}
	body = bytes.TrimRight(body, " \t\r\n")
	for _, c := range claims {
		if bytes.Contains(body, []byte(`"`+c.name+`"`)) {
			return replaceClaims(object, claims)
		}
	}
	out := make([]byte, 0, len(object)+128)
	return appendClaims(append(out, body...), claims), nil
}

// appendClaims ends an object that is open after its last member.
func appendClaims(out []byte, claims []claim) []byte {
	for _, c := range claims {
		if out[len(out)-1] != '{' {
			out = append(out, ',')
		}
		out = append(append(append(append(out, '"'), c.name...), `":`...), c.value...)
	}
	return append(out, '}')
}

// replaceClaims is the slow path of withClaims, for objects that may have
// some of the claims already.
func replaceClaims(object []byte, claims []claim) ([]byte, error) {
	out, missing := []byte{'{'}, slices.Clone(claims)
	ok := rawjson.Scan(object, func(name, value []byte) {
		for _, c := range claims {
			if string(name) == `"`+c.name+`"` {
				value = []byte(c.value)
				missing = slices.DeleteFunc(missing, func(m claim) bool { return m == c })
			}
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(append(append(out, name...), ':'), value...)
	})
	if !ok {
		return nil, errPayload
	}
	return appendClaims(out, missing), nil
}

// checkClaims checks exp and nbf (RFC 7519, seconds since 1970). Either may
// be missing.
func checkClaims(payload []byte, now time.Time, tolerance time.Duration) error {
	seconds, slack := float64(now.Unix()), tolerance.Seconds()
	var early, expired, invalid bool
	ok := rawjson.Scan(payload, func(name, value []byte) {
		isExp, isNbf := string(name) == `"exp"`, string(name) == `"nbf"`
		if !isExp && !isNbf {
			return
		}
		date, err := strconv.ParseFloat(string(value), 64)
		invalid = invalid || err != nil
		expired = expired || isExp && date <= seconds-slack
		early = early || isNbf && date > seconds+slack
	})
	switch {
	case !ok, invalid, early:
		return ErrInvalidToken
	case expired:
		return ErrTokenExpired
	}
	return nil
}
