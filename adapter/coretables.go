package adapter

import "time"

// CoreTables returns the tables user, session, account and verification, in this order. now gives the
// defaults of dates.
//
// Three plain indexes speed up queries that every installation makes and are not in the reference's
// schema: session(expiresAt), account(providerId, accountId) and verification(expiresAt).
func CoreTables(now func() time.Time) []Table {
	clock := func() any { return now() }
	return []Table{userTable(clock), sessionTable(clock), accountTable(clock), verificationTable(clock)}
}

// RateLimitTable returns the table of request counters, which exists when the rate limiter keeps them in
// the database.
func RateLimitTable(now func() time.Time) Table {
	return Table{Name: "rateLimit", Fields: []Field{
		{Name: "key", Type: String, Unique: true},
		{Name: "count", Type: Number},
		{Name: "lastRequest", Type: Number, BigInt: true, Default: func() any { return now().UnixMilli() }},
	}}
}

func userTable(now func() any) Table {
	return Table{Name: "user", Fields: []Field{
		{Name: "name", Type: String, Sortable: true},
		{Name: "email", Type: String, Unique: true, Sortable: true},
		{Name: "emailVerified", Type: Boolean, NoInput: true, Default: func() any { return false }},
		{Name: "image", Type: String, Optional: true},
		{Name: "createdAt", Type: Date, Default: now},
		{Name: "updatedAt", Type: Date, Default: now, OnUpdate: now},
	}}
}

func sessionTable(now func() any) Table {
	return Table{
		Name: "session",
		Fields: []Field{
			{Name: "expiresAt", Type: Date},
			{Name: "token", Type: String, Unique: true},
			{Name: "createdAt", Type: Date, Default: now},
			{Name: "updatedAt", Type: Date, OnUpdate: now},
			{Name: "ipAddress", Type: String, Optional: true},
			{Name: "userAgent", Type: String, Optional: true},
			{Name: "userId", Type: String, Index: true, References: &Reference{Table: "user", Field: "id"}},
		},
		Indexes: []Index{{Fields: []string{"expiresAt"}}},
	}
}

func accountTable(now func() any) Table {
	return Table{
		Name: "account",
		Fields: []Field{
			{Name: "accountId", Type: String},
			{Name: "providerId", Type: String},
			{Name: "userId", Type: String, Index: true, References: &Reference{Table: "user", Field: "id"}},
			{Name: "accessToken", Type: String, Optional: true, Hidden: true},
			{Name: "refreshToken", Type: String, Optional: true, Hidden: true},
			{Name: "idToken", Type: String, Optional: true, Hidden: true},
			{Name: "accessTokenExpiresAt", Type: Date, Optional: true, Hidden: true},
			{Name: "refreshTokenExpiresAt", Type: Date, Optional: true, Hidden: true},
			{Name: "scope", Type: String, Optional: true},
			{Name: "password", Type: String, Optional: true, Hidden: true},
			{Name: "createdAt", Type: Date, Default: now},
			{Name: "updatedAt", Type: Date, OnUpdate: now},
		},
		Indexes: []Index{{Fields: []string{"providerId", "accountId"}}},
	}
}

func verificationTable(now func() any) Table {
	return Table{
		Name: "verification",
		Fields: []Field{
			{Name: "identifier", Type: String, Index: true},
			{Name: "value", Type: String},
			{Name: "expiresAt", Type: Date},
			{Name: "createdAt", Type: Date, Default: now},
			{Name: "updatedAt", Type: Date, Default: now, OnUpdate: now},
		},
		Indexes: []Index{{Fields: []string{"expiresAt"}}},
	}
}
