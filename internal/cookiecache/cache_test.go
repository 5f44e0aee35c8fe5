package cookiecache_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth/internal/cookiecache"
	"github.com/betterauth-go/betterauth/internal/crypto"
)

// cached is a session_data value of the reference.
type cached struct {
	Strategy          cookiecache.Strategy
	Value, SignedText string
	Payload           string // as the reference reads it back; its member order differs
}

type reference struct {
	Secret string
	Now    int64
	Caches []cached // of a user with awkward text and numbers
	Live   []cached
}

func load(t testing.TB) (*reference, time.Time) {
	t.Helper()
	text, err := os.ReadFile("testdata/reference.json")
	if err != nil {
		t.Fatal(err)
	}
	r := new(reference)
	if err := json.Unmarshal(text, r); err != nil {
		t.Fatal(err)
	}
	return r, time.UnixMilli(r.Now)
}

func keyring(t testing.TB, legacy string, secrets ...crypto.Secret) *crypto.Keyring {
	t.Helper()
	k, err := crypto.NewKeyring(secrets, legacy)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

var strategies = []cookiecache.Strategy{cookiecache.Compact, cookiecache.JWT, cookiecache.JWE}

func TestReferenceValues(t *testing.T) {
	t.Parallel()
	r, now := load(t)
	rotated := keyring(t, "", crypto.Secret{Version: 2, Value: "a newer secret of sufficient length"}, crypto.Secret{Version: 1, Value: r.Secret})
	for _, x := range append(r.Live, r.Caches...) {
		for _, k := range []*crypto.Keyring{keyring(t, r.Secret), rotated} {
			payload, expiresAt, err := cookiecache.Decode(x.Strategy, k, x.Value, now)
			if err != nil {
				t.Fatalf("%s: %v", x.Strategy, err)
			}
			if d := expiresAt.Sub(now); d != 300*time.Second && d != 300*time.Second-678*time.Millisecond {
				t.Errorf("%s: expires in %v", x.Strategy, d)
			}
			var got, want any
			if err := json.Unmarshal(payload, &got); err != nil {
				t.Errorf("%s: %v", x.Strategy, err)
			}
			if x.Payload != "" && (json.Unmarshal([]byte(x.Payload), &want) != nil || !reflect.DeepEqual(got, want)) {
				t.Errorf("%s:\ngot  %s\nwant %s", x.Strategy, payload, x.Payload)
			}
			if x.SignedText != "" && strings.TrimSuffix(string(payload), "}")+`,"expiresAt":1767323345678}` != x.SignedText {
				t.Errorf("%s:\ngot  %s\nwant %s", x.Strategy, payload, x.SignedText)
			}
		}
	}
}

// TestEncodeLikeReference makes the reference's values again from their
// payloads: where nothing is random the text must be the same.
func TestEncodeLikeReference(t *testing.T) {
	t.Parallel()
	r, now := load(t)
	k := keyring(t, r.Secret)
	for _, x := range append(r.Live, r.Caches...) {
		if x.Strategy == cookiecache.JWE {
			continue
		}
		payload, _, err := cookiecache.Decode(x.Strategy, k, x.Value, now)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := cookiecache.Encode(x.Strategy, k, payload, now, 300*time.Second, zeros{}); got != x.Value || err != nil {
			t.Errorf("%s, %v:\ngot  %s\nwant %s", x.Strategy, err, got, x.Value)
		}
	}
}

func TestRoundTripAndExpiry(t *testing.T) {
	t.Parallel()
	now := time.UnixMilli(1767323045678)
	k := keyring(t, "a secret of sufficient length, 123")
	const payload = `{"session":{"b":1.50,"a":"<&>"},"user":{},"updatedAt":1767323045678,"version":"1"}`
	for _, s := range strategies {
		value, err := cookiecache.Encode(s, k, []byte(payload), now, time.Minute, zeros{})
		if err != nil {
			t.Fatal(err)
		}
		got, expiresAt, err := cookiecache.Decode(s, k, value, now)
		if err != nil || !strings.HasPrefix(string(got), strings.TrimSuffix(payload, "}")) {
			t.Errorf("%s: %s, %v", s, got, err)
		}
		if _, _, err := cookiecache.Decode(s, k, value, expiresAt.Add(-time.Second)); err != nil {
			t.Errorf("%s, before its expiry: %v", s, err)
		}
		if got, _, err := cookiecache.Decode(s, k, value, expiresAt.Add(time.Millisecond)); !errors.Is(err, crypto.ErrTokenExpired) || got != nil {
			t.Errorf("%s, after its expiry: %s, %v", s, got, err)
		}
		for _, other := range strategies {
			if got, _, err := cookiecache.Decode(other, k, value, now); other != s && !errors.Is(err, crypto.ErrInvalidToken) {
				t.Errorf("%s read as %s: %s, %v", s, other, got, err)
			}
		}
		if _, _, err := cookiecache.Decode(s, keyring(t, "another secret of sufficient length"), value, now); !errors.Is(err, crypto.ErrInvalidToken) {
			t.Errorf("%s with another secret: %v", s, err)
		}
		for _, bad := range []string{"", "[]", "null", "{"} {
			if value, err := cookiecache.Encode(s, k, []byte(bad), now, time.Minute, zeros{}); err == nil {
				t.Errorf("%s of %q: %s", s, bad, value)
			}
		}
	}
	if _, err := cookiecache.Encode("other", k, []byte(payload), now, time.Minute, zeros{}); err == nil {
		t.Error("unknown strategy encoded")
	}
	if _, _, err := cookiecache.Decode("other", k, "x", now); err == nil || errors.Is(err, crypto.ErrInvalidToken) {
		t.Errorf("unknown strategy: %v", err)
	}
}

// TestCompactTampering changes the open text of a compact value.
func TestCompactTampering(t *testing.T) {
	t.Parallel()
	now := time.UnixMilli(1767323045678)
	k := keyring(t, "a secret of sufficient length, 123")
	value, err := cookiecache.Encode(cookiecache.Compact, k, []byte(`{"session":{"id":"1"},"n":2}`), now, time.Minute, nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := base64.RawURLEncoding.DecodeString(value)
	if err != nil {
		t.Fatal(err)
	}
	for old, changed := range map[string]string{
		`"id":"1"`:                  `"id":"2"`,
		`"n":2`:                     `"n":2.0`,
		`"expiresAt":1767323105678`: `"expiresAt":1767323105679`,
		`"expiresAt":`:              `"expiresAt":"x","e":`,
		`"signature":"`:             `"signature":"A`,
		`{"session":{"session"`:     `{"session":{ "session"`,
		`,"signature"`:              `,"session":{"session":{"id":"9"},"n":2},"signature"`,
		`{"session":`:               `{"other":`,
		`}`:                         ``,
	} {
		if !strings.Contains(string(text), old) {
			t.Fatalf("%s is not in %s", old, text)
		}
		bad := base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(text), old, changed, 1)))
		if payload, _, err := cookiecache.Decode(cookiecache.Compact, k, bad, now); !errors.Is(err, crypto.ErrInvalidToken) {
			t.Errorf("%s for %s: %s, %v", changed, old, payload, err)
		}
	}
	padded := base64.URLEncoding.EncodeToString(text)
	if _, _, err := cookiecache.Decode(cookiecache.Compact, k, padded, now); err != nil {
		t.Errorf("with padding: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	now := time.UnixMilli(1767323045678)
	k := keyring(f, "a secret of sufficient length, 123")
	b64 := base64.RawURLEncoding.EncodeToString
	for i, s := range strategies {
		value, err := cookiecache.Encode(s, k, []byte(`{"session":{}}`), now, time.Minute, zeros{})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(i), value)
	}
	f.Add(uint8(0), b64([]byte(`{"session":{},"expiresAt":1e999,"signature":""}`)))
	f.Add(uint8(0), b64([]byte(`{"session":null,"expiresAt":null,"signature":null}`)))
	f.Fuzz(func(t *testing.T, i uint8, value string) {
		payload, _, err := cookiecache.Decode(strategies[int(i)%len(strategies)], k, value, now)
		if (err == nil) != (len(payload) > 0) {
			t.Errorf("Decode(%q) = %q, %v", value, payload, err)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	r, now := load(b)
	k := keyring(b, r.Secret)
	for _, x := range r.Live {
		b.Run(string(x.Strategy), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := cookiecache.Decode(x.Strategy, k, x.Value, now); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
