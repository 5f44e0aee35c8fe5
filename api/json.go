package api

import "github.com/betterauth-go/betterauth/internal/wire"

// The models write and read JSON as the reference does, also through encoding/json, which knows
// neither inlined fields nor JavaScript's dates.

// WireStruct marks the model for the wire encoder.
func (User) WireStruct() {}

// MarshalJSON writes the user as the wire has it.
func (u User) MarshalJSON() ([]byte, error) { return wire.Marshal(u) }

// UnmarshalJSON reads a user; unknown members go to Extra.
func (u *User) UnmarshalJSON(data []byte) error { return wire.Unmarshal(data, u) }

// WireStruct marks the model for the wire encoder.
func (Session) WireStruct() {}

// MarshalJSON writes the session as the wire has it, token included.
func (s Session) MarshalJSON() ([]byte, error) { return wire.Marshal(s) }

// UnmarshalJSON reads a session; unknown members go to Extra.
func (s *Session) UnmarshalJSON(data []byte) error { return wire.Unmarshal(data, s) }

// WireStruct marks the model for the wire encoder.
func (Account) WireStruct() {}

// MarshalJSON writes every column, secrets included: it is for storage, not for answers.
func (a Account) MarshalJSON() ([]byte, error) { return wire.Marshal(a) }

// UnmarshalJSON reads an account; unknown members go to Extra.
func (a *Account) UnmarshalJSON(data []byte) error { return wire.Unmarshal(data, a) }

// WireStruct marks the model for the wire encoder.
func (Verification) WireStruct() {}

// MarshalJSON writes the verification as secondary storage keeps it.
func (v Verification) MarshalJSON() ([]byte, error) { return wire.Marshal(v) }

// UnmarshalJSON reads a verification; unknown members go to Extra.
func (v *Verification) UnmarshalJSON(data []byte) error { return wire.Unmarshal(data, v) }

// WireStruct marks the model for the wire encoder.
func (SessionData) WireStruct() {}

// MarshalJSON writes {"session","user"}.
func (d SessionData) MarshalJSON() ([]byte, error) { return wire.Marshal(d) }

// UnmarshalJSON reads {"session","user"}.
func (d *SessionData) UnmarshalJSON(data []byte) error { return wire.Unmarshal(data, d) }

// WireStruct marks the account for the wire encoder.
func (AccountSummary) WireStruct() {}

// MarshalJSON writes the account as list-accounts does.
func (a AccountSummary) MarshalJSON() ([]byte, error) { return wire.Marshal(a) }

// UnmarshalJSON reads an account; unknown members go to Extra.
func (a *AccountSummary) UnmarshalJSON(data []byte) error { return wire.Unmarshal(data, a) }

// WireStruct marks the user for the wire encoder.
func (AccountInfoUser) WireStruct() {}

// MarshalJSON writes the user as account-info does.
func (u AccountInfoUser) MarshalJSON() ([]byte, error) { return wire.Marshal(u) }

// UnmarshalJSON reads a user; unknown members go to Extra.
func (u *AccountInfoUser) UnmarshalJSON(data []byte) error { return wire.Unmarshal(data, u) }
