package oidc

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

const (
	// tolerance allows for clocks that differ.
	tolerance = 30 * time.Second
	// maxToken bounds a token in bytes, before anything is decoded.
	maxToken = 64 << 10
)

// ErrInvalid is the reason of every refused token; the text says which check failed, without the
// token's content.
var ErrInvalid = errors.New("oidc: invalid ID token")

// A Verifier checks ID tokens as OpenID Connect Core 3.1.3.7 asks: signature, issuer, audience,
// expiry, nonce. iss, sub, aud, exp and iat are required; times have a tolerance of 30 s.
type Verifier struct {
	Keys *KeySet
	// Issuers are the accepted values of iss. Empty: any, for providers whose tenants differ; Claims
	// must then check it.
	Issuers []string
	// Audiences are the client ids; the token must be for one of them.
	Audiences []string
	// Algorithms are the accepted signatures. Empty: all asymmetric ones that we know.
	Algorithms []string
	// MaxAge is how long ago the token may have been issued. Zero: as long as it has not expired.
	MaxAge time.Duration
	// HashedNonce also accepts the SHA-256 of the nonce in hex (Apple).
	HashedNonce bool
	// Opaque accepts what is no JWT, unseen: the profile is then read with it, from an endpoint that
	// checks it (Facebook).
	Opaque bool
	// Claims is a further check.
	Claims func(oauth2.Claims) bool
}

func asymmetric() []string {
	return []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
}

// VerifyIDToken checks a token, and its nonce if one is expected.
func (v *Verifier) VerifyIDToken(ctx context.Context, out plugin.Outbound, token, nonce string) error {
	if v.Opaque && strings.Count(token, ".") != 2 {
		return nil
	}
	_, err := v.Verify(ctx, out, token, nonce)
	return err
}

// Verify checks a token and returns its claims.
func (v *Verifier) Verify(ctx context.Context, out plugin.Outbound, token, nonce string) (oauth2.Claims, error) {
	payload, err := v.signed(ctx, out, token)
	if err != nil {
		return nil, err
	}
	claims, err := oauth2.ReadClaims(payload)
	if err != nil {
		return nil, refuse("payload")
	}
	if failed := v.failed(claims, out.Now(), nonce); failed != "" {
		return nil, refuse(failed)
	}
	return claims, nil
}

func refuse(check string) error { return fmt.Errorf("%w: %s", ErrInvalid, check) }

// signed checks the signature and returns the payload.
func (v *Verifier) signed(ctx context.Context, out plugin.Outbound, token string) ([]byte, error) {
	if len(token) > maxToken || strings.Count(token, ".") != 2 {
		return nil, refuse("format")
	}
	jws, err := jose.ParseSignedCompact(token, v.algorithms())
	if err != nil || len(jws.Signatures) != 1 {
		return nil, refuse("format or algorithm")
	}
	header := jws.Signatures[0].Protected
	keys, err := v.Keys.find(ctx, out, header.KeyID, header.Algorithm)
	if err != nil {
		return nil, err
	}
	if payload, ok := verifyWith(jws, keys); ok {
		return payload, nil
	}
	if header.KeyID == "" { // all keys were tried: the right one may be newer
		if keys, err = v.Keys.refetch(ctx, out); err != nil {
			return nil, err
		}
		if payload, ok := verifyWith(jws, usable(keys, "", header.Algorithm)); ok {
			return payload, nil
		}
	}
	return nil, refuse("signature")
}

func verifyWith(jws *jose.JSONWebSignature, keys []jose.JSONWebKey) ([]byte, bool) {
	for _, key := range keys {
		if payload, err := jws.Verify(key); err == nil {
			return payload, true
		}
	}
	return nil, false
}

func (v *Verifier) algorithms() []jose.SignatureAlgorithm {
	names := v.Algorithms
	if len(names) == 0 {
		names = asymmetric()
	}
	var list []jose.SignatureAlgorithm
	for _, name := range names {
		if slices.Contains(asymmetric(), name) { // never "none" or a MAC, whatever a provider claims
			list = append(list, jose.SignatureAlgorithm(name))
		}
	}
	return list
}

// failed names the first check that fails, or "".
func (v *Verifier) failed(c oauth2.Claims, now time.Time, nonce string) string {
	switch {
	case c.String("iss") == nil || len(v.Issuers) > 0 && !slices.Contains(v.Issuers, *c.String("iss")):
		return "iss"
	case c.ID("sub") == "":
		return "sub"
	case !v.hasAudience(c["aud"]):
		return "aud"
	case nonce != "" && !v.nonceMatches(c.String("nonce"), nonce):
		return "nonce"
	}
	if failed := v.failedTime(c, now); failed != "" {
		return failed
	}
	if v.Claims != nil && !v.Claims(c) {
		return "claims"
	}
	return ""
}

func (v *Verifier) failedTime(c oauth2.Claims, now time.Time) string {
	exp, expOK := seconds(c["exp"])
	iat, iatOK := seconds(c["iat"])
	nbf, nbfOK := seconds(c["nbf"])
	_, nbfSent := c["nbf"]
	t, slack := float64(now.Unix()), tolerance.Seconds()
	switch {
	case !expOK || exp <= t-slack:
		return "exp"
	case !iatOK || iat > t+slack || v.MaxAge > 0 && t-iat-slack > v.MaxAge.Seconds():
		return "iat"
	case nbfSent && (!nbfOK || nbf > t+slack):
		return "nbf"
	}
	return ""
}

func seconds(v any) (float64, bool) {
	n, ok := v.(json.Number)
	if !ok {
		return 0, false
	}
	f, err := n.Float64()
	return f, err == nil && !math.IsInf(f, 0)
}

func (v *Verifier) hasAudience(aud any) bool {
	switch aud := aud.(type) {
	case string:
		return aud != "" && slices.Contains(v.Audiences, aud)
	case []any:
		return slices.ContainsFunc(aud, func(a any) bool {
			s, ok := a.(string)
			return ok && v.hasAudience(s)
		})
	}
	return false
}

func (v *Verifier) nonceMatches(claim *string, nonce string) bool {
	if claim == nil {
		return false
	}
	if subtle.ConstantTimeCompare([]byte(*claim), []byte(nonce)) == 1 {
		return true
	}
	sum := sha256.Sum256([]byte(nonce))
	return v.HashedNonce && subtle.ConstantTimeCompare([]byte(*claim), []byte(hex.EncodeToString(sum[:]))) == 1
}
