// The whole way in Chromium: from the application, by the official React client, to the provider's login and
// consent pages, back to the application, and out of both.
//
//	BASE_URL=http://127.0.0.1:3000 ISSUER=http://localhost:4000 node oidc-browser.mjs
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Application } from "./application.mjs";
import { BASE_URL } from "./jar.mjs";

const ISSUER = process.env.ISSUER ?? "http://localhost:4000";
// The reference's popup may close before its message is read, which the client takes for cancelled.
const attempts = Number(process.env.POPUP_ATTEMPTS ?? 1);
const login = `bea-${Math.random().toString(36).slice(2, 8)}`;
const atProvider = (url) => url.origin === ISSUER;
const atHome = (url) => url.origin === BASE_URL && url.pathname === "/app/";
let app;

before(async () => {
  app = await Application.start({ pagesAtServer: true });
});
after(() => app?.stop());

/** visitor is a browser that reaches the two servers and nothing else: the provider's pages ask for a web font. */
async function visitor() {
  const context = await app.visitor(BASE_URL);
  await context.route((url) => ![BASE_URL, ISSUER].includes(url.origin), (route) => route.abort());
  return context;
}

async function enter(page) {
  await page.locator("[name=login]").fill(login);
  await page.locator("[name=password]").fill("anything");
  await page.getByRole("button", { name: "Sign-in" }).click();
}

/** consent gives the browser back to the application, which for form_post a page of the provider does by itself. */
async function consent(page) {
  await page.getByRole("button", { name: "Continue" }).click();
  await page.waitForURL(atHome);
}

test("sign in, link, sign out at the provider", { timeout: 120_000 }, async () => {
  const context = await visitor();
  const { page, shows, call, leave } = await app.open(context);
  await shows("state", "signed out");

  await leave(atProvider, "signIn.social", { provider: "basic", callbackURL: "/app/" });
  await enter(page);
  await consent(page);
  await shows("state", "signed in");
  await shows("email", `${login}@example.com`);
  await shows("dates", "true");
  assert.equal((await call("getSession")).user.name, `${login} of the provider`);
  await page.reload();
  await shows("state", "signed in");

  await leave(atProvider, "linkSocial", { provider: "post", callbackURL: "/app/" });
  await consent(page); // the provider knows who it is
  await shows("state", "signed in");
  const accounts = await call("listAccounts");
  assert.deepEqual(accounts.map(({ providerId }) => providerId).toSorted(), ["basic", "post"]);

  await leave(atProvider, "signOut", { callbackURL: "/app/" });
  await page.getByRole("button", { name: "Yes, sign me out" }).click();
  await page.waitForURL(atHome);
  await shows("state", "signed out");

  await leave(atProvider, "signIn.social", { provider: "post", callbackURL: "/app/" });
  await enter(page); // the provider has forgotten the person
  await consent(page);
  await shows("email", `${login}@example.com`);
  await context.close();
  assert.deepEqual(app.complaints, [], "the pages throw nothing");
});

test("who cancels comes back signed out", { timeout: 120_000 }, async () => {
  const context = await visitor();
  const { page, shows, leave } = await app.open(context);
  await leave(atProvider, "signIn.social", { provider: "post", callbackURL: "/app/", errorCallbackURL: "/app/?failed" });
  await page.getByText("Cancel").click();
  await page.waitForURL(atHome);
  const { searchParams } = new URL(page.url());
  assert.deepEqual([searchParams.has("failed"), searchParams.get("error")], [true, "access_denied"]);
  await shows("state", "signed out");
  await context.close();
  assert.deepEqual(app.complaints, [], "the pages throw nothing");
});

test("sign in in a popup", { timeout: 120_000 }, async () => {
  const context = await visitor();
  const { page, shows, act } = await app.open(context);
  await shows("state", "signed out");
  const popup = async () => {
    const opened = context.waitForEvent("page");
    const done = act("signIn.popup", { provider: "basic" });
    return { page: await opened, done };
  };
  const closed = await popup();
  await closed.page.locator("[name=login]").waitFor();
  await closed.page.close();
  assert.equal((await closed.done).error.code, "POPUP_CLOSED");

  const cancelled = await popup();
  await cancelled.page.getByText("Cancel").click();
  assert.equal((await cancelled.done).error.code, "access_denied");
  await shows("state", "signed out");

  let answer;
  for (let i = 0; i < attempts && !answer?.data; i++) {
    const { page: window, done } = await popup();
    if (i === 0) await enter(window);
    const gone = window.waitForEvent("close");
    await window.getByRole("button", { name: "Continue" }).click();
    answer = await done;
    await gone;
  }
  assert.deepEqual(answer, { data: { success: true }, error: null });
  await shows("email", `${login}@example.com`);
  assert.equal(page.url(), `${BASE_URL}/app/`, "the page stays where it was");
  assert.equal(await act("getLastUsedLoginMethod"), "basic");
  await context.close();
});

// With the reference that page stays empty.
if (attempts === 1) {
  test("who closes the popup signs in on the page", { timeout: 120_000 }, async () => {
    const context = await visitor();
    const { page, shows, act, leave } = await app.open(context);
    const opened = context.waitForEvent("page");
    const done = act("signIn.popup", { provider: "basic" });
    const window = await opened;
    await window.locator("[name=login]").waitFor();
    await window.close();
    await done;
    await leave(atProvider, "signIn.social", { provider: "basic", callbackURL: "/app/" });
    await enter(page);
    await consent(page);
    await shows("email", `${login}@example.com`);
    await context.close();
  });
}
