package username

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf16"

	"github.com/betterauth-go/betterauth/errors"
)

// resolve fills in the defaults and refuses options that cannot work.
func (o *Options) resolve() error {
	if o.MinLength == 0 {
		o.MinLength = 3
	}
	if o.MaxLength == 0 {
		o.MaxLength = 30
	}
	if o.Validate == nil {
		o.Validate = plainName
	}
	if o.Normalize != nil && o.DisableNormalization {
		return errors.New("both Normalize and DisableNormalization are set; remove one")
	}
	if o.Normalize == nil {
		o.Normalize = strings.ToLower
	}
	if o.DisableNormalization {
		o.Normalize = unchanged
	}
	if o.NormalizeDisplay == nil {
		o.NormalizeDisplay = unchanged
	}
	if o.MinLength < 0 || o.MaxLength < o.MinLength {
		return fmt.Errorf("MinLength %d and MaxLength %d leave no valid username", o.MinLength, o.MaxLength)
	}
	return nil
}

func unchanged(s string) string { return s }

// plainName is the default of Options.Validate.
func plainName(_ context.Context, name string) (bool, error) {
	for i := range len(name) {
		switch c := name[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '_', c == '.':
		default:
			return false, nil
		}
	}
	return name != "", nil
}

// check returns the fault of a username as it was given: TooShort, TooLong, Invalid, or what Validate
// failed with.
func (o *Options) check(ctx context.Context, name string) error {
	if o.ValidateNormalized {
		name = o.Normalize(name)
	}
	switch n := len(utf16.Encode([]rune(name))); {
	case n < o.MinLength:
		return TooShort
	case n > o.MaxLength:
		return TooLong
	}
	ok, err := o.Validate(ctx, name)
	if err == nil && !ok {
		err = Invalid
	}
	return err
}

// checkDisplay returns the fault of a display name as it was given.
func (o *Options) checkDisplay(ctx context.Context, name string) error {
	if o.ValidateDisplay == nil || o.DisableDisplayUsername {
		return nil
	}
	if o.ValidateNormalizedDisplay {
		name = o.NormalizeDisplay(name)
	}
	ok, err := o.ValidateDisplay(ctx, name)
	if err == nil && !ok {
		err = InvalidDisplay
	}
	return err
}

// isFault reports whether err says that a username breaks the rules, and not that the rules failed.
func isFault(err error) bool {
	return errors.Is(err, TooShort) || errors.Is(err, TooLong) || errors.Is(err, Invalid)
}
