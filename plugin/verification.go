package plugin

import (
	"context"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/crypto"
	"github.com/betterauth-go/betterauth/internal/wire"
)

// cleanupEvery is how often, at most, a lookup also removes expired rows.
const cleanupEvery = time.Minute

type cleanup struct{ next atomic.Int64 } // Unix milliseconds

// CreateVerification stores value under identifier for ttl: a reset token, an OTP, a state. The
// identifier holds its purpose ("reset-password:<token>"), so one kind never opens another's door.
func (c *Context) CreateVerification(identifier, value string, ttl time.Duration) (*api.Verification, error) {
	stored, err := c.storedIdentifier(identifier)
	if err != nil {
		return nil, err
	}
	now := c.Now()
	v := &api.Verification{Identifier: stored, Value: value, ExpiresAt: now.Add(ttl), CreatedAt: now, UpdatedAt: now}
	if c.verificationsInStorage() {
		if v, err = c.keepVerification(v, ttl); err != nil || !c.Config.Verification.StoreInDatabase {
			return v, err
		}
	}
	return Verifications.Create(c, c.DB, v)
}

// FindVerification returns the latest unexpired value under identifier, or adapter.ErrNotFound.
// At most once a minute it also removes what has expired.
func (c *Context) FindVerification(identifier string) (*api.Verification, error) {
	v, err := c.PeekVerification(identifier)
	c.cleanVerifications()
	return v, err
}

// PeekVerification is FindVerification that removes nothing.
func (c *Context) PeekVerification(identifier string) (*api.Verification, error) {
	return c.lookVerification(identifier, false)
}

// ConsumeVerification removes what is under identifier and returns the latest value; adapter.ErrNotFound
// when there is none or it has expired. Of several callers at once exactly one gets it.
func (c *Context) ConsumeVerification(identifier string) (*api.Verification, error) {
	return c.lookVerification(identifier, true)
}

// LatestVerification is FindVerification that also returns what has expired, until it is cleaned up.
func (c *Context) LatestVerification(identifier string) (*api.Verification, error) {
	defer c.cleanVerifications()
	return c.verificationNamed(identifier, func(name string) (*api.Verification, error) { return c.lookStored(name, false) })
}

// TakeVerification is ConsumeVerification for identifiers that hold a random token, of which there is only
// one: it takes one statement. What has expired is removed and returned too.
func (c *Context) TakeVerification(identifier string) (*api.Verification, error) {
	defer c.cleanVerifications()
	return c.verificationNamed(identifier, func(name string) (*api.Verification, error) {
		if c.verificationsInStorage() {
			return c.lookStored(name, true)
		}
		return Verifications.Consume(c, c.DB, adapter.Eq("identifier", name))
	})
}

// verificationNamed tries the stored form of the identifier and then, as the reference does, the plain.
func (c *Context) verificationNamed(identifier string, look func(name string) (*api.Verification, error)) (*api.Verification, error) {
	names, err := c.identifiers(identifier)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		v, err := look(name.(string))
		if !errors.Is(err, adapter.ErrNotFound) {
			return v, err
		}
	}
	return nil, adapter.ErrNotFound
}

// RedeemVerification removes a value that FindVerification returned, in one step; adapter.ErrNotFound when
// somebody else was faster. For identifiers that hold a random token, of which there is only one.
func (c *Context) RedeemVerification(v *api.Verification) error {
	if c.verificationsInStorage() {
		_, ok, err := c.Config.SecondaryStorage.GetAndDelete(c, verificationKey(v.Identifier))
		if err != nil {
			return err
		}
		if ok && c.Config.Verification.StoreInDatabase {
			_, err = Verifications.Delete(c, c.DB, adapter.Eq("identifier", v.Identifier))
		}
		if ok || !c.Config.Verification.StoreInDatabase {
			return notFoundUnless(ok, err)
		}
	}
	_, err := Verifications.Consume(c, c.DB, adapter.Eq("identifier", v.Identifier), adapter.Eq("value", v.Value))
	return err
}

func notFoundUnless(ok bool, err error) error {
	if err == nil && !ok {
		return adapter.ErrNotFound
	}
	return err
}

// DeleteVerification removes every value under identifier.
func (c *Context) DeleteVerification(identifier string) error {
	names, err := c.identifiers(identifier)
	if err != nil {
		return err
	}
	if c.verificationsInStorage() {
		for _, name := range names {
			if err := c.Config.SecondaryStorage.Delete(c, verificationKey(name.(string))); err != nil {
				return err
			}
		}
		if !c.Config.Verification.StoreInDatabase {
			return nil
		}
	}
	_, err = Verifications.Delete(c, c.DB, adapter.In("identifier", names))
	return err
}

// DeleteVerificationsOf removes the values under all identifiers that begin with prefix and hold value:
// the other reset tokens of a user, when one was redeemed. Where identifiers are hashed the value alone
// decides. Secondary storage cannot be searched: a mark there refuses what was made before, see
// lookVerification.
func (c *Context) DeleteVerificationsOf(prefix, value string) error {
	if c.verificationsInStorage() {
		mark := strconv.FormatInt(c.Now().UnixMilli(), 10)
		if err := c.Config.SecondaryStorage.Set(c, voidKey(prefix, value), mark, voidLife); err != nil {
			return err
		}
		if !c.Config.Verification.StoreInDatabase {
			return nil
		}
	}
	where := []adapter.Where{adapter.Eq("value", value)}
	if stored, err := c.storedIdentifier(prefix); err != nil {
		return err
	} else if stored == prefix {
		where = append(where, adapter.StartsWith("identifier", prefix))
	}
	_, err := Verifications.Delete(c, c.DB, where...)
	return err
}

// voidLife outlives every verification value that a mark could refuse.
const voidLife = 7 * 24 * time.Hour

func voidKey(prefix, value string) string { return "verification-void:" + prefix + value }

// voided reports whether a value in secondary storage was made before a mark of DeleteVerificationsOf.
func (c *Context) voided(identifier string, v *api.Verification) (bool, error) {
	i := strings.IndexByte(identifier, ':')
	if i < 0 || !c.verificationsInStorage() {
		return false, nil
	}
	text, ok, err := c.Config.SecondaryStorage.Get(c, voidKey(identifier[:i+1], v.Value))
	if err != nil || !ok {
		return false, err
	}
	mark, err := strconv.ParseInt(text, 10, 64)
	return err == nil && v.CreatedAt.UnixMilli() <= mark, nil
}

// UpdateVerification changes the value under identifier if it still is old; ErrNotFound otherwise.
// Attempt counters use it: of two callers who read the same value one wins.
func (c *Context) UpdateVerification(v *api.Verification, value string) (*api.Verification, error) {
	if c.verificationsInStorage() {
		return c.swapInStorage(v, value)
	}
	return Verifications.Update(c, c.DB, adapter.Changes{"value": value},
		adapter.Eq("id", v.ID), adapter.Eq("value", v.Value))
}

// swapInStorage takes the value out, which only one caller can, and puts the new one in its place. Who
// asks in between finds nothing: an attempt fails rather than goes uncounted.
func (c *Context) swapInStorage(v *api.Verification, value string) (*api.Verification, error) {
	current, err := c.verificationFromStorage(v.Identifier, true)
	if err != nil {
		return nil, err
	}
	changed := current.Value == v.Value
	if changed {
		current.Value = value
	}
	current, err = c.keepVerification(current, current.ExpiresAt.Sub(c.Now()))
	if err == nil && !changed {
		err = adapter.ErrNotFound
	}
	return current, err
}

// lookVerification tries the stored form of the identifier and then, as the reference does, the plain.
func (c *Context) lookVerification(identifier string, consume bool) (*api.Verification, error) {
	names, err := c.identifiers(identifier)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		v, err := c.lookStored(name.(string), consume)
		if errors.Is(err, adapter.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		void, err := c.voided(identifier, v)
		if err == nil && (void || !v.ExpiresAt.After(c.Now())) {
			err = adapter.ErrNotFound
		}
		return v, err
	}
	return nil, adapter.ErrNotFound
}

func (c *Context) lookStored(name string, consume bool) (*api.Verification, error) {
	if c.verificationsInStorage() {
		v, err := c.verificationFromStorage(name, consume)
		if err == nil && consume && c.Config.Verification.StoreInDatabase {
			_, err = Verifications.Delete(c, c.DB, adapter.Eq("identifier", name))
		}
		if !errors.Is(err, adapter.ErrNotFound) || !c.Config.Verification.StoreInDatabase {
			return v, err
		}
	}
	rows, err := Verifications.Find(c, c.DB, adapter.Query{
		Where:  []adapter.Where{adapter.Eq("identifier", name)},
		SortBy: []adapter.Sort{{Field: "createdAt", Desc: true}}, Limit: 2,
	})
	switch {
	case err != nil:
		return nil, err
	case len(rows) == 0:
		return nil, adapter.ErrNotFound
	case consume:
		return c.consumeRows(rows)
	}
	return rows[0], nil
}

// consumeRows takes the latest row of an identifier; older ones go with it. All who race want the same
// row, so one wins.
func (c *Context) consumeRows(rows []*api.Verification) (v *api.Verification, err error) {
	latest := adapter.Eq("id", rows[0].ID)
	if len(rows) == 1 {
		return Verifications.Consume(c, c.DB, latest)
	}
	err = c.Tx(func() error {
		if v, err = Verifications.Consume(c, c.DB, latest); err != nil {
			return err
		}
		_, err := Verifications.Delete(c, c.DB, adapter.Eq("identifier", v.Identifier))
		return err
	})
	return v, err
}

func (c *Context) verificationFromStorage(name string, consume bool) (*api.Verification, error) {
	get := c.Config.SecondaryStorage.Get
	if consume {
		get = c.Config.SecondaryStorage.GetAndDelete
	}
	text, ok, err := get(c, verificationKey(name))
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, adapter.ErrNotFound
	}
	v := &api.Verification{}
	if err := wire.Unmarshal([]byte(text), v); err != nil {
		return nil, adapter.ErrNotFound
	}
	return v, nil
}

func (c *Context) keepVerification(v *api.Verification, ttl time.Duration) (*api.Verification, error) {
	if v.ID == "" {
		id, err := c.Random(32, crypto.AlphaNumeric)
		if err != nil {
			return nil, err
		}
		v.ID = id
	}
	text, err := wire.Marshal(v)
	if err != nil {
		return nil, err
	}
	return v, c.Config.SecondaryStorage.Set(c, verificationKey(v.Identifier), string(text), max(ttl, time.Second).Truncate(time.Second))
}

func (a *App) verificationsInStorage() bool { return a.Config.SecondaryStorage != nil }

func verificationKey(stored string) string { return "verification:" + stored }

// identifiers are the names to look under: the stored form, and the plain one if it differs.
func (a *App) identifiers(identifier string) ([]any, error) {
	stored, err := a.storedIdentifier(identifier)
	if err != nil {
		return nil, err
	}
	if stored == identifier {
		return []any{stored}, nil
	}
	return []any{stored, identifier}, nil
}

func (a *App) storedIdentifier(identifier string) (string, error) {
	rule, best := a.Config.Verification.StoreIdentifier, -1
	for prefix, override := range rule.Overrides {
		if strings.HasPrefix(identifier, prefix) && len(prefix) > best {
			rule.Hash, rule.Hashed, best = override.Hash, override.Hashed, len(prefix)
		}
	}
	switch {
	case rule.Hash != nil:
		return rule.Hash(identifier)
	case rule.Hashed:
		return crypto.HashToken(identifier), nil
	}
	return identifier, nil
}

// cleanVerifications removes expired rows, at most once a minute, outside the answer.
func (c *Context) cleanVerifications() {
	if c.Config.Verification.DisableCleanup || c.verificationsInStorage() && !c.Config.Verification.StoreInDatabase {
		return
	}
	now := c.Now()
	next := c.cleanup.next.Load()
	if now.UnixMilli() < next || !c.cleanup.next.CompareAndSwap(next, now.Add(cleanupEvery).UnixMilli()) {
		return
	}
	c.Background("verification cleanup", func(ctx context.Context) error {
		_, err := Verifications.Delete(ctx, c.DB, adapter.Lt("expiresAt", now))
		return err
	})
}
