package runner

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/betterauth-go/betterauth/internal/conformance/compare"
	"github.com/betterauth-go/betterauth/internal/conformance/scenario"
	"github.com/betterauth-go/betterauth/internal/crypto"
)

// flow looks up what flows between deployments and windows need.
func (p *player) flow(kind, rest string) (string, error) {
	name, path, _ := strings.Cut(rest, ".")
	switch kind {
	case "param": // {{param.step.profile}}, a parameter of where the step redirected to
		if res := p.answers[name]; res != nil {
			return parameter(res.Header.Get("location"), path)
		}
	case "opened": // {{opened.step}}, the state inside the package that the step sent to the provider
		state, err := p.lookup("state", name)
		if err != nil {
			return "", err
		}
		return openPackage(state)
	case "seal": // {{seal.purpose.TEXT}}, TEXT (base64url, may have placeholders) encrypted for a purpose
		text, err := base64.RawURLEncoding.DecodeString(path)
		if err != nil {
			return "", err
		}
		plain, err := p.expand(string(text))
		if err != nil {
			return "", err
		}
		return seal(name, plain)
	case "now": // {{now.-61000}}, the time in milliseconds with an offset
		offset, err := strconv.Atoi(rest)
		return strconv.FormatInt(p.now.Add(time.Duration(offset)*time.Millisecond).UnixMilli(), 10), err
	}
	return "", fmt.Errorf("nothing called %q", rest)
}

func parameter(address, name string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	if !u.Query().Has(name) {
		return "", fmt.Errorf("no parameter %s in %q", name, address)
	}
	return u.Query().Get(name), nil
}

func seal(purpose, text string) (string, error) {
	keys, err := crypto.NewKeyring(nil, scenario.Secret)
	if err != nil {
		return "", err
	}
	return keys.EncryptFor(purpose, text, rand.Reader)
}

func openPackage(sealed string) (string, error) {
	keys, err := crypto.NewKeyring(nil, scenario.Secret)
	if err != nil {
		return "", err
	}
	text, err := keys.DecryptFor("oauth-proxy-package", sealed)
	if err != nil {
		return "", err
	}
	return compare.Lookup([]byte(text), "state")
}
