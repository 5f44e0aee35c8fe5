package adapter_test

import (
	"testing"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/internal/wire"
)

type (
	user struct {
		Name          string      `json:"name"`
		Email         string      `json:"email"`
		EmailVerified bool        `json:"emailVerified"`
		Image         *string     `json:"image"`
		CreatedAt     time.Time   `json:"createdAt"`
		UpdatedAt     time.Time   `json:"updatedAt"`
		Extra         wire.Object `json:",inline"`
		ID            string      `json:"id"`
	}
	session struct {
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
	account struct {
		AccountID  string      `json:"accountId"`
		ProviderID string      `json:"providerId"`
		UserID     string      `json:"userId"`
		Password   *string     `json:"password"`
		Extra      wire.Object `json:",inline"`
		ID         string      `json:"id"`
	}
)

var (
	users    = adapter.Rows[user]{Table: "user"}
	sessions = adapter.Rows[session]{Table: "session"}
	accounts = adapter.Rows[account]{Table: "account"}
)

func newBenchStore(b *testing.B) *adapter.Store {
	schema, err := adapter.NewSchema(adapter.CoreTables(time.Now)...)
	if err != nil {
		b.Fatal(err)
	}
	s, err := adapter.NewStore(adapter.Options{Adapter: memory.New(), Schema: schema})
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// BenchmarkFindJoined is the storage part of reading a session.
func BenchmarkFindJoined(b *testing.B) {
	ctx, s := b.Context(), newBenchStore(b)
	for i := range 1000 {
		u, err := users.Create(ctx, s, &user{Name: "Ann", Email: string(rune('a'+i)) + "@example.com"})
		if err != nil {
			b.Fatal(err)
		}
		ip, agent := "127.0.0.1", "test"
		_, err = sessions.Create(ctx, s, &session{Token: "token" + u.ID, UserID: u.ID, ExpiresAt: time.Now(), IPAddress: &ip, UserAgent: &agent})
		if err != nil {
			b.Fatal(err)
		}
	}
	some, err := sessions.FindOne(ctx, s)
	if err != nil {
		b.Fatal(err)
	}
	toUser := adapter.Join{From: "userId", To: "id"}
	b.ReportAllocs()
	for b.Loop() {
		_, related, err := adapter.FindJoined(ctx, s, sessions, users, toUser, adapter.Eq("token", some.Token))
		if err != nil || len(related) != 1 {
			b.Fatal(err)
		}
	}
}

func BenchmarkCreate(b *testing.B) {
	ctx, s := b.Context(), newBenchStore(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := accounts.Create(ctx, s, &account{AccountID: "a", ProviderID: "credential", UserID: "u"}); err != nil {
			b.Fatal(err)
		}
	}
}
