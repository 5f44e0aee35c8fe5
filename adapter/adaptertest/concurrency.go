package adaptertest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/betterauth-go/betterauth/adapter"
)

// racers is how many goroutines compete.
const racers = 64

// race runs fn in many goroutines at once and returns how many got no error. An error that is not one of
// allowed fails the test.
func (s *suite) race(fn func(i int) error, allowed ...error) int {
	s.Helper()
	var won atomic.Int64
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range racers {
		wg.Go(func() {
			<-start
			err := fn(i)
			if err == nil {
				won.Add(1)
				return
			}
			for _, a := range allowed {
				if errors.Is(err, a) {
					return
				}
			}
			s.Errorf("racer %d: %v", i, err)
		})
	}
	close(start)
	wg.Wait()
	return int(won.Load())
}

func (s *suite) testConcurrency() {
	s.raceConsume()
	s.raceCounters()
	s.raceUnique()
	s.raceTransactions()
}

func (s *suite) raceConsume() {
	s.item("token")
	won := s.race(func(int) error {
		_, err := s.store.Consume(s.ctx, adapter.Query{Table: "item", Where: []adapter.Where{adapter.Eq("name", "token")}})
		return err
	}, adapter.ErrNotFound)
	s.equal("winners of one row", won, 1)
	s.equal("rows left", s.count("item"), int64(0))

	for range 3 {
		s.item("token")
	}
	won = s.race(func(int) error {
		_, err := s.store.Consume(s.ctx, adapter.Query{Table: "item", Where: []adapter.Where{adapter.Eq("name", "token")}, SortBy: []adapter.Sort{{Field: "id"}}})
		return err
	}, adapter.ErrNotFound)
	if won < 1 || won > 3 {
		s.Errorf("%d winners of three rows", won)
	}
	s.equal("rows left", s.count("item"), int64(3-won))
	_, err := s.store.Delete(s.ctx, "item")
	s.must(err)
}

func (s *suite) raceCounters() {
	s.create("item", adapter.Record{"name": "counter", "count": 0, "big": 0, "email": "state 0"})
	won := s.race(func(int) error {
		_, err := s.store.Increment(s.ctx, "item", map[string]int64{"count": 1}, nil, adapter.Eq("name", "counter"), adapter.Lt("count", 10))
		return err
	}, adapter.ErrNotFound)
	s.equal("increments below ten", won, 10)

	won = s.race(func(int) error {
		_, err := s.store.Increment(s.ctx, "item", map[string]int64{"big": 2}, nil, adapter.Eq("name", "counter"))
		return err
	})
	s.equal("increments without a limit", won, racers)
	s.equal("sum", s.count("item", adapter.Eq("count", 10), adapter.Eq("big", 2*racers)), int64(1))

	won = s.race(func(i int) error {
		_, err := s.store.Update(s.ctx, "item", adapter.Changes{"email": fmt.Sprint("state of ", i)}, adapter.Eq("name", "counter"), adapter.Eq("email", "state 0"))
		return err
	}, adapter.ErrNotFound)
	s.equal("winners of compare and set", won, 1)
}

func (s *suite) raceUnique() {
	won := s.race(func(i int) error {
		_, err := s.store.Create(s.ctx, "item", adapter.Record{"name": fmt.Sprint("unique ", i), "email": "only@example.com"})
		return err
	}, adapter.ErrUnique)
	s.equal("rows with one unique value", won, 1)
	s.equal("rows stored", s.count("item", adapter.Eq("email", "only@example.com")), int64(1))
}

// raceTransactions lets transactions compete for unique values: both rows of a transaction are stored or
// none.
func (s *suite) raceTransactions() {
	won := s.race(func(i int) error {
		return s.store.Transaction(s.ctx, func(ctx context.Context) error {
			item, err := s.store.Create(ctx, "item", adapter.Record{"name": "pair", "email": fmt.Sprint(i%8, "@pair")})
			if err != nil {
				return err
			}
			_, err = s.store.Create(ctx, "note", adapter.Record{"text": "pair", "itemId": item["id"]})
			return err
		})
	}, adapter.ErrUnique)
	s.equal("transactions committed", won, 8)
	s.equal("items", s.count("item", adapter.Eq("name", "pair")), int64(8))
	s.equal("notes", s.count("note", adapter.Eq("text", "pair")), int64(8))
}
