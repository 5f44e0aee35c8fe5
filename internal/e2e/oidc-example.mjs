// The pages of examples/oauth in Chromium, with the real provider.
//
//	BASE_URL=http://127.0.0.1:3000 ISSUER=http://localhost:4000 node oidc-example.mjs
import assert from "node:assert/strict";
import { test } from "node:test";
import { launch } from "./chromium.mjs";
import { BASE_URL } from "./jar.mjs";

const ISSUER = process.env.ISSUER ?? "http://localhost:4000";

test("the example: sign in, sign out", { timeout: 120_000 }, async () => {
  const chromium = await launch();
  try {
    const page = await chromium.browser.newPage(); // waits 30 s for each step
    await page.route((url) => ![BASE_URL, ISSUER].includes(url.origin), (route) => route.abort());
    await page.goto(BASE_URL);
    await page.getByRole("link", { name: `Sign in with ${ISSUER}` }).click();
    await page.locator("[name=login]").fill("ann");
    await page.locator("[name=password]").fill("anything");
    await page.getByRole("button", { name: "Sign-in" }).click();
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("heading", { name: "Hello, ann of the provider" }).waitFor();
    await page.getByText("oidc: ann").waitFor();

    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Yes, sign me out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    assert.equal(page.url(), `${BASE_URL}/`);

    await page.getByRole("link", { name: `Sign in with ${ISSUER}` }).click();
    await page.getByText("Cancel").click();
    await page.getByRole("alert").filter({ hasText: "access_denied" }).waitFor();
  } finally {
    await chromium.close();
  }
});
