// A person in a real browser: Chromium, headless, on the pages of the quickstart.
//
//	BASE_URL=http://127.0.0.1:3000 node browser.mjs
//
// CHROMIUM names the browser (default /usr/bin/chromium). What the pages promise:
//
//	/sign-up           form  data-testid=signup-form           inputs name, email, password
//	/sign-in           form  data-testid=signin-form           inputs email, password
//	/account           text  data-testid=account-email         the address of who is signed in
//	                   text  data-testid=email-verified        "yes" or "no"
//	                   form  data-testid=change-password-form  inputs currentPassword, newPassword
//	                   button data-testid=signout              goes to /sign-in
//	/forgot-password   form  data-testid=forgot-password-form  input email
//	/reset-password    form  data-testid=reset-password-form   input newPassword; ?token= from the mail
//	/dev/inbox         links data-testid=mail-link             one per mail, newest last
//
// Inputs are found by their name inside the form; every form has one button that submits it. Signing up and
// signing in lead to /account, resetting to /sign-in; /account sends a stranger to /sign-in. What went wrong
// is the text of data-testid=error, what went well (password changed, mail sent) that of data-testid=notice.
import assert from "node:assert/strict";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch } from "./chromium.mjs";
import { BASE_URL, nextAddress, waitForMail } from "./jar.mjs";

const PATIENCE = 10_000; // milliseconds for one step
const PASSWORD = "correct horse battery";
const screens = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true },
};

let chromium, shots;

before(async () => {
  chromium = await launch();
});

after(() => chromium?.close());

/** visit runs a person's steps in a fresh browser context; a failure leaves a screenshot behind. */
function visit(name, screen, steps) {
  test(`${name} (${screen})`, { timeout: 120_000 }, async () => {
    const context = await chromium.browser.newContext({
      ...screens[screen],
      baseURL: BASE_URL,
      extraHTTPHeaders: { "x-forwarded-for": nextAddress() },
    });
    context.setDefaultTimeout(PATIENCE);
    const page = await context.newPage();
    const complaints = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    try {
      await steps(page);
      assert.deepEqual(complaints, [], "the page throws nothing");
    } catch (error) {
      shots ??= process.env.SCREENSHOTS ?? (await mkdtemp(join(tmpdir(), "betterauth-screens-")));
      const file = join(shots, `${name} ${screen}.png`.replaceAll(/[ ,]+/g, "-"));
      await page.screenshot({ path: file, fullPage: true });
      const said = await page.getByTestId("error").allTextContents();
      error.message += `\nat ${page.url()}, saying ${JSON.stringify(said)}; screenshot: ${file}`;
      throw error;
    } finally {
      await context.close();
    }
  });
}

/** submit fills the fields of a form by name and sends it. */
async function submit(page, id, values) {
  const form = page.getByTestId(id);
  for (const [name, value] of Object.entries(values)) await form.locator(`[name="${name}"]`).fill(value);
  await form.locator("button").click();
}

const shows = (page, id, text) => page.getByTestId(id).filter({ hasText: text }).waitFor();
const arrives = (page, path) => page.waitForURL((url) => url.pathname === path);

async function fits(page) {
  const [content, width] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(content <= width, `${page.url()} is ${content} px wide on a screen of ${width} px`);
}

let people = 0;
const newEmail = () => `browser${++people}.${Math.random().toString(36).slice(2, 8)}@example.com`;

async function signUp(page, email) {
  await page.goto("/sign-up");
  await fits(page);
  await submit(page, "signup-form", { name: "Ann Example", email, password: PASSWORD });
  await arrives(page, "/account");
  await shows(page, "account-email", email);
}

async function signIn(page, email, password) {
  await page.goto("/sign-in");
  await fits(page);
  await submit(page, "signin-form", { email, password });
}

async function signOut(page) {
  await page.getByTestId("signout").click();
  await arrives(page, "/sign-in");
}

/** openMail clicks the newest link on the inbox page that belongs to the newest mail of a kind. */
async function openMail(page, email, kind) {
  const mail = await waitForMail(email, kind);
  await page.goto("/dev/inbox");
  await fits(page);
  const link = page.locator(`[data-testid="mail-link"][href="${mail.url}"]`).last();
  await link.click();
}

for (const screen of Object.keys(screens)) {
  visit("sign up, verify, sign in, change password, sign out", screen, async (page) => {
    const email = newEmail();
    await signUp(page, email);
    await shows(page, "email-verified", "no");

    await openMail(page, email, "verify-email");
    await arrives(page, "/account");
    await shows(page, "email-verified", "yes");
    await fits(page);

    await signOut(page);
    await page.goto("/account");
    await arrives(page, "/sign-in");

    await signIn(page, email, "not the password");
    await shows(page, "error", "Invalid email or password");
    await signIn(page, email, PASSWORD);
    await arrives(page, "/account");

    const next = "an even better password";
    await submit(page, "change-password-form", { currentPassword: PASSWORD, newPassword: next });
    await shows(page, "notice", /\S/);
    await signOut(page);
    await signIn(page, email, next);
    await arrives(page, "/account");
    await shows(page, "account-email", email);
    await signOut(page);
  });
}

visit("reset a forgotten password", "desktop", async (page) => {
  const email = newEmail();
  await signUp(page, email);
  await signOut(page);

  await page.goto("/forgot-password");
  await submit(page, "forgot-password-form", { email });
  await shows(page, "notice", /\S/);
  await openMail(page, email, "reset-password");
  await arrives(page, "/reset-password");

  const next = "remembered this time";
  await submit(page, "reset-password-form", { newPassword: next });
  await arrives(page, "/sign-in");
  await signIn(page, email, next);
  await arrives(page, "/account");
});
