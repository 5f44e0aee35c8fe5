package securitytest_test

import (
	"net/http"
	"sync"

	. "github.com/betterauth-go/betterauth/internal/securitytest"
)

// atOnce sends n requests at the same moment, each by a client of its own, and returns the answers.
func atOnce(n int, c *Client, build func(c *Client, i int) *http.Request) []*Answer {
	answers := make([]*Answer, n)
	start := make(chan struct{})
	var group sync.WaitGroup
	for i := range n {
		one := c.Clone()
		r := build(one, i)
		group.Go(func() {
			<-start
			answers[i] = one.Do(r)
		})
	}
	close(start)
	group.Wait()
	return answers
}
