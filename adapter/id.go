package adapter

import (
	"fmt"
	"io"

	"github.com/google/uuid"
)

// An IDStrategy tells how the ids of new rows are made. Ids are strings above the Store whatever the
// strategy; a custom function goes into [Options.NewID].
type IDStrategy int

const (
	// RandomIDs are 32 characters of a-z, A-Z and 0-9.
	RandomIDs IDStrategy = iota
	// UUIDs are random UUIDs (version 4, RFC 9562).
	UUIDs
	// SerialIDs are counted by the database, in integer columns.
	SerialIDs
	// DatabaseIDs are made by the database, by whatever default its id columns have.
	DatabaseIDs
)

// generated reports whether the Store itself makes the ids.
func (i IDStrategy) generated() bool { return i == RandomIDs || i == UUIDs }

const idAlphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// randomID returns 32 characters, each equally likely: bytes beyond the largest multiple of the
// alphabet's length are thrown away.
func randomID(random io.Reader) (string, error) {
	const limit = 256 - 256%len(idAlphabet)
	var id [32]byte
	var buf [48]byte
	for n := 0; n < len(id); {
		if _, err := io.ReadFull(random, buf[:]); err != nil {
			return "", fmt.Errorf("make an id: %w", err)
		}
		for _, b := range buf {
			if int(b) < limit && n < len(id) {
				id[n] = idAlphabet[int(b)%len(idAlphabet)]
				n++
			}
		}
	}
	return string(id[:]), nil
}

func randomUUID(random io.Reader) (string, error) {
	id, err := uuid.NewRandomFromReader(random)
	if err != nil {
		return "", fmt.Errorf("make an id: %w", err)
	}
	return id.String(), nil
}

// isUUID accepts the canonical 36 characters alone: uuid.Parse would also take braces and URNs.
func isUUID(s string) bool { return len(s) == 36 && uuid.Validate(s) == nil }
