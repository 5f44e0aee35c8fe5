// Package idtoken signs ID tokens as the made-up providers of the conformance run do. Their public key is in
// keys.json, which both servers' providers answer with; key.pem protects nothing.
package idtoken

import (
	"crypto"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	_ "embed" // the keys below
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"maps"
	"time"
)

// KeyID names the key.
const KeyID = "key-1"

// Keys is the key set of the providers (RFC 7517).
//
//go:embed keys.json
var Keys []byte

//go:embed key.pem
var keyPEM []byte

// A Spec describes a token.
type Spec struct {
	// Header is merged over {"alg":"RS256","kid":KeyID}; null removes a member. With alg HS256 the
	// public key set is the secret, and with none there is no signature.
	Header map[string]any `json:"header,omitempty"`
	// Claims; iat, exp and nbf are seconds from now if they are numbers.
	Claims map[string]any `json:"claims"`
	// Tampered changes the claims after signing.
	Tampered bool `json:"tampered,omitempty"`
}

// Placeholder is what stands for the token in the steps of a scenario.
func (s Spec) Placeholder() string {
	text, err := json.Marshal(s)
	if err != nil {
		panic("idtoken: " + err.Error())
	}
	return "{{idtoken." + encode(text) + "}}"
}

// Sign makes the token of a placeholder at a time.
func Sign(placeholder string, now time.Time) (string, error) {
	text, err := base64.RawURLEncoding.DecodeString(placeholder)
	if err != nil {
		return "", err
	}
	var s Spec
	if err := json.Unmarshal(text, &s); err != nil {
		return "", err
	}
	return s.sign(now)
}

func (s Spec) sign(now time.Time) (string, error) {
	header := map[string]any{"alg": "RS256", "kid": KeyID}
	maps.Copy(header, s.Header)
	maps.DeleteFunc(header, func(_ string, v any) bool { return v == nil })
	for _, name := range []string{"iat", "exp", "nbf"} {
		if n, ok := s.Claims[name].(float64); ok {
			s.Claims[name] = now.Unix() + int64(n)
		}
	}
	signed, err := part(header, s.Claims)
	if err != nil {
		return "", err
	}
	signature, err := sign(header["alg"], signed)
	if err != nil {
		return "", err
	}
	if s.Tampered {
		s.Claims["sub"] = "somebody-else"
		if signed, err = part(header, s.Claims); err != nil {
			return "", err
		}
	}
	return signed + "." + encode(signature), nil
}

// part is header and payload, which are signed.
func part(header, claims map[string]any) (string, error) {
	h, err := json.Marshal(header)
	if err != nil {
		return "", err
	}
	c, err := json.Marshal(claims)
	return encode(h) + "." + encode(c), err
}

func sign(alg any, text string) ([]byte, error) {
	switch alg {
	case "none":
		return nil, nil
	case "HS256":
		mac := hmac.New(sha256.New, Keys)
		mac.Write([]byte(text))
		return mac.Sum(nil), nil
	}
	block, _ := pem.Decode(keyPEM)
	if block == nil {
		return nil, errors.New("idtoken: key.pem holds no key")
	}
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(text))
	return rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:])
}

func encode(text []byte) string { return base64.RawURLEncoding.EncodeToString(text) }
