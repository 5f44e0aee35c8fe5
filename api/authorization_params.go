package api

import (
	"slices"
	"strings"

	"github.com/betterauth-go/betterauth/internal/wire"
)

// AuthorizationParams are further parameters of an authorization URL.
type AuthorizationParams map[string]string

// reservedParams are what the flow itself sets.
var reservedParams = []string{
	"state", "client_id", "redirect_uri", "response_type",
	"code_challenge", "code_challenge_method", "nonce", "scope",
}

// DecodeWire reads an object of strings and refuses names that the flow needs.
func (p *AuthorizationParams) DecodeWire(v any, present bool) []wire.Issue {
	if !present {
		return nil
	}
	m := map[string]string{}
	if issues := wire.DecodeValue(&m, v); issues != nil {
		return issues
	}
	for name := range m {
		if slices.Contains(reservedParams, name) {
			return []wire.Issue{{Message: "additionalParams cannot include reserved OAuth parameters: " + strings.Join(reservedParams, ", ")}}
		}
	}
	*p = m
	return nil
}

// EncodeWire is the inverse of DecodeWire.
func (p AuthorizationParams) EncodeWire() (v any, present bool) {
	var o wire.Object
	for name, value := range p {
		o.Set(name, value)
	}
	return o, p != nil
}
