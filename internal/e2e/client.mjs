// The unmodified official client through every core flow, against a running server.
//
//	BASE_URL=http://127.0.0.1:3000 node client.mjs
//
// The server is the quickstart, or anything configured like it: e-mail and password on, verification mail
// sent on sign-up but not required, change-email confirmed at the old address first and verified at the new
// one, delete-user confirmed by mail, rate limit on, and a dev inbox at /dev/inbox.json with
// [{to, subject, url, kind, sentAt}], newest last; kinds verify-email, reset-password, change-email,
// delete-account. reference.mjs is such a server made of the npm package.
import assert from "node:assert/strict";
import { test } from "node:test";
import { API, BASE_URL, Visitor, mailsTo, waitForMail } from "./jar.mjs";

const PASSWORD = "correct horse battery";
const run = Math.random().toString(36).slice(2, 8);
let people = 0;

const newEmail = () => `person${++people}.${run}@example.com`;
const since = (date) => Date.now() - date.getTime();

/** ok unwraps an answer that must have succeeded. */
function ok({ data, error }) {
  assert.equal(error, null, `unexpected error ${JSON.stringify(error)}`);
  return data;
}

/** refused checks an answer that must have failed; some answers of the reference have no code. */
function refused({ data, error }, status, code) {
  assert.equal(data, null);
  assert.equal(error?.status, status, `expected status ${status}, got ${JSON.stringify(error)}`);
  assert.equal(error.code, code);
  assert.ok(error.message, "an error says what is wrong");
}

/** signedUp is a new visitor with an account, whose verification mail has arrived. */
async function signedUp(email = newEmail(), name = "Ann Example") {
  const visitor = new Visitor();
  const data = ok(await visitor.client.signUp.email({ name, email, password: PASSWORD, callbackURL: "/account" }));
  await waitForMail(email, "verify-email");
  return Object.assign(visitor, { email, user: data.user, token: data.token });
}

/** signedIn is another device of the same person. */
async function signedIn(email, password = PASSWORD) {
  const visitor = new Visitor();
  const data = ok(await visitor.client.signIn.email({ email, password }));
  return Object.assign(visitor, { email, user: data.user, token: data.token });
}

/** verified is a signed-up visitor who has opened the link of the verification mail. */
async function verified() {
  const ann = await signedUp();
  await ann.follow((await waitForMail(ann.email, "verify-email")).url);
  return ann;
}

const sessionOf = async (visitor) => ok(await visitor.client.getSession());
const assertSignedIn = async (visitor) => assert.equal((await sessionOf(visitor))?.user.email, visitor.email);
const assertSignedOut = async (visitor) => assert.equal(await sessionOf(visitor), null);

function assertUser(user, { name, email, emailVerified, image = null }) {
  assert.deepEqual(Object.keys(user), ["name", "email", "emailVerified", "image", "createdAt", "updatedAt", "id"]);
  assert.equal(user.name, name);
  assert.equal(user.email, email);
  assert.equal(user.emailVerified, emailVerified);
  assert.equal(user.image, image);
  for (const date of [user.createdAt, user.updatedAt]) {
    assert.ok(date instanceof Date, `expected a Date, got ${typeof date} ${date}`);
    assert.ok(since(date) < 300_000 && since(date) > -5_000, `${date} is not now`);
  }
  assert.match(user.id, /^[A-Za-z0-9_-]{8,64}$/);
}

test("a stranger has no session", async () => {
  const visitor = new Visitor();
  assert.equal(await sessionOf(visitor), null);
  refused(await visitor.client.listSessions(), 401, "UNAUTHORIZED");
  refused(await visitor.client.updateUser({ name: "Nobody" }), 401, "UNAUTHORIZED");
  assert.deepEqual(ok(await visitor.client.$fetch("/ok")), { ok: true });
  assert.equal(visitor.cookies.size, 0);
});

test("sign up signs in and mails a verification link", async () => {
  const email = newEmail();
  const ann = await signedUp(email.toUpperCase().replace("EXAMPLE.COM", "Example.com").toLowerCase());
  assert.match(ann.token, /^[A-Za-z0-9]{32}$/);
  assertUser(ann.user, { name: "Ann Example", email, emailVerified: false });

  const { value, attributes } = ann.sessionCookie;
  assert.ok(decodeURIComponent(value).startsWith(`${ann.token}.`), "the cookie carries the signed token");
  assert.equal(attributes.get("max-age"), "604800");
  assert.equal(attributes.get("path"), "/");
  assert.equal(attributes.get("samesite"), "Lax");
  assert.ok(attributes.has("httponly"));

  const { session, user } = await sessionOf(ann);
  assertUser(user, { name: "Ann Example", email, emailVerified: false });
  assert.equal(session.userId, user.id);
  assert.equal(session.token, ann.token);
  assert.equal(session.ipAddress, ann.address);
  assert.ok(session.expiresAt instanceof Date && session.createdAt instanceof Date);
  const days = (session.expiresAt - session.createdAt) / 86_400_000;
  assert.ok(Math.abs(days - 7) < 0.01, `a session lasts 7 days, not ${days}`);
});

test("sign up answers each mistake with its code", async () => {
  const ann = await signedUp();
  const attempt = (values) => new Visitor().client.signUp.email({ name: "Bob", email: newEmail(), password: PASSWORD, ...values });
  refused(await attempt({ email: ann.email }), 422, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL");
  refused(await attempt({ email: ann.email.toUpperCase() }), 422, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL");
  refused(await attempt({ email: "nowhere" }), 400, "VALIDATION_ERROR");
  refused(await attempt({ password: "short" }), 400, "PASSWORD_TOO_SHORT");
  refused(await attempt({ password: "x".repeat(129) }), 400, "PASSWORD_TOO_LONG");
  refused(await attempt({ name: undefined }), 400, "VALIDATION_ERROR");
  refused(await attempt({ callbackURL: "https://evil.example" }), 403, "INVALID_CALLBACK_URL");
});

test("sign up takes an image and no privileges", async () => {
  const visitor = new Visitor();
  const email = newEmail();
  const image = "https://example.com/ann.png";
  const { user } = ok(
    await visitor.client.signUp.email({ name: "Ann", email, password: PASSWORD, image, emailVerified: true, role: "admin" }),
  );
  assertUser(user, { name: "Ann", email, emailVerified: false, image });
});

test("sign in with a right and a wrong password", async () => {
  const ann = await signedUp();
  const tab = new Visitor();
  const data = ok(await tab.client.signIn.email({ email: ann.email.toUpperCase(), password: PASSWORD }));
  assert.equal(data.redirect, false);
  assert.notEqual(data.token, ann.token);
  assertUser(data.user, { name: "Ann Example", email: ann.email, emailVerified: false });

  const stranger = new Visitor();
  refused(await stranger.client.signIn.email({ email: ann.email, password: "wrong password" }), 401, "INVALID_EMAIL_OR_PASSWORD");
  refused(await stranger.client.signIn.email({ email: newEmail(), password: PASSWORD }), 401, "INVALID_EMAIL_OR_PASSWORD");
  refused(await stranger.client.signIn.email({ email: "nowhere", password: PASSWORD }), 400, "INVALID_EMAIL");
  assert.equal(stranger.cookies.size, 0);
});

test("sign in says where to go, and forgets on request", async () => {
  const ann = await signedUp();
  const tab = new Visitor();
  const data = ok(await tab.client.signIn.email({ email: ann.email, password: PASSWORD, callbackURL: "/account" }));
  assert.equal(data.redirect, true);
  assert.equal(data.url, "/account");

  const cafe = new Visitor();
  ok(await cafe.client.signIn.email({ email: ann.email, password: PASSWORD, rememberMe: false }));
  assert.equal(cafe.sessionCookie.attributes.has("max-age"), false, "the cookie ends with the browser");
  const { session } = await sessionOf(cafe);
  assert.ok(session.expiresAt - session.createdAt <= 86_400_000 + 1000, "the session ends within a day");
});

test("sign out ends the session, not just the cookie", async () => {
  const ann = await signedUp();
  const stolen = new Visitor();
  stolen.cookies = new Map(ann.cookies);
  assert.deepEqual(ok(await ann.client.signOut()), { success: true });
  assert.equal(ann.sessionCookie, undefined);
  await assertSignedOut(ann);
  await assertSignedOut(stolen);
  assert.equal(ok(await ann.client.signOut()).success, true, "signing out twice is no error");
});

test("a tampered cookie is nobody", async () => {
  const ann = await signedUp();
  const cookie = ann.sessionCookie;
  const thief = new Visitor();
  const name = "better-auth.session_token";
  for (const value of ["x", `${ann.token}.`, `${ann.token}.AAAA`, `${cookie.value.slice(0, -8)}AAAAAA%3D`]) {
    thief.cookies.set(name, { value, attributes: new Map() });
    await assertSignedOut(thief);
  }
});

test("list sessions and revoke one", async () => {
  const ann = await signedUp();
  const [phone, tablet] = [await signedIn(ann.email), await signedIn(ann.email)];
  const sessions = ok(await ann.client.listSessions());
  assert.deepEqual(new Set(sessions.map((s) => s.token)), new Set([ann.token, phone.token, tablet.token]));
  for (const session of sessions) {
    assert.ok(session.expiresAt instanceof Date && session.updatedAt instanceof Date);
    assert.equal(session.userId, ann.user.id);
  }

  assert.deepEqual(ok(await ann.client.revokeSession({ token: phone.token })), { status: true });
  await assertSignedOut(phone);
  await assertSignedIn(tablet);
  assert.equal(ok(await ann.client.listSessions()).length, 2);

  const bob = await signedUp();
  assert.deepEqual(ok(await bob.client.revokeSession({ token: tablet.token })), { status: true });
  await assertSignedIn(tablet);
});

test("revoke the other sessions, then all", async () => {
  const ann = await signedUp();
  const phone = await signedIn(ann.email);
  assert.deepEqual(ok(await ann.client.revokeOtherSessions()), { status: true });
  await assertSignedOut(phone);
  await assertSignedIn(ann);

  const tablet = await signedIn(ann.email);
  assert.deepEqual(ok(await ann.client.revokeSessions()), { status: true });
  await assertSignedOut(tablet);
  await assertSignedOut(ann);
});

test("update the user", async () => {
  const ann = await signedUp();
  const image = "https://example.com/new.png";
  assert.deepEqual(ok(await ann.client.updateUser({ name: "Ann Ünïcode <b>", image })), { status: true });
  assertUser((await sessionOf(ann)).user, { name: "Ann Ünïcode <b>", email: ann.email, emailVerified: false, image });
  ok(await ann.client.updateUser({ image: null }));
  assert.equal((await sessionOf(ann)).user.image, null);
  refused(await ann.client.updateUser({ email: newEmail() }), 400, "EMAIL_CAN_NOT_BE_UPDATED");
  refused(await ann.client.updateUser({ nickname: "Annie" }), 400, undefined);
});

test("change the password", async () => {
  const ann = await signedUp();
  const phone = await signedIn(ann.email);
  const next = "a better password";
  const change = (values) => ann.client.changePassword({ currentPassword: PASSWORD, newPassword: next, ...values });
  refused(await change({ currentPassword: "wrong password" }), 400, "INVALID_PASSWORD");
  refused(await change({ newPassword: "short" }), 400, "PASSWORD_TOO_SHORT");

  const data = ok(await change({ revokeOtherSessions: true }));
  assert.match(data.token, /^[A-Za-z0-9]{32}$/);
  assert.notEqual(data.token, ann.token);
  assertUser(data.user, { name: "Ann Example", email: ann.email, emailVerified: false });
  await assertSignedIn(ann);
  await assertSignedOut(phone);

  refused(await new Visitor().client.signIn.email({ email: ann.email, password: PASSWORD }), 401, "INVALID_EMAIL_OR_PASSWORD");
  await signedIn(ann.email, next);
});

test("change the password and keep the other sessions", async () => {
  const ann = await signedUp();
  const phone = await signedIn(ann.email);
  const data = ok(await ann.client.changePassword({ currentPassword: PASSWORD, newPassword: "a better password" }));
  assert.equal(data.token, null);
  await assertSignedIn(ann);
  await assertSignedIn(phone);
});

test("verify the e-mail address", async () => {
  const ann = await signedUp();
  const mail = await waitForMail(ann.email, "verify-email");
  assert.ok(mail.url.startsWith(`${API}/verify-email?token=`), mail.url);
  const { res, url } = await ann.follow(mail.url);
  assert.equal(res.status, 302);
  assert.equal(url.href, `${BASE_URL}/account`);
  assertUser((await sessionOf(ann)).user, { name: "Ann Example", email: ann.email, emailVerified: true });

  const again = ok(await ann.client.verifyEmail({ query: { token: new URL(mail.url).searchParams.get("token") } }));
  assert.equal(again.status, true);
  refused(await ann.client.verifyEmail({ query: { token: "bad" } }), 401, "INVALID_TOKEN");
  refused(await ann.client.sendVerificationEmail({ email: ann.email }), 400, "EMAIL_ALREADY_VERIFIED");
});

test("send the verification mail again", async () => {
  const ann = await signedUp();
  ok(await ann.client.sendVerificationEmail({ email: ann.email, callbackURL: "/account" }));
  const mail = await waitForMail(ann.email, "verify-email", 1);
  await ann.follow(mail.url);
  assert.equal((await sessionOf(ann)).user.emailVerified, true);

  const bad = await ann.follow(`${API}/verify-email?token=bad&callbackURL=${encodeURIComponent("/account")}`);
  assert.equal(bad.url.searchParams.get("error"), "INVALID_TOKEN");
  refused(await ann.client.sendVerificationEmail({ email: newEmail() }), 400, "EMAIL_MISMATCH");
});

test("change the e-mail address of a verified person", async () => {
  const ann = await verified();
  const next = newEmail();
  refused(await ann.client.changeEmail({ newEmail: ann.email }), 400, undefined);
  assert.equal(ok(await ann.client.changeEmail({ newEmail: next, callbackURL: "/account" })).status, true);
  assert.deepEqual(await mailsTo(next), [], "the old address decides first");

  await ann.follow((await waitForMail(ann.email, "change-email")).url);
  assert.equal((await sessionOf(ann)).user.email, ann.email, "the new address has not confirmed yet");
  await ann.follow((await waitForMail(next, "verify-email")).url);
  assertUser((await sessionOf(ann)).user, { name: "Ann Example", email: next, emailVerified: true });

  await signedIn(next);
  refused(await new Visitor().client.signIn.email({ email: ann.email, password: PASSWORD }), 401, "INVALID_EMAIL_OR_PASSWORD");
});

test("changing to a taken address says nothing and sends nothing", async () => {
  const ann = await verified();
  const bob = await signedUp();
  const before = (await mailsTo(bob.email)).length;
  assert.equal(ok(await ann.client.changeEmail({ newEmail: bob.email })).status, true);
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal((await mailsTo(bob.email)).length, before);
  assert.equal((await mailsTo(ann.email)).filter((mail) => mail.kind === "change-email").length, 0);
});

test("reset a forgotten password", async () => {
  const ann = await signedUp();
  const stranger = new Visitor();
  const asked = ok(await stranger.client.requestPasswordReset({ email: ann.email, redirectTo: "/reset-password" }));
  assert.equal(asked.status, true);
  const mail = await waitForMail(ann.email, "reset-password");
  const { url } = await stranger.follow(mail.url);
  assert.equal(url.pathname, "/reset-password");
  const token = url.searchParams.get("token");
  assert.match(token, /^[A-Za-z0-9]{24}$/);

  const newPassword = "a new password";
  refused(await stranger.client.resetPassword({ newPassword: "short", token }), 400, "PASSWORD_TOO_SHORT");
  assert.equal(ok(await stranger.client.resetPassword({ newPassword, token })).status, true);
  refused(await stranger.client.resetPassword({ newPassword, token }), 400, "INVALID_TOKEN");
  refused(await new Visitor().client.signIn.email({ email: ann.email, password: PASSWORD }), 401, "INVALID_EMAIL_OR_PASSWORD");
  await signedIn(ann.email, newPassword);
});

test("a reset never tells who has an account", async () => {
  const ann = await signedUp();
  const unknown = newEmail();
  const visitor = new Visitor();
  const ask = (email) => visitor.client.requestPasswordReset({ email, redirectTo: "/reset-password" });
  assert.deepEqual(ok(await ask(unknown)), ok(await ask(ann.email)));
  await waitForMail(ann.email, "reset-password");
  assert.deepEqual(await mailsTo(unknown), []);

  const outside = new Visitor().client.requestPasswordReset({ email: ann.email, redirectTo: "https://evil.example" });
  refused(await outside, 403, "INVALID_REDIRECT_URL");
  refused(await visitor.client.resetPassword({ newPassword: "a new password", token: "bad" }), 400, "INVALID_TOKEN");
  const { url } = await visitor.follow(`${API}/reset-password/bad?callbackURL=%2Freset-password`);
  assert.equal(url.searchParams.get("error"), "INVALID_TOKEN");
});

test("delete the account through the mailed link", async () => {
  const ann = await signedUp();
  refused(await ann.client.deleteUser({ password: "wrong password" }), 400, "INVALID_PASSWORD");
  const asked = ok(await ann.client.deleteUser({ callbackURL: "/sign-in" }));
  assert.deepEqual(asked, { success: true, message: "Verification email sent" });
  await assertSignedIn(ann);

  const mail = await waitForMail(ann.email, "delete-account");
  const stranger = new Visitor();
  assert.equal((await stranger.follow(mail.url)).res.status, 404);
  await assertSignedIn(ann);

  const { url } = await ann.follow(mail.url);
  assert.equal(url.href, `${BASE_URL}/sign-in`);
  await assertSignedOut(ann);
  refused(await new Visitor().client.signIn.email({ email: ann.email, password: PASSWORD }), 401, "INVALID_EMAIL_OR_PASSWORD");
  assert.notEqual((await signedUp(ann.email)).user.id, ann.user.id, "the address is free again");
});

test("a foreign page cannot act", async () => {
  const ann = await signedUp();
  const from = (origin) => ann.client.updateUser({ name: "Mallory", fetchOptions: { headers: { origin } } });
  refused(await from("https://evil.example"), 403, "INVALID_ORIGIN");
  refused(await from("null"), 403, "MISSING_OR_NULL_ORIGIN");
  assert.equal((await sessionOf(ann)).user.name, "Ann Example");
});

test("the fourth sign-in within ten seconds has to wait", async () => {
  const visitor = new Visitor();
  const attempt = () => visitor.client.signIn.email({ email: newEmail(), password: PASSWORD });
  for (let tries = 0; tries < 3; tries++) refused(await attempt(), 401, "INVALID_EMAIL_OR_PASSWORD");
  const { error } = await attempt();
  assert.equal(error.status, 429);
  const wait = Number(visitor.lastResponse.headers.get("x-retry-after"));
  assert.ok(wait >= 1 && wait <= 10, `X-Retry-After is ${wait}`);
});

test("the client's own conveniences work", async () => {
  const ann = await signedUp();
  const seen = [];
  const data = await ann.client.getSession({
    fetchOptions: { throw: true, onSuccess: ({ response }) => seen.push(response.status) },
  });
  assert.equal(data.user.email, ann.email);
  assert.deepEqual(seen, [200]);
  await assert.rejects(new Visitor().client.listSessions({ fetchOptions: { throw: true } }), { status: 401 });

  const phone = new Visitor();
  const states = [];
  const stop = phone.client.useSession.subscribe((state) => states.push(state));
  ok(await phone.client.signIn.email({ email: ann.email, password: PASSWORD }));
  for (let tries = 0; tries < 100 && !states.at(-1)?.data; tries++) await new Promise((r) => setTimeout(r, 20));
  stop();
  assert.equal(states.at(-1).data?.user.email, ann.email, "useSession follows a sign-in");
  assert.ok(states.at(-1).data.session.expiresAt instanceof Date);
});
