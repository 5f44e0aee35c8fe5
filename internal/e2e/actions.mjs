// Every action of the official client, with the client plugins of every plugin we serve, on the reference and on
// our server at once: what the client hands to its caller must be the same, Dates and error codes included.
//
//	GOSERVER=/path/to/goserver node actions.mjs
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  MULTI_SESSION_ERROR_CODES, USERNAME_ERROR_CODES, lastLoginMethodClient, multiSessionClient, oauthPopupClient,
  oneTapClient, usernameClient,
} from "better-auth/client/plugins";
import { Server, googleToken, options } from "./both.mjs";
import { Visitor } from "./jar.mjs";

const PASSWORD = "correct horse battery";
const now = Date.now();
const called = new Set(); // "POST /sign-in/email", what the client asked our server for
const said = new Map(); // the message of every error code that both answered
let servers = [];

before(async () => {
  servers = await Promise.all(["reference", "ours"].map((name) => Server.start(name)));
  await Promise.all(servers.map((server) => server.configure(options, now)));
});
after(() => Promise.all(servers.map((server) => server.stop())));

/** Twin is one person with a browser at each server; what one does, the other does too. */
class Twin {
  constructor(email) {
    this.email = email;
    const address = `198.18.0.${++Twin.made}`;
    this.tabs = servers.map((server) => {
      const plugins = [usernameClient(), multiSessionClient(), oneTapClient({ clientId: "google-client" }), lastLoginMethodClient(), oauthPopupClient()];
      return Object.assign(new Visitor({ address, baseURL: server.baseURL, plugins }), { server });
    });
  }
  static made = 0;

  /** same lets both act and compares; act gets the client, and the tab for what else it knows. */
  async same(act) {
    const [left, right] = await Promise.all(this.tabs.map((tab) => observe(tab, act)));
    compare(left, right);
    this.tabs.forEach((tab, i) => (tab.result = [left, right][i].result));
    return left.result;
  }

  /** ok is same for what must succeed, refused for what must fail with a code. */
  async ok(act) {
    const { data, error } = await this.same(act);
    assert.equal(error, null, `unexpected error ${JSON.stringify(error)}`);
    return data;
  }

  async refused(status, code, act) {
    const { data, error } = await this.same(act);
    assert.equal(data, null);
    assert.deepEqual([error.status, error.code], [status, code], `unexpected error ${JSON.stringify(error)}`);
    if (code) said.set(code, error.message);
  }

  /** mail puts the newest mail of a kind to this person into each tab. */
  async mail(kind, email = this.email, wanted = 1) {
    for (const tab of this.tabs) {
      const mails = await tab.server.mails(kind, email);
      assert.equal(mails.length, wanted, `${kind} mails of ${tab.server.name} to ${email}`);
      tab.mail = mails.at(-1);
    }
    compare({ result: this.tabs[0].mail, base: servers[0].baseURL }, { result: this.tabs[1].mail, base: servers[1].baseURL });
  }

  async signUp(more = {}) {
    const data = await this.ok((c) => c.signUp.email({ name: "Ann", email: this.email, password: PASSWORD, ...more }));
    for (const tab of this.tabs) tab.token = tab.result.data.token;
    assert.ok(data.user.createdAt instanceof Date && data.user.updatedAt instanceof Date);
    return data;
  }

  /** device is another browser of the same person, signed in. */
  async device() {
    const twin = new Twin(this.email);
    await twin.ok((c) => c.signIn.email({ email: this.email, password: PASSWORD }));
    for (const tab of twin.tabs) tab.token = tab.result.data.token;
    return twin;
  }

  async session() {
    return this.ok((c) => c.getSession());
  }

  /** comeBack is the provider's answer to the request that was just made: the profile that the code stands for. */
  async comeBack(profile, asForm = false) {
    return this.same(async (_, tab) => {
      const state = new URL(tab.result.data.url).searchParams.get("state");
      const code = Buffer.from(JSON.stringify({ verified: true, expires: 3600, ...profile })).toString("base64url");
      const callback = `${tab.baseURL}/api/auth/callback/github`;
      const params = new URLSearchParams({ code, state });
      const { url } = await tab.follow(asForm ? await this.post(tab, callback, params) : `${callback}?${params}`);
      return url.pathname + url.search;
    });
  }

  /** post is a form that the provider's page sends: without cookies, which are SameSite=Lax. It says where it leads. */
  async post(tab, url, body) {
    const cookies = tab.cookies;
    tab.cookies = new Map();
    const res = await tab.fetch(url, { method: "POST", headers: { origin: "https://github.com" }, body });
    assert.equal(tab.cookies.size, 0);
    tab.cookies = cookies;
    return res.headers.get("location");
  }

  /** enter signs in with a provider. */
  async enter(profile, { asForm, ...more } = {}) {
    await this.ok((c) => c.signIn.social({ provider: "github", callbackURL: "/home", errorCallbackURL: "/oops", ...more }));
    return this.comeBack(profile, asForm);
  }
}

let people = 0;
const newcomer = async (more) => {
  const twin = new Twin(`person${++people}@example.com`);
  await twin.signUp(more);
  return twin;
};

/** observe runs an action in one tab: its result, and the status and cookies of every answer meanwhile. */
async function observe(tab, act) {
  const answers = [];
  const send = Visitor.prototype.fetch;
  tab.fetch = async function (url, init) {
    const res = await send.call(this, url, init);
    const path = new URL(url, this.baseURL).pathname.replace("/api/auth", "");
    if (this.server.name === "ours") called.add(`${init?.method ?? "GET"} ${path}`);
    answers.push({ path, status: res.status, cookies: res.headers.getSetCookie() });
    return res;
  };
  return { result: await act(tab.client, tab), answers, base: tab.baseURL };
}

const claims = (_, payload) => `JWT(${Buffer.from(payload, "base64url")})`;

/** shape writes a value down with its types; ids, tokens and signatures by their form. */
function shape(value, base) {
  if (value instanceof Date) return `Date(${value.toISOString()})`;
  if (Array.isArray(value)) return value.map((item) => shape(item, base));
  if (value && typeof value === "object") return Object.entries(value).map(([key, member]) => [key, shape(member, base)]);
  if (typeof value !== "string") return value;
  return value
    .replaceAll(base, "BASE")
    .replaceAll(encodeURIComponent(base), "BASE")
    .replace(/eyJ[\w-]+\.([\w-]+)\.[\w-]{43}/g, claims)
    .replace(/(?<=([\w-]{32}|%7D)\.)([A-Za-z0-9+/]|%2B|%2F){43}(=|%3D)/g, "signature")
    .replace(/(?<=[?&.](state|code_challenge)=)[\w-]+/g, (value) => `random(${value.length})`)
    .replace(/(?<![A-Za-z0-9])([A-Za-z0-9]{32}|[A-Za-z0-9]{24})(?![A-Za-z0-9])/g, (id) => `random(${id.length})`)
    .replace(/(?<=popupNonce%22%3A%22)[0-9a-f]{32}/g, "random(32)")
    .replace(/(?<=_multi-)[a-z0-9]{32}/g, "random(32)");
}

function compare(left, right) {
  assert.deepEqual(shape(right, right.base), shape(left, left.base), "ours (actual) differs from the reference (expected)");
}

test("core: sign up, in and out", async () => {
  const ann = await newcomer();
  await ann.mail("sendVerificationEmail");
  await ann.refused(422, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL", (c) =>
    c.signUp.email({ name: "A", email: ann.email, password: PASSWORD }));
  await ann.refused(400, "PASSWORD_TOO_SHORT", (c) => c.signUp.email({ name: "A", email: "b@example.com", password: "x" }));
  await ann.refused(400, "VALIDATION_ERROR", (c) => c.signUp.email({ name: "A", email: "b", password: PASSWORD }));
  await ann.ok((c) => c.signOut());
  assert.equal(await ann.session(), null);
  await ann.refused(401, "INVALID_EMAIL_OR_PASSWORD", (c) => c.signIn.email({ email: ann.email, password: "wrong password" }));
  const data = await ann.ok((c) => c.signIn.email({ email: ann.email, password: PASSWORD, rememberMe: false, callbackURL: "/home" }));
  assert.deepEqual([data.redirect, data.url], [true, "/home"]);
  assert.deepEqual(await ann.ok((c) => c.ok()), { ok: true });
});

test("core: sessions", async () => {
  const ann = await newcomer();
  const phone = await ann.device();
  const { session } = await ann.session();
  assert.ok(session.expiresAt instanceof Date && session.theme === "light");
  assert.equal((await ann.ok((c) => c.listSessions())).length, 2);
  await ann.ok((c, tab) => c.revokeSession({ token: phone.tabs[ann.tabs.indexOf(tab)].token }));
  assert.equal(await phone.session(), null);
  await ann.ok((c) => c.updateSession({ theme: "dark" }));
  assert.equal((await ann.session()).session.theme, "dark");
  const tablet = await ann.device();
  await ann.ok((c) => c.revokeOtherSessions());
  assert.equal(await tablet.session(), null);
  await ann.ok((c) => c.revokeSessions());
  assert.equal(await ann.session(), null);
  for (const act of ["listSessions", "revokeSessions", "revokeOtherSessions"]) await ann.refused(401, "UNAUTHORIZED", (c) => c[act]());
  await ann.refused(401, "UNAUTHORIZED", (c) => c.revokeSession({ token: "x" }));
  await ann.refused(401, "UNAUTHORIZED", (c) => c.updateSession({ theme: "x" }));
});

test("core: the user and the password", async () => {
  const ann = await newcomer();
  await ann.ok((c) => c.updateUser({ name: "Änn <b>", image: "https://example.com/a.png" }));
  assert.equal((await ann.session()).user.name, "Änn <b>");
  await ann.refused(400, "EMAIL_CAN_NOT_BE_UPDATED", (c) => c.updateUser({ email: "x@example.com" }));
  await ann.ok((c) => c.verifyPassword({ password: PASSWORD }));
  await ann.refused(400, "INVALID_PASSWORD", (c) => c.verifyPassword({ password: "wrong password" }));
  const change = { currentPassword: PASSWORD, newPassword: "a better password", revokeOtherSessions: true };
  await ann.refused(400, "INVALID_PASSWORD", (c) => c.changePassword({ ...change, currentPassword: "wrong password" }));
  const { token, user } = await ann.ok((c) => c.changePassword(change));
  assert.ok(token && user.updatedAt instanceof Date);
  await ann.refused(401, "INVALID_EMAIL_OR_PASSWORD", (c) => c.signIn.email({ email: ann.email, password: PASSWORD }));
});

test("core: a forgotten password", async () => {
  const ann = await newcomer();
  await ann.ok((c) => c.requestPasswordReset({ email: ann.email, redirectTo: "/reset" }));
  await ann.ok((c) => c.requestPasswordReset({ email: "nobody@example.com", redirectTo: "/reset" }));
  await ann.refused(403, "INVALID_REDIRECT_URL", (c) => c.requestPasswordReset({ email: ann.email, redirectTo: "https://evil.example" }));
  await ann.mail("sendResetPassword");
  await ann.same(async (_, tab) => (await tab.follow(tab.mail.url)).url.href);
  await ann.refused(400, "PASSWORD_TOO_LONG", (c, tab) => c.resetPassword({ newPassword: "x".repeat(129), token: tab.mail.token }));
  await ann.ok((c, tab) => c.resetPassword({ newPassword: "a better password", token: tab.mail.token }));
  await ann.refused(400, "INVALID_TOKEN", (c, tab) => c.resetPassword({ newPassword: "a better password", token: tab.mail.token }));
});

test("core: verifying and changing the address", async () => {
  const ann = await newcomer();
  await ann.mail("sendVerificationEmail");
  await ann.ok((c) => c.sendVerificationEmail({ email: ann.email, callbackURL: "/hello" }));
  await ann.mail("sendVerificationEmail", ann.email, 2);
  await ann.refused(401, "INVALID_TOKEN", (c) => c.verifyEmail({ query: { token: "bad" } }));
  await ann.ok((c, tab) => c.verifyEmail({ query: { token: tab.mail.token } }));
  assert.equal((await ann.session()).user.emailVerified, true);
  await ann.refused(400, "EMAIL_ALREADY_VERIFIED", (c) => c.sendVerificationEmail({ email: ann.email }));

  const next = `new.${ann.email}`;
  await ann.ok((c) => c.changeEmail({ newEmail: next, callbackURL: "/changed" }));
  await ann.mail("sendChangeEmailConfirmation");
  await ann.same(async (_, tab) => (await tab.follow(tab.mail.url)).url.href);
  await ann.mail("sendVerificationEmail", next);
  await ann.same(async (_, tab) => (await tab.follow(tab.mail.url)).url.href);
  assert.equal((await ann.session()).user.email, next);
  await ann.refused(400, undefined, (c) => c.changeEmail({ newEmail: next }));
});

test("core: deletion", async () => {
  const ann = await newcomer();
  await ann.refused(400, "INVALID_PASSWORD", (c) => c.deleteUser({ password: "wrong password" }));
  await ann.ok((c) => c.deleteUser({ callbackURL: "/bye" }));
  await ann.mail("sendDeleteAccountVerification");
  await ann.refused(404, "INVALID_TOKEN", (c) => c.deleteUser.callback({ query: { token: "bad" } }));
  await ann.ok((c, tab) => c.deleteUser.callback({ query: { token: tab.mail.token } }));
  assert.equal(await ann.session(), null);
});

test("core: sign-in with a provider", async () => {
  const cat = new Twin("cat@example.com");
  const profile = { id: 1, name: "Cat", email: cat.email };
  const { url, redirect } = await cat.ok((c) =>
    c.signIn.social({ provider: "google", scopes: ["extra"], loginHint: "cat", additionalParams: { hl: "de" }, disableRedirect: true }));
  assert.ok(url.startsWith("https://accounts.google.com/") && !redirect);
  assert.equal(await cat.enter(profile, { newUserCallbackURL: "/welcome" }), "/welcome");
  const { user } = await cat.session();
  assert.deepEqual([user.name, user.email, user.emailVerified], ["Cat", cat.email, true]);
  await cat.ok((c) => c.signOut());
  assert.equal(await cat.enter(profile, { asForm: true }), "/home");
  assert.equal((await cat.session()).user.email, cat.email);

  const dog = new Twin("dog@example.com");
  assert.equal(await dog.enter({ id: 2, name: "Dog" }), "/oops?error=email_not_found");
  assert.equal(await dog.enter({ ...profile, broken: "token" }), "/oops?error=invalid_code");
  assert.equal(await dog.session(), null);
  await dog.refused(404, "PROVIDER_NOT_FOUND", (c) => c.signIn.social({ provider: "discord" }));
  await dog.refused(404, "ID_TOKEN_NOT_SUPPORTED", (c) => c.signIn.social({ provider: "github", idToken: { token: "x" } }));
  await dog.refused(401, "INVALID_TOKEN", (c) => c.signIn.social({ provider: "google", idToken: { token: "x.y.z" } }));
  await dog.refused(403, "INVALID_CALLBACK_URL", (c) => c.signIn.social({ provider: "github", callbackURL: "https://evil.example" }));
});

test("core: sign-in with an ID token", async () => {
  const ann = new Twin("ida@example.com");
  const profile = { sub: "42", email: ann.email, email_verified: true, name: "Ida", nonce: "once" };
  const attempt = (claims, nonce) => (c) => c.signIn.social({ provider: "google", idToken: { token: googleToken({ ...profile, ...claims }, now), nonce } });
  await ann.refused(401, "INVALID_TOKEN", attempt({}, "twice"));
  await ann.refused(401, "INVALID_TOKEN", attempt({ aud: "another" }, "once"));
  const { user, redirect } = await ann.ok(attempt({}, "once"));
  assert.deepEqual([user.email, user.emailVerified, redirect], [ann.email, true, false]);
  assert.ok(user.createdAt instanceof Date && (await ann.session()).session.expiresAt instanceof Date);
  await ann.ok((c) => c.linkSocial({ provider: "google", idToken: { token: googleToken(profile, now), nonce: "once" } }));
  assert.deepEqual((await ann.ok((c) => c.listAccounts())).map(({ accountId }) => accountId), ["42"]);
});

test("core: linked accounts", async () => {
  const ann = await newcomer();
  const stranger = new Twin("nobody@example.com");
  const link = { provider: "github", callbackURL: "/linked", errorCallbackURL: "/oops", scopes: ["extra"] };
  await stranger.refused(401, "UNAUTHORIZED", (c) => c.linkSocial(link));
  await ann.refused(404, "PROVIDER_NOT_FOUND", (c) => c.linkSocial({ ...link, provider: "discord" }));
  await ann.ok((c) => c.linkSocial(link));
  assert.equal(await ann.comeBack({ id: 3, name: "Ann", email: "someone@example.com" }), "/oops?error=email_does_not_match");
  await ann.ok((c) => c.linkSocial(link));
  assert.equal(await ann.comeBack({ id: 3, name: "Ann", email: ann.email }), "/linked");

  const accounts = async () => (await ann.ok((c) => c.listAccounts())).map(({ providerId }) => providerId);
  assert.deepEqual(await accounts(), ["credential", "github"]);
  const row = (tab) => tab.accounts.find(({ providerId }) => providerId === "github");
  await ann.same(async (c, tab) => (tab.accounts = (await c.listAccounts()).data));
  assert.ok(row(ann.tabs[0]).createdAt instanceof Date);
  const which = (tab) => ({ accountId: row(tab).id });

  const tokens = await ann.ok((c, tab) => c.getAccessToken(which(tab)));
  assert.ok(tokens.accessTokenExpiresAt instanceof Date && tokens.scopes.length > 0);
  const fresh = await ann.ok((c, tab) => c.refreshToken(which(tab)));
  assert.ok(fresh.accessToken !== tokens.accessToken && fresh.accessTokenExpiresAt instanceof Date);
  const info = await ann.ok(async (c, tab) => {
    const { data, error } = await c.accountInfo({ query: which(tab) });
    return { data: data && { ...data, data: Object.fromEntries(Object.entries(data.data).sort()) }, error }; // ours are sorted
  });
  assert.deepEqual([info.user.email, info.account.accountId], [ann.email, "3"]);
  for (const act of ["getAccessToken", "refreshToken", "unlinkAccount"]) {
    await ann.refused(400, "ACCOUNT_NOT_FOUND", (c) => c[act]({ accountId: "x" }));
  }
  await ann.refused(400, "ACCOUNT_NOT_FOUND", (c) => c.accountInfo({ query: { accountId: "x" } }));
  await stranger.refused(401, "UNAUTHORIZED", (c) => c.listAccounts());
  await stranger.refused(401, undefined, (c) => c.getAccessToken({ accountId: "x" }));

  await ann.ok((c, tab) => c.unlinkAccount(which(tab)));
  assert.deepEqual(await accounts(), ["credential"]);
  const last = (tab) => ({ accountId: tab.accounts.find(({ providerId }) => providerId === "credential").id });
  await ann.refused(400, "FAILED_TO_UNLINK_LAST_ACCOUNT", (c, tab) => c.unlinkAccount(last(tab)));
});

test("core: useSession follows what the client does", async () => {
  const ann = new Twin("atom@example.com");
  const states = async (act) =>
    ann.same(async (client, tab) => {
      const seen = [];
      const stop = client.useSession.subscribe(({ data, error, isPending }) => {
        if (!isPending) seen.push({ data, error });
      });
      const settled = async (wanted) => {
        for (let tries = 0; tries < 200 && !wanted(seen.at(-1)); tries++) await new Promise((r) => setTimeout(r, 10));
        return seen.at(-1);
      };
      const last = await act(client, settled, tab);
      stop();
      return last;
    });
  const joined = await states(async (c, settled) => {
    await settled((state) => state?.data === null);
    await c.signUp.email({ name: "Ann", email: ann.email, password: PASSWORD });
    return settled((state) => state?.data);
  });
  assert.ok(joined.data.session.expiresAt instanceof Date && joined.data.user.createdAt instanceof Date);
  const renamed = await states(async (c, settled) => {
    await settled((state) => state?.data);
    await c.updateUser({ name: "Anna" });
    return settled((state) => state?.data?.user.name === "Anna");
  });
  assert.equal(renamed.data.user.name, "Anna");
  const refetched = await states(async (c, settled) => {
    await settled((state) => state?.data);
    await c.updateUser({ name: "Annabel" }, { disableSignal: true });
    await c.useSession.get().refetch();
    return settled((state) => state?.data?.user.name === "Annabel");
  });
  assert.equal(refetched.data.user.name, "Annabel");
  const left = await states(async (c, settled) => {
    await settled((state) => state?.data);
    await c.signOut();
    return settled((state) => state?.data === null);
  });
  assert.deepEqual(left, { data: null, error: null });

  const rendered = new Twin("atom@example.com");
  await rendered.same(async (c) => {
    c.hydrateSession(joined.data);
    return c.useSession.get().data;
  });
});

test("core: the session is extended by POST where GET must not write", async () => {
  const ann = await newcomer();
  await ann.refused(405, "METHOD_NOT_ALLOWED_DEFER_SESSION_REQUIRED", (c) => c.getSession({ fetchOptions: { method: "POST" } }));
});

test("username", async () => {
  const ann = await newcomer({ username: "AnnTheFirst" });
  const { user } = await ann.session();
  assert.deepEqual([user.username, user.displayUsername], ["annthefirst", "AnnTheFirst"]);
  assert.deepEqual(await ann.ok((c) => c.isUsernameAvailable({ username: "annthesecond" })), { available: true });
  assert.deepEqual(await ann.ok((c) => c.isUsernameAvailable({ username: "annTheFirst" })), { available: false });
  await ann.refused(422, "USERNAME_TOO_SHORT", (c) => c.isUsernameAvailable({ username: "a" }));
  await ann.refused(422, "INVALID_USERNAME", (c) => c.isUsernameAvailable({ username: "a b c" }));
  await ann.refused(422, "USERNAME_TOO_LONG", (c) => c.isUsernameAvailable({ username: "a".repeat(31) }));
  await ann.ok((c) => c.updateUser({ username: "ann.new", displayUsername: "Ann, new" }));
  const tab = new Twin(ann.email);
  await tab.refused(401, "INVALID_USERNAME_OR_PASSWORD", (c) => c.signIn.username({ username: "annthefirst", password: PASSWORD }));
  const data = await tab.ok((c) => c.signIn.username({ username: "ANN.NEW", password: PASSWORD }));
  assert.ok(data.user.createdAt instanceof Date);
  const bob = new Twin("bob@example.com");
  await bob.refused(400, "USERNAME_IS_ALREADY_TAKEN", (c) =>
    c.signUp.email({ name: "Bob", email: bob.email, password: PASSWORD, username: "ann.new" }));
});

test("multi-session", async () => {
  const ann = await newcomer();
  const first = ann.tabs.map((tab) => tab.token);
  const token = (tab) => first[ann.tabs.indexOf(tab)];
  await ann.ok((c) => c.signUp.email({ name: "Other", email: `other.${ann.email}`, password: PASSWORD }));
  const list = await ann.ok(async (c) => {
    const { data, error } = await c.multiSession.listDeviceSessions();
    return { data: data?.sort((a, b) => a.user.name.localeCompare(b.user.name)), error }; // the reference has no order
  });
  assert.equal(list.length, 2);
  assert.ok(list[0].session.expiresAt instanceof Date && list[0].user.createdAt instanceof Date);
  const active = await ann.ok((c, tab) => c.multiSession.setActive({ sessionToken: token(tab) }));
  assert.equal(active.user.email, ann.email);
  await ann.refused(401, "INVALID_SESSION_TOKEN", (c) => c.multiSession.setActive({ sessionToken: "x" }));
  await ann.ok((c, tab) => c.multiSession.revoke({ sessionToken: token(tab) }));
  await ann.refused(401, "INVALID_SESSION_TOKEN", (c, tab) => c.multiSession.revoke({ sessionToken: token(tab) }));
  assert.equal((await ann.session()).user.name, "Other");
});

test("one tap", async () => {
  const ann = new Twin("tap@example.com");
  const profile = { sub: "43", email: ann.email, email_verified: true, name: "Tap" };
  const tap = (idToken) => (c) => c.$fetch("/one-tap/callback", { method: "POST", body: { idToken } });
  await ann.refused(400, undefined, tap("x.y.z"));
  const { user } = await ann.ok(tap(googleToken(profile, now)));
  assert.deepEqual([user.email, (await ann.session()).user.email], [ann.email, ann.email]);

  const [bob, script] = [new Twin("button@example.com"), new Map()]; // script stands for Google's, in a page
  const google = { accounts: { id: { initialize: (options) => script.set(options.nonce, options), renderButton() {} } } };
  globalThis.window = { document: {}, google, googleScriptInitialized: true, location: {} };
  try {
    const idToken = googleToken({ sub: "44", email: bob.email, email_verified: true, name: "Button" }, now);
    const button = { container: {} };
    await bob.same(async (c, { server: { name } }) => {
      await c.oneTap({ button, callbackURL: "/home", nonce: name });
      await script.get(name).callback({ credential: idToken });
      return [script.get(name).client_id, window.location.href];
    });
  } finally {
    delete globalThis.window;
  }
  assert.deepEqual(bob.tabs[0].result, ["google-client", "/home"]);
  assert.equal((await bob.session()).user.email, bob.email);
});

/** inPage runs what a script in a tab's page does: it sees the cookies that are not HttpOnly. */
function inPage(tab, act) {
  globalThis.document = {
    get cookie() {
      return [...tab.cookies].filter(([, { attributes }]) => !attributes.has("httponly")).map(([name, { value }]) => `${name}=${value}`).join("; ");
    },
    set cookie(line) {
      tab.keep(line);
    },
  };
  try {
    return act();
  } finally {
    delete globalThis.document;
  }
}

test("popup", async () => {
  const [ann, stranger] = [new Twin("popup@example.com"), new Twin("nobody@example.com")];
  const listeners = new Set();
  const window = { addEventListener: (_, heard) => listeners.add(heard), removeEventListener: (_, heard) => listeners.delete(heard) };
  globalThis.window = Object.assign(window, { self: window, top: window });
  /** popup stands for the window: it goes to the provider and back, and posts what its last page says. */
  const popup = async (tab, url, query) => {
    const visit = (target) => tab.fetch(target, { headers: { origin: "" } });
    const state = new URL((await visit(url)).headers.get("location")).searchParams.get("state");
    const page = await (await visit(`${tab.baseURL}/api/auth/callback/github?${new URLSearchParams({ ...query, state })}`)).text();
    const { targetOrigin, ...data } = JSON.parse(page.match(/<script type="application\/json"[^>]*>([^<]*)</)[1]);
    assert.equal(targetOrigin, tab.baseURL);
    for (const heard of listeners) heard({ origin: tab.baseURL, data });
    return data;
  };
  let turn = Promise.resolve(); // the client opens one popup at a time, and both clients here are one to it
  const signIn = (query) => (c, tab) => (turn = turn.then(() => flow(query, c, tab)));
  const flow = async (query, c, tab) => {
    window.location = { origin: tab.baseURL };
    let said;
    window.open = (url) => ((said = popup(tab, url, query)), { closed: false, close() {} });
    const { data, error } = await c.signIn.popup({ provider: "github", callbackURL: "/home", timeoutMs: 10_000 });
    return { data: data && [data, await said], error };
  };
  try {
    await stranger.refused(undefined, "access_denied", signIn({ error: "access_denied" }));
    const code = Buffer.from(JSON.stringify({ id: 10, name: "Popup", email: ann.email, verified: true })).toString("base64url");
    const [answer, message] = await ann.ok(signIn({ code }));
    assert.deepEqual([answer, message.redirectTo], [{ success: true }, "/home"]);
    await ann.same((_, tab) => assert.equal(tab.result.data[1].token, decodeURIComponent(tab.sessionCookie.value)));
  } finally {
    delete globalThis.window;
  }
  assert.equal(await stranger.session(), null);
  assert.equal((await ann.session()).user.email, ann.email);
});

test("last login method", async () => {
  const ann = new Twin("last@example.com");
  const last = (twin = ann) => twin.same((c, tab) => inPage(tab, () => c.getLastUsedLoginMethod()));
  assert.equal(await last(), null);
  await ann.enter({ id: 9, name: "Last", email: ann.email });
  assert.equal(await last(), "github");
  await ann.ok((c) => c.signOut());
  assert.equal(await last(), "github");
  const bob = await newcomer();
  assert.equal(await last(bob), "email");
  const is = (method) => bob.same((c, tab) => inPage(tab, () => c.isLastUsedLoginMethod(method)));
  assert.deepEqual([await is("email"), await is("github")], [true, false]);
  await bob.same((c, tab) => inPage(tab, () => c.clearLastUsedLoginMethod()));
  assert.deepEqual([await last(bob), await is("email")], [null, false]);
  assert.equal((await bob.session()).user.email, bob.email);
});

test("bearer", async () => {
  const ann = await newcomer();
  const tokens = ann.tabs.map((tab) => decodeURIComponent(tab.sessionCookie.value));
  const app = new Twin(ann.email);
  const auth = (tab) => ({ type: "Bearer", token: () => tokens[app.tabs.indexOf(tab)] });
  const data = await app.ok((c, tab) => c.getSession({ fetchOptions: { auth: auth(tab) } }));
  assert.equal(data.user.email, ann.email);
  assert.equal(await app.session(), null, "reading leaves no cookie");
  await app.ok((c, tab) => c.updateUser({ name: "By token", fetchOptions: { auth: auth(tab) } }));
  assert.equal((await ann.session()).user.name, "By token");
  const granted = new Twin(ann.email);
  await granted.ok((c, tab) =>
    c.signIn.email({ email: ann.email, password: PASSWORD, fetchOptions: { onSuccess: (x) => (tab.granted = x.response.headers.get("set-auth-token")) } }));
  await granted.same((_, tab) => tab.granted);
  assert.equal(granted.tabs[0].granted, decodeURIComponent(granted.tabs[0].sessionCookie.value));
});

test("messages are those of $ERROR_CODES", () => {
  const known = { ...usernameClient().$ERROR_CODES, ...multiSessionClient().$ERROR_CODES };
  assert.deepEqual(Object.keys(known).length, new Set([...Object.keys(USERNAME_ERROR_CODES), ...Object.keys(MULTI_SESSION_ERROR_CODES)]).size);
  const seen = [...said].filter(([code]) => known[code]);
  assert.ok(seen.length >= 6, `only ${seen.length} codes of plugins were seen`);
  for (const [code, message] of seen) assert.equal(message, known[code].message, code);
});

test("no endpoint of ours is left out", async () => {
  const pages = ["GET /error"]; // for people, not for the client
  const served = (await servers[1].ask("GET", "/endpoints")).filter((name) => !pages.includes(name));
  const pattern = (name) => new RegExp(`^${name.replaceAll(/:\w+/g, "[^/]+")}$`);
  assert.deepEqual(served.filter((name) => ![...called].some((call) => pattern(name).test(call))), []);
});
