package crypto_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth/internal/crypto"
)

// pair is a plaintext and a ciphertext the reference made of it.
type pair struct{ Plaintext, Ciphertext string }

type vectors struct {
	Secret, SecondSecret string
	FrozenTime           time.Time
	Password             struct {
		Vectors   []struct{ Password, Hash string }
		FixedSalt struct{ Password, Salt, Hash string }
		Malformed []struct{ Hash string }
	}
	SymmetricEncryption struct {
		Single   []pair
		Rotation struct {
			Vectors                  []pair
			OlderVersion, LegacyBare pair
		}
		Failures []struct{ Case, Data string }
	}
	Envelope []struct {
		Input  string
		Parsed *struct {
			Version    int
			Ciphertext string
		}
	}
	SecretsEnv struct {
		Vectors []struct {
			Value  string
			Parsed []crypto.Secret
			Error  string
		}
	}
	PurposeKeys struct {
		Vectors []struct {
			Purpose, Derived, DerivedSecond string
			Example                         pair
		}
	}
	SignedCookie struct {
		Vectors []struct{ Value, SignatureBase64 string }
	}
	HMACBase64URLNoPad struct {
		Vectors []struct{ Value, Signature string }
	} `json:"hmacBase64UrlNoPad"`
	JWTHS256 struct {
		Vectors []struct {
			Payload   json.RawMessage
			ExpiresIn int
			Token     string
		}
	} `json:"jwtHS256"`
	EmailVerificationToken []struct {
		Call, Token string
		Payload     json.RawMessage
	}
	JWE struct {
		Vectors []struct {
			Salt, Token, DerivedKeyHex string
			Payload, Decoded           json.RawMessage
			ProtectedHeader            json.RawMessage
			ExpiresIn                  int
		}
	}
	HashedTokens struct {
		Vectors []struct{ Token, Hash string }
	}
	ReserveVerificationID struct {
		Vectors []struct{ Identifier, ID, UUID string }
	} `json:"reserveVerificationId"`
	OAuthTokens struct {
		Example struct{ Plain, Stored string }
	}
}

func load(t testing.TB) *vectors {
	t.Helper()
	text, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	v := new(vectors)
	if err := json.Unmarshal(text, v); err != nil {
		t.Fatal(err)
	}
	return v
}

func keyring(t testing.TB, legacy string, secrets ...crypto.Secret) *crypto.Keyring {
	t.Helper()
	k, err := crypto.NewKeyring(secrets, legacy)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func single(t testing.TB, v *vectors) *crypto.Keyring { return keyring(t, v.Secret) }

// rotated is the keyring of the vectors' rotation: the second secret is
// current, the first is listed and also the legacy secret.
func rotated(t testing.TB, v *vectors) *crypto.Keyring {
	return keyring(t, v.Secret, crypto.Secret{Version: 2, Value: v.SecondSecret}, crypto.Secret{Version: 1, Value: v.Secret})
}

func compact(t testing.TB, text []byte) string {
	t.Helper()
	var buf strings.Builder
	for line := range strings.Lines(string(text)) {
		buf.WriteString(strings.TrimSpace(line))
	}
	return strings.ReplaceAll(buf.String(), `": `, `":`)
}

func TestPasswordVectors(t *testing.T) {
	t.Parallel()
	v, p := load(t), crypto.NewPasswords(nil, 1)
	for _, x := range v.Password.Vectors {
		if ok, err := p.Verify(t.Context(), x.Hash, x.Password); !ok || err != nil {
			t.Errorf("Verify(%q) = %v, %v", x.Password, ok, err)
		}
	}
	if ok, err := p.Verify(t.Context(), v.Password.Vectors[0].Hash, "password1235"); ok || err != nil {
		t.Errorf("wrong password: %v, %v", ok, err)
	}
	for _, x := range v.Password.Malformed {
		if ok, err := p.Verify(t.Context(), x.Hash, "password1234"); ok || !errors.Is(err, crypto.ErrInvalidHash) {
			t.Errorf("Verify of hash %q = %v, %v", x.Hash, ok, err)
		}
	}
}

func TestSymmetricVectors(t *testing.T) {
	t.Parallel()
	v := load(t)
	one, both := single(t, v), rotated(t, v)
	check := func(k *crypto.Keyring, x pair) {
		t.Helper()
		if got, err := k.Decrypt(x.Ciphertext); err != nil || got != x.Plaintext {
			t.Errorf("Decrypt(%.20s…) = %q, %v; want %q", x.Ciphertext, got, err, x.Plaintext)
		}
	}
	for _, x := range v.SymmetricEncryption.Single {
		check(one, x)
		check(both, x) // as legacy
	}
	for _, x := range v.SymmetricEncryption.Rotation.Vectors {
		check(both, x)
	}
	check(both, v.SymmetricEncryption.Rotation.OlderVersion)
	check(both, v.SymmetricEncryption.Rotation.LegacyBare)
	check(one, pair{v.OAuthTokens.Example.Plain, v.OAuthTokens.Example.Stored})
}

func TestDecryptFailures(t *testing.T) {
	t.Parallel()
	v := load(t)
	listed := keyring(t, "", crypto.Secret{Version: 2, Value: v.SecondSecret})
	cases := map[string]struct {
		keys *crypto.Keyring
		want error
	}{
		"unknown version":         {listed, crypto.ErrUnknownVersion},
		"bare hex without legacy": {listed, crypto.ErrNoLegacySecret},
		"tampered":                {single(t, v), crypto.ErrDecrypt},
		"not hex":                 {single(t, v), crypto.ErrDecrypt},
	}
	for _, x := range v.SymmetricEncryption.Failures {
		c, ok := cases[x.Case]
		if !ok {
			t.Fatalf("unknown case %q", x.Case)
		}
		if got, err := c.keys.Decrypt(x.Data); got != "" || !errors.Is(err, c.want) {
			t.Errorf("%s: %q, %v", x.Case, got, err)
		}
	}
}

// TestEnvelopeVectors sees the parser through the error: a value that parses
// fails on its version, any other on the missing legacy secret.
func TestEnvelopeVectors(t *testing.T) {
	t.Parallel()
	v := load(t)
	k := keyring(t, "", crypto.Secret{Version: 7, Value: v.Secret})
	for _, x := range v.Envelope {
		want := crypto.ErrNoLegacySecret
		if x.Parsed != nil {
			want = crypto.ErrUnknownVersion
		}
		if _, err := k.Decrypt(x.Input); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", x.Input, err, want)
		}
	}
}

func TestSecretsEnvVectors(t *testing.T) {
	t.Parallel()
	for _, x := range load(t).SecretsEnv.Vectors {
		got, err := crypto.ParseSecrets(x.Value)
		if x.Error != "" {
			if err == nil || err.Error() != x.Error {
				t.Errorf("%q: error %v, want %s", x.Value, err, x.Error)
			}
			continue
		}
		if err != nil || len(got) != len(x.Parsed) {
			t.Errorf("%q: %v, %v", x.Value, got, err)
			continue
		}
		for i := range got {
			if got[i] != x.Parsed[i] {
				t.Errorf("%q: entry %d = %d:%s", x.Value, i, got[i].Version, got[i].Value)
			}
		}
	}
}

func TestPurposeVectors(t *testing.T) {
	t.Parallel()
	v := load(t)
	for _, x := range v.PurposeKeys.Vectors {
		if got, err := single(t, v).DecryptFor(x.Purpose, x.Example.Ciphertext); err != nil || got != x.Example.Plaintext {
			t.Errorf("%s: %q, %v", x.Purpose, got, err)
		}
		// The derived secret is itself a secret, as text.
		if got, err := keyring(t, x.Derived).Decrypt(x.Example.Ciphertext); err != nil || got != x.Example.Plaintext {
			t.Errorf("%s with the derived secret: %q, %v", x.Purpose, got, err)
		}
		sealed, err := keyring(t, v.SecondSecret).EncryptFor(x.Purpose, "x", zeros{})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := keyring(t, x.DerivedSecond).Decrypt(sealed); err != nil || got != "x" {
			t.Errorf("%s, second secret: %q, %v", x.Purpose, got, err)
		}
		if _, err := single(t, v).DecryptFor("another-purpose", x.Example.Ciphertext); !errors.Is(err, crypto.ErrDecrypt) {
			t.Errorf("%s opened for another purpose: %v", x.Purpose, err)
		}
	}
}

func TestSignatureVectors(t *testing.T) {
	t.Parallel()
	v := load(t)
	k := single(t, v)
	for _, x := range v.SignedCookie.Vectors {
		if got := k.Sign(x.Value); got != x.SignatureBase64 {
			t.Errorf("Sign(%q) = %s", x.Value, got)
		}
		signed := x.Value + "." + x.SignatureBase64
		if got := k.SignValue(x.Value); got != signed {
			t.Errorf("SignValue(%q) = %s", x.Value, got)
		}
		if got, current, ok := k.OpenValue(signed); got != x.Value || !current || !ok {
			t.Errorf("OpenValue(%q) = %q, %v, %v", signed, got, current, ok)
		}
	}
	for _, x := range v.HMACBase64URLNoPad.Vectors {
		if got := k.SignURL(x.Value); got != x.Signature {
			t.Errorf("SignURL(%q) = %s", x.Value, got)
		}
		if !k.VerifyURL(x.Value, x.Signature) || k.VerifyURL(x.Value+"x", x.Signature) {
			t.Errorf("VerifyURL(%q) is wrong", x.Value)
		}
	}
}

func TestJWTVectors(t *testing.T) {
	t.Parallel()
	v := load(t)
	k := single(t, v)
	for _, x := range v.JWTHS256.Vectors {
		got, err := k.SignJWT([]byte(compact(t, x.Payload)), v.FrozenTime, time.Duration(x.ExpiresIn)*time.Second)
		if err != nil || got != x.Token {
			t.Errorf("SignJWT(%s) = %s, %v", x.Payload, got, err)
		}
	}
	for _, x := range v.EmailVerificationToken {
		payload, err := k.VerifyJWT(x.Token, v.FrozenTime)
		if err != nil {
			t.Fatalf("%s: %v", x.Call, err)
		}
		var want, got map[string]any
		if json.Unmarshal(x.Payload, &want) != nil || json.Unmarshal(payload, &got) != nil {
			t.Fatalf("%s: payload %s", x.Call, payload)
		}
		for name, value := range want {
			if got[name] != value {
				t.Errorf("%s: %s = %v", x.Call, name, got[name])
			}
		}
		// Signing the payload again replaces iat and exp where they stand.
		ttl := time.Duration(got["exp"].(float64)-got["iat"].(float64)) * time.Second
		if again, err := k.SignJWT(payload, v.FrozenTime, ttl); err != nil || again != x.Token {
			t.Errorf("%s again: %s, %v", x.Call, again, err)
		}
	}
}

func TestJWEVectors(t *testing.T) {
	t.Parallel()
	v := load(t)
	for _, x := range v.JWE.Vectors {
		payload, err := rotated(t, v).DecryptJWE(x.Token, x.Salt, v.FrozenTime)
		if err != nil || !strings.HasPrefix(string(payload), strings.TrimSuffix(compact(t, x.Payload), "}")+`,"iat":1767323045,"exp":`) {
			t.Errorf("%s: %s, %v", x.Salt, payload, err)
		}
		if x.Decoded != nil && string(payload) != compact(t, x.Decoded) {
			t.Errorf("%s: %s, want %s", x.Salt, payload, x.Decoded)
		}
		if _, err := rotated(t, v).DecryptJWE(x.Token, "other-salt", v.FrozenTime); !errors.Is(err, crypto.ErrInvalidToken) {
			t.Errorf("%s opened with another salt: %v", x.Salt, err)
		}
	}
	x := v.JWE.Vectors[0]
	made, err := single(t, v).EncryptJWE([]byte(compact(t, x.Payload)), x.Salt, v.FrozenTime, time.Hour, zeros{})
	if err != nil {
		t.Fatal(err)
	}
	if want, _, _ := strings.Cut(x.Token, "."); !strings.HasPrefix(made, want+"..") {
		t.Errorf("header of %s, want %s", made, want)
	}
}

func TestTokenVectors(t *testing.T) {
	t.Parallel()
	v := load(t)
	for _, x := range v.HashedTokens.Vectors {
		if got := crypto.HashToken(x.Token); got != x.Hash {
			t.Errorf("HashToken(%q) = %s", x.Token, got)
		}
	}
	for _, x := range v.ReserveVerificationID.Vectors {
		if id, uuid := crypto.ReserveID(x.Identifier), crypto.ReserveUUID(x.Identifier); id != x.ID || uuid != x.UUID {
			t.Errorf("%s: %s, %s", x.Identifier, id, uuid)
		}
	}
}

// zeros is the least random of readers.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }
