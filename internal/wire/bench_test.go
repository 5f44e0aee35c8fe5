package wire_test

import (
	"testing"
	"time"

	"github.com/betterauth-go/betterauth/internal/wire"
)

type session struct {
	ExpiresAt time.Time   `json:"expiresAt"`
	Token     string      `json:"token"`
	CreatedAt time.Time   `json:"createdAt"`
	UpdatedAt time.Time   `json:"updatedAt"`
	IPAddress *string     `json:"ipAddress"`
	UserAgent *string     `json:"userAgent"`
	UserID    string      `json:"userId"`
	Extra     wire.Object `json:",inline"`
	ID        string      `json:"id"`
}

func (session) WireStruct()                    {}
func (s session) MarshalJSON() ([]byte, error) { return wire.Marshal(s) }

type user struct {
	Name          string      `json:"name"`
	Email         string      `json:"email"`
	EmailVerified bool        `json:"emailVerified"`
	Image         *string     `json:"image"`
	CreatedAt     time.Time   `json:"createdAt"`
	UpdatedAt     time.Time   `json:"updatedAt"`
	Extra         wire.Object `json:",inline"`
	ID            string      `json:"id"`
}

func (user) WireStruct()                        {}
func (u user) MarshalJSON() ([]byte, error)     { return wire.Marshal(u) }
func (u *user) UnmarshalJSON(data []byte) error { return wire.Unmarshal(data, u) }

type sessionOutput struct {
	Session session `json:"session"`
	User    *user   `json:"user"`
}

func sampleOutput() sessionOutput {
	at := time.Date(2024, 1, 2, 3, 4, 5, 6e6, time.UTC)
	return sessionOutput{
		Session: session{
			ExpiresAt: at, Token: "hbyo9NfSXTzqQMbP2sT3Re5PSc5ylFnv", CreatedAt: at, UpdatedAt: at, IPAddress: new("127.0.0.1"),
			UserAgent: new("Mozilla/5.0 (X11; Linux x86_64)"), UserID: "u1", ID: "32adSpdeTK4e311Lq8XOiSlNiu34y0tS",
		},
		User: &user{
			Name: "Ann", Email: "ann@example.com", EmailVerified: true, CreatedAt: at, UpdatedAt: at,
			Extra: wire.Object{{Name: "plan", Value: "pro"}}, ID: "32adSpdeTK4e311Lq8XOiSlNiu34y0tS",
		},
	}
}

func BenchmarkAppend(b *testing.B) {
	out := sampleOutput()
	buf := make([]byte, 0, 2048)
	b.ReportAllocs()
	for b.Loop() {
		buf, _ = wire.Append(buf[:0], &out)
	}
}

type getSessionIn struct {
	DisableCookieCache bool `query:"disableCookieCache,omitempty" wire:"coerce"`
	DisableRefresh     bool `query:"disableRefresh,omitempty" wire:"coerce"`
}

func BenchmarkDecodeEmpty(b *testing.B) {
	var in getSessionIn
	b.ReportAllocs()
	for b.Loop() {
		if wire.Decode(&in, wire.Source{Body: wire.Undefined{}}) != nil {
			b.Fatal("issues")
		}
	}
}

func BenchmarkDecodeSignUp(b *testing.B) {
	body, _ := wire.Parse([]byte(`{"name":"Ann","email":"ann@example.com","password":"correct horse"}`))
	b.ReportAllocs()
	for b.Loop() {
		var in signUp
		if wire.Decode(&in, wire.Source{Body: body}) != nil {
			b.Fatal("issues")
		}
	}
}

func BenchmarkParse(b *testing.B) {
	text := []byte(`{"name":"Ann","email":"ann@example.com","password":"correct horse"}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := wire.Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUnmarshal(b *testing.B) {
	text, _ := wire.Marshal(sampleOutput())
	b.ReportAllocs()
	for b.Loop() {
		var out sessionOutput
		if err := wire.Unmarshal(text, &out); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCheckNoRules(b *testing.B) {
	in := getSessionIn{DisableRefresh: true}
	b.ReportAllocs()
	for b.Loop() {
		if wire.Check(&in) != nil {
			b.Fatal("issues")
		}
	}
}

// TestHotPathAllocations pins the paths every request takes.
func TestHotPathAllocations(t *testing.T) {
	out, in := sampleOutput(), getSessionIn{}
	buf := make([]byte, 0, 2048)
	tests := []struct {
		name string
		run  func()
	}{
		{"Append", func() { buf, _ = wire.Append(buf[:0], &out) }},
		{"Decode", func() { wire.Decode(&in, wire.Source{Body: wire.Undefined{}}) }},
		{"Check", func() { wire.Check(&in) }},
	}
	for _, tt := range tests {
		if n := testing.AllocsPerRun(100, tt.run); n > 0 {
			t.Errorf("%s allocates %v times", tt.name, n)
		}
	}
}
