package crypto

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"
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

// claim is a registered claim as JSON text.
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
	members := json.NewDecoder(bytes.NewReader(object))
	if _, err := members.Token(); err != nil {
		return nil, errPayload
	}
	out := []byte{'{'}
	for members.More() {
		start := members.InputOffset()
		token, err := members.Token()
		name, isName := token.(string)
		if err != nil || !isName {
			return nil, errPayload
		}
		quoted := bytes.TrimLeft(object[start:members.InputOffset()], ", \t\r\n")
		var value json.RawMessage
		if members.Decode(&value) != nil {
			return nil, errPayload
		}
		value, claims = takeClaim(name, value, claims)
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(append(append(out, quoted...), ':'), value...)
	}
	return appendClaims(out, claims), nil
}

// takeClaim returns the value a member must have and the claims still to set.
func takeClaim(name string, value json.RawMessage, claims []claim) (json.RawMessage, []claim) {
	for i, c := range claims {
		if c.name == name {
			rest := append([]claim(nil), claims[:i]...)
			return json.RawMessage(c.value), append(rest, claims[i+1:]...)
		}
	}
	return value, claims
}

// checkClaims checks exp and nbf (RFC 7519, seconds since 1970).
func checkClaims(payload []byte, now time.Time, tolerance time.Duration) error {
	var claims struct {
		Exp *float64 `json:"exp"`
		Nbf *float64 `json:"nbf"`
	}
	if len(payload) == 0 || payload[0] != '{' || json.Unmarshal(payload, &claims) != nil {
		return ErrInvalidToken
	}
	seconds, slack := float64(now.Unix()), tolerance.Seconds()
	if claims.Nbf != nil && *claims.Nbf > seconds+slack {
		return ErrInvalidToken
	}
	if claims.Exp != nil && *claims.Exp <= seconds-slack {
		return ErrTokenExpired
	}
	return nil
}
