// The official React client in Chromium, built by Vite, on the reference and on our server: useSession must
// follow every action on both, and the browser must have sent both the same requests.
//
//	GOSERVER=/path/to/goserver node react.mjs
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { build } from "vite";
import { Server, options } from "./both.mjs";
import { launch } from "./chromium.mjs";

const PASSWORD = "correct horse battery";
const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript" };
const traffic = {}; // by server, what the browser asked and what came back
let dist, chromium;

before(async () => {
  dist = await mkdtemp(join(tmpdir(), "betterauth-react-"));
  const root = fileURLToPath(new URL("react/", import.meta.url));
  await build({ root, configFile: false, base: "/app/", logLevel: "error", build: { outDir: dist, emptyOutDir: true } });
  chromium = await launch();
});
after(async () => {
  await chromium?.close();
  await rm(dist, { recursive: true, force: true });
});

/** visitor is a browser of its own; the pages of the application come from the build, all else from the server. */
async function visitor(server) {
  const context = await chromium.browser.newContext({ baseURL: server.baseURL });
  context.setDefaultTimeout(10_000);
  await context.route("**/app/**", async (route) => {
    const path = new URL(route.request().url()).pathname.replace("/app/", "") || "index.html";
    await route.fulfill({ contentType: types[extname(path)] ?? "text/plain", body: await readFile(join(dist, path)) });
  });
  return context;
}

/** open shows the application in a new tab. */
async function open(context, complaints) {
  const page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto("/app/");
  const shows = (id, text) => page.locator(`[data-testid="${id}"]:text-is("${text}")`).waitFor();
  /** call runs an action of the client and answers its data; what failed is an error. */
  const call = (path, ...args) =>
    page.evaluate(
      async ([path, args]) => {
        const action = path.split(".").reduce((node, key) => node[key], window.authClient);
        const { data, error } = await action(...args);
        if (error) throw new Error(`${path}: ${error.status} ${error.message}`);
        return data;
      },
      [path, args],
    );
  /** heard is call for an action that changes nothing on the page: it waits until the hook has asked again. */
  const heard = async (...what) => {
    const asked = page.waitForResponse((res) => res.url().endsWith("/get-session"));
    await call(...what);
    await asked;
  };
  return { page, shows, call, heard };
}

/** record keeps the requests for the server that leave a page. */
function record(page, list) {
  page.on("response", (res) => {
    const path = new URL(res.url()).pathname;
    if (path.startsWith("/api/auth/")) list.push(`${res.request().method()} ${path} ${res.status()}`);
  });
}

async function tour(server) {
  const complaints = [];
  const context = await visitor(server);
  const { page, shows, call, heard } = await open(context, complaints);
  const requests = [];
  record(page, requests);
  await shows("state", "signed out");

  await call("signUp.email", { name: "Ann", email: "ann@example.com", password: PASSWORD, username: "ann.one" });
  await shows("state", "signed in");
  await shows("email", "ann@example.com");
  await shows("dates", "true");
  await call("updateUser", { name: "Anna" });
  await shows("name", "Anna");
  await call("updateUser", { username: "anna" });
  await shows("username", "anna");
  await call("updateSession", { theme: "dark" });
  await shows("theme", "dark");

  const elsewhere = await visitor(server);
  const phone = await open(elsewhere, complaints);
  await phone.shows("state", "signed out");
  await phone.call("signIn.username", { username: "anna", password: PASSWORD });
  await phone.shows("name", "Anna");
  await phone.call("updateUser", { name: "Annabel" });
  await phone.shows("name", "Annabel");
  await shows("name", "Anna"); // nobody told this browser
  await page.getByTestId("refetch").click();
  await shows("name", "Annabel");
  await heard("revokeOtherSessions");
  await phone.page.getByTestId("refetch").click();
  await phone.shows("state", "signed out");
  await elsewhere.close();

  await call("signUp.email", { name: "Bob", email: "bob@example.com", password: PASSWORD });
  await shows("name", "Bob");
  const sessions = await call("multiSession.listDeviceSessions");
  const ann = sessions.find(({ user }) => user.email === "ann@example.com");
  await call("multiSession.setActive", { sessionToken: ann.session.token });
  await shows("name", "Annabel");
  await call("multiSession.revoke", { sessionToken: ann.session.token });
  await page.getByTestId("refetch").click(); // this action gives no signal
  await shows("name", "Bob");

  const tab = await open(context, complaints);
  await tab.shows("name", "Bob");
  await tab.call("signOut");
  await tab.shows("state", "signed out");
  await shows("state", "signed out"); // tabs of one browser tell each other
  await call("signIn.email", { email: "bob@example.com", password: PASSWORD });
  await shows("name", "Bob");
  await page.reload();
  await shows("name", "Bob");
  await heard("changePassword", { currentPassword: PASSWORD, newPassword: "a better password", revokeOtherSessions: true });
  await shows("state", "signed in");
  await call("signOut");
  await shows("state", "signed out");
  await context.close();
  assert.deepEqual(complaints, [], "the pages throw nothing");
  return requests;
}

for (const name of ["reference", "ours"]) {
  test(`useSession follows every action (${name})`, { timeout: 120_000 }, async () => {
    const server = await Server.start(name);
    try {
      await server.configure(options, Date.now());
      traffic[name] = await tour(server);
    } finally {
      await server.stop();
    }
  });
}

test("both were asked the same, and answered with the same status", () => {
  assert.ok(traffic.reference.length > 20, `${traffic.reference.length} requests`);
  assert.deepEqual(traffic.ours, traffic.reference);
});
