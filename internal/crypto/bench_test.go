package crypto_test

import (
	"strings"
	"testing"
	"time"
)

const sessionToken = "6UAQWcDTpNqARSp0E7Y2mG89MLNRjhgF"

func BenchmarkOpenValue(b *testing.B) {
	k := keyring(b, oldSecret.Value)
	signed := k.SignValue(sessionToken)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, ok := k.OpenValue(signed); !ok {
			b.Fatal("refused")
		}
	}
}

func BenchmarkSignValue(b *testing.B) {
	k := keyring(b, oldSecret.Value)
	b.ReportAllocs()
	for b.Loop() {
		k.SignValue(sessionToken)
	}
}

func BenchmarkVerifyJWT(b *testing.B) {
	k := keyring(b, oldSecret.Value)
	token, err := k.SignJWT([]byte(`{"a":"`+strings.Repeat("x", 600)+`"}`), now, time.Hour)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := k.VerifyJWT(token, now); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecryptJWE(b *testing.B) {
	k := keyring(b, oldSecret.Value)
	token, err := k.EncryptJWE([]byte(`{"a":"`+strings.Repeat("x", 600)+`"}`), "s", now, time.Hour, zeros{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := k.DecryptJWE(token, "s", now); err != nil {
			b.Fatal(err)
		}
	}
}
