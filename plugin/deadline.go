package plugin

import (
	"context"
	"time"
)

// timedStorage bounds each call of a secondary storage, as the store does with the database.
type timedStorage struct {
	SecondaryStorage
	limit time.Duration
}

func (s timedStorage) Get(ctx context.Context, key string) (string, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, s.limit)
	defer cancel()
	return s.SecondaryStorage.Get(ctx, key)
}

func (s timedStorage) GetAndDelete(ctx context.Context, key string) (string, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, s.limit)
	defer cancel()
	return s.SecondaryStorage.GetAndDelete(ctx, key)
}

func (s timedStorage) Increment(ctx context.Context, key string, ttl time.Duration) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, s.limit)
	defer cancel()
	return s.SecondaryStorage.Increment(ctx, key, ttl)
}

func (s timedStorage) Set(ctx context.Context, key, value string, ttl time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, s.limit)
	defer cancel()
	return s.SecondaryStorage.Set(ctx, key, value, ttl)
}

func (s timedStorage) Delete(ctx context.Context, key string) error {
	ctx, cancel := context.WithTimeout(ctx, s.limit)
	defer cancel()
	return s.SecondaryStorage.Delete(ctx, key)
}
