// Package plugintest is a kit for tests of plugins: an Auth on memory with a clock that stands still, browsers
// that keep cookies, mailboxes and a secondary storage. It needs nothing but the standard library's testing.
//
//	func TestMemo(t *testing.T) {
//		p := memo.New(memo.Options{})
//		kit := plugintest.New(t, plugintest.With(p))
//		ann := kit.SignUp("ann@example.com")
//		ann.Post("/memo/create", map[string]any{"text": "buy milk"}).Expect(200)
//		kit.Clock.Advance(24 * time.Hour)
//		…
//	}
//
// A [Client] speaks HTTP to the handler without a network. Calls in process take its cookies from
// [Client.Headers]. Tests that start instances by themselves take [Config] and [NewClient].
package plugintest
