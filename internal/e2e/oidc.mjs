// Sign-in with a real OpenID provider, through the official client and as a browser without pages.
//
//	BASE_URL=http://127.0.0.1:3000 ISSUER=http://localhost:4000 node oidc.mjs
//
// The provider is provider.mjs; the application is oidcserver, or reference-oidc.mjs, which proves this script.
import assert from "node:assert/strict";
import { test } from "node:test";
import { API, BASE_URL, Visitor } from "./jar.mjs";

const ISSUER = process.env.ISSUER ?? "http://localhost:4000";
const run = Math.random().toString(36).slice(2, 8);
const named = (name) => `${name}-${run}`; // who was never here before

function ok({ data, error }) {
  assert.equal(error, null, `unexpected error ${JSON.stringify(error)}`);
  return data;
}

function refused({ data, error }, status, code) {
  assert.equal(data, null);
  assert.deepEqual([error.status, error.code], [status, code], `unexpected error ${JSON.stringify(error)}`);
}

const decode = (jwt) => JSON.parse(Buffer.from(jwt.split(".")[1], "base64url"));
const unescape = (html) => html.replaceAll("&amp;", "&").replaceAll("&quot;", '"').replaceAll("&#39;", "'");

/** Page is where a browser has arrived; without text when it stopped there before asking. */
class Page {
  constructor(url, html) {
    Object.assign(this, { url, html });
  }

  /** form is the first form: where it goes, and its hidden fields. */
  get form() {
    const [, attributes, body] = this.html?.match(/<form([^>]*)>([\s\S]*?)<\/form>/) ?? assert.fail(`${this.url} has no form:\n${this.html}`);
    const value = (tag, name) => unescape(tag.match(new RegExp(`\\s${name}="([^"]*)"`))?.[1] ?? "");
    const hidden = [...body.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([tag]) => [value(tag, "name"), value(tag, "value")]);
    return { action: new URL(value(attributes, "action"), this.url), fields: Object.fromEntries(hidden) };
  }
}

const isCallback = (url) => url.origin === BASE_URL && url.pathname.startsWith("/api/auth/callback/");
const isPage = (url) => url.origin === BASE_URL && !url.pathname.startsWith("/api/auth");

/** Person has a browser, with cookies at the application and at the provider, and the official client in it. */
class Person extends Visitor {
  jars = { [BASE_URL]: this.cookies, [ISSUER]: new Map() };

  async fetch(url, init = {}) {
    this.cookies = this.jars[new URL(url).origin];
    try {
      return await super.fetch(url, init);
    } finally {
      this.cookies = this.jars[BASE_URL];
    }
  }

  /** open goes to a page, through redirects, and stops before a page that it is told to stop at. */
  async open(url, { stop = isPage, ...init } = {}) {
    let target = new URL(url, BASE_URL);
    for (let hops = 0; hops < 10; hops++) {
      if (stop(target)) return new Page(target);
      const res = await this.fetch(target, { headers: { origin: "" }, ...init });
      const location = res.headers.get("location");
      if (!location) return new Page(target, await res.text());
      target = new URL(location, target);
      init = {};
    }
    return assert.fail(`more than ten redirects from ${url}`);
  }

  /** submit sends the form of a page at the provider. */
  async submit(page, values = {}) {
    const { action, fields } = page.form;
    assert.equal(action.origin, page.url.origin);
    const body = new URLSearchParams({ ...fields, ...values });
    return this.open(action, { method: "POST", headers: { origin: page.url.origin }, body, stop: isCallback });
  }

  /** leave asks the application for a provider and goes there. */
  async leave(provider, options = {}) {
    const { url, redirect } = ok(await this.client.signIn.social({ provider, callbackURL: "/app/", errorCallbackURL: "/oops", ...options }));
    assert.equal(redirect, true);
    return this.open(url);
  }

  /** agree passes the pages of the provider: the login, unless it knows the person, and the consent. */
  async agree(page, login) {
    if (page.form.fields.prompt === "login") page = await this.submit(page, { login, password: "anything" });
    assert.equal(page.form.fields.prompt, "consent");
    return this.submit(page);
  }

  /** comeBack goes from the provider to the application, by a redirect or by a form that sends itself. */
  async comeBack(page) {
    if (page.html === undefined) return this.open(page.url);
    const { url, form } = page;
    assert.ok(isCallback(form.action));
    const headers = { origin: url.origin, "x-forwarded-for": this.address };
    const body = new URLSearchParams(form.fields); // and no cookies: they are SameSite=Lax, and this comes from another site
    const res = await fetch(form.action, { method: "POST", redirect: "manual", headers, body });
    assert.deepEqual(res.headers.getSetCookie(), []);
    return this.open(new URL(res.headers.get("location"), form.action));
  }

  /** signIn is the whole way; it says where it ended. */
  async signIn(provider, login, options) {
    return pathOf(await this.comeBack(await this.agree(await this.leave(provider, options), login)));
  }

  async session() {
    return ok(await this.client.getSession());
  }

  async accounts(providerId) {
    return ok(await this.client.listAccounts()).filter((account) => account.providerId === providerId);
  }
}

const pathOf = (page) => page.url.pathname + page.url.search;

/** fails expects to end at the error page with a code, and without a session. */
async function fails(person, page, code) {
  assert.equal(page.url.pathname, "/oops", `${page.url}`);
  assert.equal(page.url.searchParams.get("error"), code);
  assert.equal(await person.session(), null);
}

/** userinfo asks the provider whose access token it is. */
async function userinfo(accessToken) {
  const res = await fetch(`${ISSUER}/me`, { headers: { authorization: `Bearer ${accessToken}` } });
  assert.equal(res.status, 200);
  return (await res.json()).sub;
}

for (const [provider, alg] of [["basic", "RS256"], ["post", "PS256"], ["jwt", "ES256"]]) {
  test(`sign up, and in again: ${provider}`, async () => {
    const login = named(`ann-${provider}`);
    const ann = new Person();
    assert.equal(await ann.signIn(provider, login, { newUserCallbackURL: "/welcome" }), "/welcome");
    const { user } = await ann.session();
    assert.deepEqual([user.name, user.email, user.emailVerified], [`${login} of the provider`, `${login}@example.com`, true]);

    const phone = new Person();
    assert.equal(await phone.signIn(provider, login, { newUserCallbackURL: "/welcome" }), "/app/");
    assert.equal((await phone.session()).user.id, user.id);
  });

  test(`tokens are handed out and refreshed: ${provider}`, async () => {
    const login = named(`tom-${provider}`);
    const tom = new Person();
    await tom.signIn(provider, login);
    const [account, ...others] = await tom.accounts(provider);
    assert.deepEqual([account.accountId, others], [login, []]);
    assert.deepEqual(account.scopes.toSorted(), ["email", "offline_access", "openid", "profile"]);
    const which = { accountId: account.id };

    const first = ok(await tom.client.getAccessToken(which));
    assert.equal(await userinfo(first.accessToken), login);
    assert.equal(JSON.parse(Buffer.from(first.idToken.split(".")[0], "base64url")).alg, alg);
    const refreshed = [];
    for (let i = 0; i < 2; i++) refreshed.push(ok(await tom.client.refreshToken(which)));
    assert.equal(await userinfo(refreshed[1].accessToken), login);
    assert.ok(refreshed[0].refreshToken !== refreshed[1].refreshToken, "the provider rotates refresh tokens");
    assert.ok(refreshed[1].accessTokenExpiresAt instanceof Date);

    const next = ok(await tom.client.getAccessToken(which));
    const old = provider === "post"; // its access tokens end too early to be handed out again
    assert.equal(next.accessToken !== refreshed[1].accessToken, old);
    assert.equal(await userinfo(next.accessToken), login);
    const info = ok(await tom.client.accountInfo({ query: which }));
    assert.deepEqual([info.user.email, info.data.sub, info.account.accountId], [`${login}@example.com`, login, login]);
  });
}

test("the request to the provider: PKCE, a nonce, the way back", async () => {
  const ann = new Person();
  const params = async (provider, options) =>
    Object.fromEntries(new URL(ok(await ann.client.signIn.social({ provider, ...options })).url).searchParams);
  const basic = await params("basic", { loginHint: "ann", scopes: ["address"], additionalParams: { ui_locales: "de" } });
  assert.deepEqual([basic.code_challenge_method, basic.code_challenge.length], ["S256", 43]);
  assert.deepEqual([basic.response_mode, basic.login_hint, basic.ui_locales, basic.prompt], [undefined, "ann", "de", "consent"]);
  assert.equal(basic.redirect_uri, `${API}/callback/basic`);
  assert.deepEqual(basic.scope.split(" ").toSorted(), ["address", "email", "offline_access", "openid", "profile"]);
  const post = await params("post");
  assert.equal(post.response_mode, "form_post");
  for (const name of ["state", "nonce", "code_challenge"]) assert.ok(basic[name] && post[name] && basic[name] !== post[name], name);
});

test("the nonce comes back in the ID token", async () => {
  const ann = new Person();
  const { url } = ok(await ann.client.signIn.social({ provider: "basic", callbackURL: "/app/" }));
  await ann.comeBack(await ann.agree(await ann.open(url), named("nora")));
  const [account] = await ann.accounts("basic");
  const { idToken } = ok(await ann.client.getAccessToken({ accountId: account.id }));
  const claims = decode(idToken);
  assert.deepEqual([claims.nonce, claims.iss, claims.aud], [new URL(url).searchParams.get("nonce"), ISSUER, "basic"]);
});

test("an ID token signs in", async () => {
  const ann = new Person();
  await ann.signIn("basic", named("ida"));
  const [account] = await ann.accounts("basic");
  const { idToken: token } = ok(await ann.client.getAccessToken({ accountId: account.id }));
  const { nonce } = decode(token);

  const app = new Person();
  const attempt = (provider, idToken) => app.client.signIn.social({ provider, idToken });
  const other = token.replace(/\.([\w-]+)\./, (_, claims) => `.${Buffer.from(JSON.stringify({ ...decode(token), sub: "eve" })).toString("base64url")}.`);
  refused(await attempt("basic", { token: other, nonce }), 401, "INVALID_TOKEN");
  refused(await attempt("basic", { token: token.slice(0, -4) + "AAAA", nonce }), 401, "INVALID_TOKEN");
  refused(await attempt("basic", { token, nonce: "another" }), 401, "INVALID_TOKEN");
  refused(await attempt("post", { token, nonce }), 401, "INVALID_TOKEN"); // it is for another client
  assert.equal(await app.session(), null);

  const { user, redirect } = ok(await attempt("basic", { token, nonce }));
  assert.deepEqual([user.email, redirect], [`${named("ida")}@example.com`, false]);
  assert.equal((await app.session()).user.id, (await ann.session()).user.id);
});

test("who cancels at the provider comes back with its error", async () => {
  for (const provider of ["basic", "post"]) {
    const ann = new Person();
    const page = await ann.leave(provider);
    const [, abort] = page.html.match(/href="([^"]*\/abort)"/);
    const back = await ann.comeBack(await ann.open(new URL(abort, page.url), { stop: isCallback }));
    await fails(ann, back, "access_denied");
  }
});

test("a callback works once", async () => {
  const ann = new Person();
  const callback = await ann.agree(await ann.leave("basic"), named("rita"));
  const before = new Map(ann.cookies);
  assert.equal(pathOf(await ann.comeBack(callback)), "/app/");
  ok(await ann.client.signOut());
  assert.equal(pathOf(await ann.open(callback.url)), "/api/auth/error?error=state_mismatch");
  before.forEach((cookie, name) => ann.cookies.set(name, cookie)); // as if the answer had not come
  assert.equal(pathOf(await ann.open(callback.url)), "/api/auth/error?error=state_mismatch");
  assert.equal(await ann.session(), null);
});

test("a callback works in no other browser", async () => {
  const eve = new Person();
  const ann = new Person();
  const callback = await eve.agree(await eve.leave("basic"), named("eve"));
  await ann.leave("basic"); // she has a state of her own
  const page = await ann.open(callback.url);
  assert.equal(page.url.searchParams.get("error"), "state_mismatch");
  assert.equal(await ann.session(), null);
});

test("a code works with no other request", async () => {
  const eve = new Person();
  const ann = new Person();
  const stolen = await ann.agree(await ann.leave("basic"), named("ann"));
  const callback = await eve.agree(await eve.leave("basic"), named("eve"));
  callback.url.searchParams.set("code", stolen.url.searchParams.get("code"));
  await fails(eve, await eve.open(callback.url), "invalid_code");
});

test("a callback of another issuer is refused", async () => {
  const ann = new Person();
  const callback = await ann.agree(await ann.leave("basic"), named("ann"));
  callback.url.searchParams.set("iss", "https://evil.example");
  await fails(ann, await ann.open(callback.url), "issuer_mismatch");
});

test("an unverified address takes nobody's account over", async () => {
  const login = named("unverified-zoe");
  const zoe = new Person();
  ok(await zoe.client.signUp.email({ name: "Zoe", email: `${login}@example.com`, password: "correct horse battery" }));
  const eve = new Person();
  await fails(eve, await eve.comeBack(await eve.agree(await eve.leave("basic"), login)), "account_not_linked");
});

test("a profile without an address makes no user", async () => {
  const ann = new Person();
  await fails(ann, await ann.comeBack(await ann.agree(await ann.leave("jwt"), named("nameless"))), "email_not_found");
});

test("accounts are linked and unlinked", async () => {
  const [login, stranger] = [named("lea"), named("max")];
  const lea = new Person();
  ok(await lea.client.signUp.email({ name: "Lea", email: `${login}@example.com`, password: "correct horse battery" }));
  const link = async (provider, login) => {
    const { url } = ok(await lea.client.linkSocial({ provider, callbackURL: "/linked", errorCallbackURL: "/oops" }));
    return pathOf(await lea.comeBack(await lea.agree(await lea.open(url), login)));
  };
  assert.equal(await link("basic", login), "/linked");
  const [account] = await lea.accounts("basic");
  assert.equal(account.accountId, login);
  assert.equal(await link("post", login), "/linked");
  assert.equal((await lea.session()).user.name, "Lea", "linking changes no user");

  ok(await lea.client.unlinkAccount({ accountId: account.id }));
  assert.deepEqual(await lea.accounts("basic"), []);
  assert.equal((await lea.accounts("post")).length, 1);

  const other = new Person();
  await other.signIn("basic", stranger);
  ok(await other.client.signOut());
  lea.jars[ISSUER] = other.jars[ISSUER]; // the provider takes her for max
  assert.match(await link("basic", stranger), /^\/oops\?error=email_does_not_match/);
});

test("signing out leads to the provider's sign-out, and back", async () => {
  const ann = new Person();
  await ann.signIn("basic", named("otto"));
  const { url, redirect, success } = ok(await ann.client.signOut({ callbackURL: "/app/", state: "from the test" }));
  assert.deepEqual([success, redirect], [true, true]);
  assert.equal(await ann.session(), null);

  const page = await ann.open(url);
  const back = await ann.submit(page, { logout: "yes" });
  assert.equal(pathOf(back), "/app/?state=from+the+test");
  assert.match((await ann.leave("basic")).html, /name="password"/, "the provider has forgotten the person, too");
});
