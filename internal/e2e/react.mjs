// The official React client in Chromium, built by Vite, on the reference and on our server: useSession must
// follow every action on both, and the browser must have sent both the same requests.
//
//	GOSERVER=/path/to/goserver node react.mjs
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Application } from "./application.mjs";
import { Server, options } from "./both.mjs";

const PASSWORD = "correct horse battery";
const traffic = {}; // by server, what the browser asked and what came back
let app;

before(async () => {
  app = await Application.start();
});
after(() => app?.stop());

/** record keeps the requests for the server that leave a page. */
function record(page, list) {
  page.on("response", (res) => {
    const path = new URL(res.url()).pathname;
    if (path.startsWith("/api/auth/")) list.push(`${res.request().method()} ${path} ${res.status()}`);
  });
}

async function tour(server) {
  const context = await app.visitor(server.baseURL);
  const { page, shows, call, heard } = await app.open(context);
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

  const elsewhere = await app.visitor(server.baseURL);
  const phone = await app.open(elsewhere);
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

  const tab = await app.open(context);
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
  assert.deepEqual(app.complaints, [], "the pages throw nothing");
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
