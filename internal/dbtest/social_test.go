package dbtest

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/betterauth-go/betterauth/internal/securitytest"
)

// visits goes through a flow at the provider and notes what its two requests cost.
func (b *counted) visits(start, end, browser, path, email string) {
	b.Helper()
	b.post(start, browser, path, `{"provider":"github","callbackURL":"/x"}`)
	b.call(end, browser, http.MethodGet, "/callback/github?code="+securitytest.HubCode(email)+"&state="+b.state, "", http.StatusFound)
}

// accountOf is the id of the linked account of the browser's user.
func (b *counted) accountOf(name, browser string) string {
	b.Helper()
	b.get(name, browser, "/list-accounts")
	_, rest, _ := strings.Cut(b.body, `"providerId":"github"`)
	_, rest, _ = strings.Cut(rest, `"id":"`)
	id, _, found := strings.Cut(rest, `"`)
	if !found {
		b.Fatalf("no account in %s", b.body)
	}
	return id
}

// socials signs in with a provider, uses the tokens, links and unlinks.
func (b *counted) socials() {
	octo := "octo-" + b.email
	b.visits("sign-in/social", "callback, new user", "octo", "/sign-in/social", octo)
	b.visits("", "callback, known account", "octo", "/sign-in/social", octo)
	choose := fmt.Sprintf(`{"accountId":%q}`, b.accountOf("list-accounts", "octo"))
	b.post("get-access-token", "octo", "/get-access-token", choose)
	b.post("refresh-token", "octo", "/refresh-token", choose)
	b.get("account-info", "octo", "/account-info?accountId="+b.accountOf("", "octo"))
	began := b.clock
	b.clock = began.Add(2 * time.Hour)
	b.post("get-access-token, ended", "octo", "/get-access-token", choose)
	b.clock = began
	b.post("sign-out, with providers", "octo", "/sign-out", `{}`)

	person := "linker-" + b.email
	b.post("", "linker", "/sign-up/email", fmt.Sprintf(`{"name":"Lin","email":%q,"password":"first-password"}`, person))
	b.post("", "linker", "/send-verification-email", fmt.Sprintf(`{"email":%q}`, person))
	b.get("", "linker", "/verify-email?token="+b.mail.Token)
	b.visits("link-social", "callback, link", "linker", "/link-social", person)
	b.visits("", "callback, link again", "linker", "/link-social", person)
	b.post("unlink-account", "linker", "/unlink-account", fmt.Sprintf(`{"accountId":%q}`, b.accountOf("", "linker")))
	b.visits("", "callback, implicit link", "linked", "/sign-in/social", person)
}
