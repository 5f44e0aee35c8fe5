package plugin

import (
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
)

// The core tables, typed.
//
//	u, err := plugin.Users.FindOne(c, c.DB, adapter.Eq("email", email))
var (
	Users         = adapter.Rows[api.User]{Table: "user"}
	Sessions      = adapter.Rows[api.Session]{Table: "session"}
	Accounts      = adapter.Rows[api.Account]{Table: "account"}
	Verifications = adapter.Rows[api.Verification]{Table: "verification"}
)
