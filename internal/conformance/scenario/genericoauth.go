package scenario

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/betterauth-go/betterauth/internal/conformance/idtoken"
)

// discoveredAt is the address of a discovery document that differs from the usual one; see
// reference/generic.mjs.
func discoveredAt(change string) string {
	return "https://id.example/" + code(change) + "/.well-known/openid-configuration"
}

// usual is the document without changes, and the issuer that it names.
const (
	usual  = `{}`
	issuer = "https://id.example/e30"
)

// plain is a server without discovery.
const plain = `"authorizationUrl":"https://id.example/authorize?keep=a%20b","tokenUrl":"https://id.example/token","userInfoUrl":"https://id.example/userinfo"`

// generic is a configuration with one provider of the plugin, "acme", from members of its options.
func generic(members string, patches ...string) Config {
	config := `{"plugins":[{"id":"generic-oauth","config":[{"providerId":"acme","clientId":"app","clientSecret":"s3cret",` + members + `}]}]}`
	return Options(append([]string{config}, patches...)...)
}

// found is a provider with a discovery document, and more members.
func found(change, more string) string { return `"discoveryUrl":"` + discoveredAt(change) + `"` + more }

// claimed is a code whose ID token has these claims over the usual ones; null removes one.
func claimed(change, more string) string {
	claims := merge(Parse(`{"iss":"`+issuer+`","sub":"s-1","aud":"app","iat":1700000000,"exp":4102444800,
		"email":"Jane@example.com","email_verified":true,"name":"Jane Doe","picture":"https://img.example/j.png"}`), Parse(change))
	text, err := json.Marshal(claims)
	if err != nil {
		panic(fmt.Sprintf("scenario: claims %s: %v", change, err))
	}
	return `{"claims":` + string(text) + more + `}`
}

const (
	janeInfo  = `{"user":{"id":4711,"sub":"s-1","email":"jane@example.com","email_verified":"true","name":"Jane","picture":"https://img.example/u.png","extra":[1]},"expires":3600}`
	acmeStart = `{"provider":"acme","callbackURL":"/dash","errorCallbackURL":"/oops","newUserCallbackURL":"/welcome"}`
)

// comesBack ends a flow of acme with a code, whose ID token carries the nonce of the flow.
func comesBack(jar, profile, more string, mods ...Mod) Step {
	return Get("/callback/acme?code="+code(profile)+"~{{nonce.go}}&state={{state.go}}"+more, append(mods, Jar(jar))...)
}

// acmes is a whole sign-in at acme.
func acmes(jar, profile string) []Step {
	return []Step{goes(jar, "/sign-in/social", acmeStart), comesBack(jar, profile, "")}
}

// inOrder lists a table by name, so that every run plays it in the same order.
func inOrder[T any](table map[string]T) iter.Seq2[string, T] {
	return func(yield func(string, T) bool) {
		for _, name := range slices.Sorted(maps.Keys(table)) {
			if !yield(name, table[name]) {
				return
			}
		}
	}
}

func genericOAuth() []Scenario {
	return join(genericURLs(), genericHelpers(), genericDiscoveries(), genericCallbacks(), genericProfiles(), genericTokens(), genericLinks(), genericSignOuts())
}

// genericURLs compare the authorization URL option by option.
func genericURLs() []Scenario {
	body := `{"provider":"acme","callbackURL":"/x","scopes":["extra"],"loginHint":"me@example.com","additionalParams":{"b":"2"}}`
	var list []Scenario
	for name, members := range inOrder(map[string]string{
		"plain":                  plain,
		"configured scopes":      plain + `,"scopes":["email","extra"]`,
		"parameters":             plain + `,"authorizationUrlParams":{"audience":"api","b":"1","keep":"x","state":"mine"}`,
		"prompt":                 plain + `,"prompt":"select_account consent"`,
		"access type":            plain + `,"accessType":"offline"`,
		"response mode":          plain + `,"responseMode":"form_post"`,
		"response type":          plain + `,"responseType":"code id_token"`,
		"no PKCE":                plain + `,"pkce":false`,
		"own redirect URI":       plain + `,"redirectURI":"https://app.example/back"`,
		"everything":             plain + `,"scopes":["email"],"prompt":"login","accessType":"offline","responseMode":"query","authorizationUrlParams":{"a":"1"}`,
		"discovered":             found(usual, ``),
		"discovered, openid":     found(usual, `,"scopes":["openid","email"]`),
		"configured wins":        found(usual, `,"authorizationUrl":"https://other.example/a"`),
		"no nonce":               found(usual, `,"disableIdTokenNonceBinding":true`),
		"no keys, no nonce":      found(`{"without":["jwks_uri"]}`, ``),
		"no issuer, no nonce":    found(`{"without":["issuer"]}`, ``),
		"no algorithms":          found(`{"without":["id_token_signing_alg_values_supported"]}`, ``),
		"relative keys":          found(`{"with":{"jwks_uri":"/jwks"}}`, ``),
		"endpoint with a query":  found(`{"with":{"authorization_endpoint":"https://id.example/a?tenant=t%201&client_id=x"}}`, ``),
		"verification as wanted": found(usual, `,"requireIdTokenVerification":true`),
	}) {
		s := the("generic URL: "+name, Post("/sign-in/social", body, Jar("a")))
		s.Config = generic(members)
		list = append(list, s)
	}
	both := the("generic URL: two providers", Post("/sign-in/social", `{"provider":"b"}`, Jar("a")), Post("/sign-in/social", `{"provider":"acme"}`, Jar("a")), Post("/sign-in/social", `{"provider":"c"}`))
	both.Config = generic(plain+`},{"providerId":"b","clientId":"second",`+plain, gitHub)
	return of(socialPath, nil, append(list, both)...)
}

// genericHelpers compare the helpers: URL, profile and account.
func genericHelpers() []Scenario {
	type helper struct{ id, name, options, profile string }
	issued := func(iss, more string) string { return claimed(`{"iss":"`+iss+`"`+more+`}`, `,"user":{"sub":"s-1"}`) }
	const tenant = "0123abcd-0123-4567-89ab-0123456789ab"
	entra := "https://login.microsoftonline.com/" + tenant + "/v2.0"
	var list []Scenario
	for _, h := range []helper{
		{"okta", "okta", `"issuer":"https://okta.example/oauth2/default/"`, issued("https://okta.example/oauth2/default", ``)},
		{"keycloak", "keycloak", `"issuer":"https://kc.example/realms/x"`, issued("https://kc.example/realms/x", ``)},
		{"auth0", "auth0", `"domain":"t.auth0.example"`, issued("https://t.auth0.example", ``)},
		{"auth0", "auth0 with a URL", `"domain":"http://t.auth0.example/x"`, issued("https://t.auth0.example", ``)},
		{"microsoft-entra-id", "microsoftEntraId", `"tenantId":"` + strings.ToUpper(tenant) + `"`, issued(entra, `,"oid":"o-1"`)},
		{"microsoft-entra-id", "microsoftEntraId without address", `"tenantId":"` + tenant + `"`, issued(entra, `,"oid":"o-1","email":null,"name":null,"given_name":"G","family_name":"F"`)},
		{"microsoft-entra-id", "microsoftEntraId with userinfo", `"tenantId":"` + tenant + `"`, claimed(`{"iss":"`+entra+`","oid":"o-1","email":null,"name":null}`, `,"user":{"sub":"s-1","email":"u@example.com","email_verified":true,"givenname":"G"}`)},
		{"microsoft-entra-id", "microsoftEntraId with foreign userinfo", `"tenantId":"` + tenant + `"`, claimed(`{"iss":"`+entra+`","oid":"o-1","email":null}`, `,"user":{"sub":"s-2","email":"u@example.com"}`)},
		{"microsoft-entra-id", "microsoftEntraId without oid", `"tenantId":"` + tenant + `"`, issued(entra, ``)},
		{"hubspot", "hubspot", ``, `{"user":{"user":"h@example.com","user_id":77}}`},
		{"hubspot", "hubspot signed", ``, `{"user":{"user":"h@example.com","signed_access_token":{"userId":78}}}`},
		{"hubspot", "hubspot without id", ``, `{"user":{"user":"h@example.com"}}`},
		{"slack", "slack", ``, `{"user":{"sub":"U1","email":"s@example.com","email_verified":true,"name":"S","https://slack.com/user_image_512":"https://img.example/s.png"}}`},
		{"line", "line", ``, `{"user":{"sub":"L1","email":"l@example.com","name":"L","picture":"https://img.example/l.png"}}`},
		{"line", "line with a token", ``, claimed(`{"sub":"L2"}`, ``)},
		{"gumroad", "gumroad", ``, `{"user":{"success":true,"user":{"user_id":"G1","name":"G","email":"g@example.com","profile_url":"https://img.example/g.png"}}}`},
		{"gumroad", "gumroad refused", ``, `{"user":{"success":false}}`},
		{"patreon", "patreon", ``, `{"user":{"data":{"id":"P1","attributes":{"full_name":"P","email":"p@example.com","image_url":"https://img.example/p.png","is_email_verified":true}}}}`},
		{"yandex", "yandex", ``, `{"user":{"id":"Y1","login":"y","display_name":"Y","default_email":"y@example.com","default_avatar_id":"1/2","is_avatar_empty":false}}`},
		{"yandex", "yandex, second address", ``, `{"user":{"id":"Y1","login":"y","emails":["y2@example.com"],"default_avatar_id":"1","is_avatar_empty":true}}`},
		{"yandex", "yandex without address", ``, `{"user":{"id":"Y1","login":"y"}}`},
	} {
		maker, _, _ := strings.Cut(h.name, " ")
		maker = strings.TrimSuffix(maker, ",")
		start := goes("a", "/sign-in/social", `{"provider":"`+h.id+`","callbackURL":"/dash","errorCallbackURL":"/oops","scopes":["more"],"loginHint":"me"}`)
		end := Get("/callback/"+h.id+"?code="+code(h.profile)+"~{{nonce.go}}&state={{state.go}}", Jar("a"))
		s := the("generic helper "+h.name, start, end, who("a"), Get("/list-accounts", Jar("a")))
		s.Config = Options(`{"plugins":[{"id":"generic-oauth","config":[{"helper":"` + maker + `","helperOptions":{` + h.options + `},"clientId":"app","clientSecret":"s3cret"}]}]}`)
		list = append(list, s)
	}
	return of(socialCallback, nil, list...)
}

// genericDiscoveries are documents that cannot be used: the provider is not there.
func genericDiscoveries() []Scenario {
	var list []Scenario
	for name, members := range inOrder(map[string]string{
		"500":                         found(`{"status":500,"body":"{}"}`, ``),
		"HTML":                        found(`{"body":"<html>"}`, ``),
		"null":                        found(`{"body":"null"}`, ``),
		"empty":                       found(`{"body":""}`, ``),
		"no authorization":            found(`{"without":["authorization_endpoint"]}`, ``),
		"no token endpoint":           found(`{"without":["token_endpoint"]}`, ``),
		"issuer is no URL":            found(`{"with":{"issuer":"acme"}}`, ``),
		"keys at no URL":              found(`{"with":{"jwks_uri":"http://[::1"}}`, ``),
		"verification without keys":   found(`{"without":["jwks_uri"]}`, `,"requireIdTokenVerification":true`),
		"verification without issuer": found(`{"without":["issuer"]}`, `,"requireIdTokenVerification":true`),
		"redirect with a header":      found(`{"location":"https://other.example/.well-known/openid-configuration"}`, `,"discoveryHeaders":{"x-own":"1"}`),
	}) {
		s := the("generic discovery: "+name, goes("", "/sign-in/social", acmeStart), joins(), goes("a", "/link-social", acmeStart), Get("/callback/acme?code=x"), Post("/sign-out", emptyObj, Jar("a")))
		s.Config = generic(members)
		list = append(list, s)
	}
	lost := the("generic discovery: lost during the flow", goes("a", "/sign-in/social", acmeStart), Reconfigure(generic(found(`{"status":503}`, ``))), comesBack("a", claimed(`{}`, ``), ""))
	lost.Config = generic(found(usual, ``))
	own := the("generic discovery: own exchange", goes("a", "/sign-in/social", acmeStart), comesBack("a", `{"user":{"sub":"s-1","email":"own@example.com","email_verified":true}}`, ""), who("a"))
	own.Config = generic(found(`{"without":["token_endpoint"]}`, `,"getToken":true`))
	return of(socialPath, nil, append(list, lost, own)...)
}

func genericCallbacks() []Scenario {
	ends := func(name, profile, more string) Scenario {
		return the("generic: "+name, goes("a", "/sign-in/social", acmeStart), comesBack("a", profile, more), who("a"))
	}
	in := func(members string, list ...Scenario) []Scenario {
		for i := range list {
			list[i].Config = generic(members)
		}
		return list
	}
	portable := the("generic: by ID token", steps(acmes("a", claimed(`{}`, `,"expires":3600`)), who("a"), acmes("b", claimed(`{"name":"New"}`, ``)), who("b"))...)
	portable.Portable = true
	token := func(path, email, more string) Step {
		claims := map[string]any{"iss": issuer, "sub": "s-1", "aud": "app", "iat": -10, "exp": 600, "email": email, "email_verified": true, "nonce": "n"}
		return Post(path, `{"provider":"acme","idToken":{"token":"`+idtoken.Spec{Claims: claims}.Placeholder()+`"`+more+`}}`, Jar("a"))
	}
	const jane = "jane@example.com"
	tested := in(found(usual, ``),
		portable,
		ends("issuer confirmed", claimed(`{}`, ``), "&iss=https%3A%2F%2Fid.example%2Fe30"),
		ends("another issuer in the callback", claimed(`{}`, ``), "&iss=https%3A%2F%2Fevil.example"),
		ends("another issuer in the token", claimed(`{"iss":"https://evil.example"}`, ``), ""),
		ends("another audience", claimed(`{"aud":"other"}`, ``), ""),
		ends("another nonce", claimed(`{"nonce":"x"}`, ``), ""),
		ends("members like ours", claimed(`{"emailVerified":"false","image":"https://img.example/own.png","id":"i-1"}`, ``), ""),
		ends("with a device", claimed(`{}`, ``), "&device_id=1&user=%7B%22name%22%3A%7B%22firstName%22%3A%22X%22%7D%7D"),
		ends("expired", claimed(`{"exp":1700000001}`, ``), ""),
		ends("no subject", claimed(`{"sub":null}`, ``), ""),
		ends("no name", claimed(`{"name":null,"picture":null}`, ``), ""),
		ends("address not verified", claimed(`{"email_verified":"false"}`, ``), ""),
		ends("address by userinfo", claimed(`{"email":null}`, `,"user":{"sub":"s-1","email":"u@example.com","email_verified":true,"name":"U"}`), ""),
		ends("userinfo of another", claimed(`{"email":null}`, `,"user":{"sub":"s-2","email":"u@example.com"}`), ""),
		ends("userinfo without subject", claimed(`{"email":null}`, `,"user":{"email":"u@example.com"}`), ""),
		ends("userinfo broken", claimed(`{"email":null}`, `,"user":{"sub":"s-1"},"broken":"profile"`), ""),
		ends("no address at all", claimed(`{"email":null}`, `,"user":{"sub":"s-1","name":"N"}`), ""),
		ends("no ID token", `{"user":{"sub":"s-1","email":"u@example.com","email_verified":true}}`, ""),
		ends("exchange refused", claimed(`{}`, `,"broken":"token"`), ""),
		the("generic: denied", goes("a", "/sign-in/social", acmeStart), Get("/callback/acme?error=access_denied&error_description=no&state={{state.go}}", Jar("a"))),
		the("generic: no state", Get("/callback/acme?code=x")),
		the("generic: form", Post("/callback/acme", "code=c&state=s&iss=i", With("content-type", "application/x-www-form-urlencoded"))),
		the("generic: state without a nonce", goes("a", "/sign-in/social", acmeStart), SQL(`UPDATE verification SET value = replace(value, 'idTokenNonce', 'lost')`), comesBack("a", claimed(`{}`, ``), "")),
		the("generic: sign-in with an ID token", token("/sign-in/social", jane, `,"nonce":"n"`), who("a")),
		the("generic: ID token, another nonce", token("/sign-in/social", jane, `,"nonce":"m"`)),
		the("generic: ID token without address", token("/sign-in/social", "", `,"nonce":"n","accessToken":"at.`+code(janeInfo)+`"`)),
		the("generic: link with an ID token", Post("/sign-up/email", `{"name":"Jane","email":"jane@example.com","password":"password1234"}`, Jar("a")), token("/link-social", jane, ``), Get("/list-accounts", Jar("a"))),
	)
	return of(socialCallback, nil, join(tested,
		in(found(usual, `,"allowIdpInitiated":true`), the("generic: initiated by the provider", Get("/callback/acme?code=x", Jar("a")))),
		in(found(usual, `,"disableIdTokenNonceBinding":true`), ends("no nonce wanted", claimed(`{}`, ``), "")),
		in(found(usual, `,"disableSignUp":true`), ends("no sign-up", claimed(`{}`, ``), "")),
		in(found(usual, `,"disableImplicitSignUp":true`), ends("no implicit sign-up", claimed(`{}`, ``), "")),
		in(found(usual, `,"requireEmailVerification":true`), ends("verification required", claimed(`{"email_verified":false}`, ``), "")),
		in(found(usual, `,"overrideUserInfo":true`), the("generic: info overridden", steps(acmes("a", claimed(`{}`, ``)), acmes("b", claimed(`{"name":"New","picture":"https://img.example/n.png"}`, ``)), who("b"))...)),
		in(found(`{"without":["jwks_uri"]}`, ``), ends("tokens not verified", claimed(`{"iss":"https://evil.example","exp":1}`, ``), ""),
			the("generic: ID token without keys", token("/sign-in/social", jane, ``))),
		in(found(`{"without":["id_token_signing_alg_values_supported"]}`, ``), ends("account by id", claimed(`{"id":"other-id"}`, ``), "")),
		in(plain, ends("claims win", `{"user":{"id":1,"email":"c@example.com","emailVerified":true,"image":"https://img.example/x.png","name":"C"}}`, ""), ends("account by number", janeInfo, ""), ends("no account id", `{"user":{"sub":"s-1","email":"jane@example.com"}}`, ""), ends("issuer not known", janeInfo, "&iss=https%3A%2F%2Fany.example")),
	)...)
}

// genericProfiles are the functions that read and map profiles.
func genericProfiles() []Scenario {
	var list []Scenario
	for name, c := range inOrder(map[string]struct{ members, profile string }{
		"mapped":              {plain + `,"mapProfileToUser":true`, `{"user":{"id":1,"name":"N","mail":"mapped@example.com","email_verified":true}}`},
		"own subject":         {plain + `,"accountSubject":"uid"`, `{"user":{"id":1,"uid":"u-9","email":"u@example.com"}}`},
		"own subject missing": {plain + `,"accountSubject":"name"`, `{"user":{"id":1,"name":"null","email":"u@example.com"}}`},
		"own profile":         {plain + `,"getUserInfo":true`, `{"user":{"id":"g-1","email":"G@example.com","emailVerified":true,"name":"G","image":"https://img.example/g.png"}}`},
		"own profile, none":   {plain + `,"getUserInfo":true`, `{"claims":{}}`},
		"own profile, mapped": {plain + `,"getUserInfo":true,"mapProfileToUser":true`, `{"user":{"id":"g-1","email":"g@example.com","name":"G"}}`},
		"own and verified":    {found(usual, `,"getUserInfo":true`), claimed(`{}`, `,"user":{"id":"g-1","email":"g@example.com"}`)},
		"own of another":      {found(usual, `,"getUserInfo":true`), claimed(`{}`, `,"user":{"sub":"s-2","email":"g@example.com"}`)},
		"own exchange":        {plain + `,"getToken":true,"accessTokenExpiresIn":60`, janeInfo},
	}) {
		s := the("generic: "+name, steps(acmes("a", c.profile), who("a"), Get("/list-accounts", Jar("a")))...)
		s.Config = generic(c.members)
		list = append(list, s)
	}
	return of(socialCallback, nil, list...)
}

// genericTokens compare what reaches the token endpoint, which tells it as scope and as refreshed token.
func genericTokens() []Scenario {
	echoed := `{"user":{"id":1,"email":"e@example.com","email_verified":true},"echo":true}`
	var list []Scenario
	for name, members := range inOrder(map[string]string{
		"post":                   plain,
		"basic":                  plain + `,"authentication":"basic"`,
		"secret by method":       plain + `,"tokenEndpointAuth":{"method":"client_secret_basic"}`,
		"custom":                 plain + `,"tokenEndpointAuth":{"method":"custom"}`,
		"parameters":             plain + `,"tokenUrlParams":{"audience":"api","grant_type":"mine"},"refreshTokenParams":{"scope":"s t","grant_type":"mine","client_id":"other"}`,
		"parameters by function": plain + `,"refreshTokenParams":"header"`,
		"headers":                plain + `,"authorizationHeaders":{"x-own":"h"}`,
		"no PKCE":                plain + `,"pkce":false`,
		"own redirect URI":       plain + `,"redirectURI":"https://app.example/back"`,
		"assumed life":           plain + `,"accessTokenExpiresIn":60`,
		"refresh without a URL":  `"authorizationUrl":"https://id.example/a","userInfoUrl":"https://id.example/userinfo","getToken":true`,
	}) {
		for _, path := range []string{"/refresh-token", "/get-access-token"} {
			call := Post(path, `{"accountId":"{{resp.list.0.id}}"}`, Jar("a"), With("x-own", "org"), After(time.Minute))
			s := the("generic tokens "+path+": "+name, steps(acmes("a", echoed), Get("/list-accounts", Jar("a"), As("list")), call)...)
			s.Config = generic(members)
			list = append(list, s)
		}
	}
	secretless := strings.Replace(plain, `"authorizationUrl"`, `"clientSecret":"","authorizationUrl"`, 1)
	for name, method := range inOrder(map[string]string{"public": `{"method":"none"}`, "private key": `{"method":"private_key_jwt"}`}) {
		s := the("generic tokens: "+name, steps(acmes("a", echoed), Get("/list-accounts", Jar("a"), As("list")), Post("/refresh-token", `{"accountId":"{{resp.list.0.id}}"}`, Jar("a")))...)
		s.Config = generic(secretless + `,"tokenEndpointAuth":` + method)
		list = append(list, s)
	}
	refused := the("generic tokens: refused", steps(acmes("a", `{"user":{"id":1,"email":"e@example.com"},"broken":"refresh"}`), Get("/list-accounts", Jar("a"), As("list")), Post("/refresh-token", `{"accountId":"{{resp.list.0.id}}"}`, Jar("a")))...)
	refused.Config = generic(plain)
	info := the("generic tokens: account info", steps(acmes("a", janeInfo), Get("/list-accounts", Jar("a"), As("list")), Get("/account-info?accountId={{resp.list.0.id}}", Jar("a")))...)
	info.Config = generic(plain)
	return of("POST /refresh-token", nil, append(list, refused, info)...)
}

func genericLinks() []Scenario {
	start := goes("a", "/link-social", `{"provider":"acme","callbackURL":"/settings","errorCallbackURL":"/oops","scopes":["extra"]}`)
	attempt := func(name, change string, patches ...string) Scenario {
		s := the("generic: "+name, joins(), start, comesBack("a", claimed(change, ``), ""), Get("/list-accounts", Jar("a")))
		s.Config = generic(found(usual, ``), patches...)
		return s
	}
	return of(linkPath, nil,
		attempt("same address", `{"email":"ann@example.com"}`),
		attempt("another address", `{}`),
		attempt("not verified", `{"email":"ann@example.com","email_verified":false}`),
		attempt("not verified but trusted", `{"email":"ann@example.com","email_verified":false}`, `{"account":{"accountLinking":{"trustedProviders":["acme"]}}}`),
	)
}

// genericSignOuts compare the address of the provider's sign-out. Without nonces ID tokens are equal.
func genericSignOuts() []Scenario {
	var list []Scenario
	for name, c := range inOrder(map[string]struct{ more, body string }{
		"discovered":            {``, emptyObj},
		"with a state":          {`,"postLogoutRedirectURI":"/bye"`, `{"state":"s"}`},
		"configured":            {`,"endSessionEndpoint":"https://out.example/x?a=1","postLogoutRedirectURI":"https://app.example/bye"`, emptyObj},
		"requested":             {`,"postLogoutRedirectURI":"/bye"`, `{"callbackURL":"/there"}`},
		"no redirect":           {``, `{"disableRedirect":true}`},
		"switched off":          {`,"disableProviderLogout":true`, emptyObj},
		"endpoint is no URL":    {`,"disableProviderLogout":false`, `{"callbackURL":"https://evil.example"}`},
		"nothing but a session": {`,"postLogoutRedirectURI":"/bye"`, noBody},
	}) {
		s := the("generic: "+name, steps(acmes("a", claimed(`{}`, ``)), Post("/sign-out", c.body, Jar("a")))...)
		s.Config = generic(found(usual, `,"disableIdTokenNonceBinding":true`+c.more))
		list = append(list, s)
	}
	bare := the("generic: no ID token", steps(acmes("a", janeInfo), Post("/sign-out", emptyObj, Jar("a")))...)
	bare.Config = generic(plain + `,"endSessionEndpoint":"https://out.example/x"`)
	return of("POST /sign-out", nil, append(list, bare)...)
}
