// The npm package better-auth behind the pages the quickstart has. client.mjs and browser.mjs must pass
// against both, so a check that only one of the two meets shows as a failure of the script.
//
//	node reference.mjs PORT
import { createServer } from "node:http";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { toNodeHandler } from "better-auth/node";
import { pages } from "./stub.mjs";

const port = Number(process.argv[2] ?? 0);
const inbox = [];

const post = (kind, subject) => async (mail) => {
  const to = kind === "change-email" ? mail.user.email : (mail.newEmail ?? mail.user.email);
  inbox.push({ to, subject, url: mail.url, kind, sentAt: new Date().toISOString() });
};

const configure = (origin) =>
  betterAuth({
    baseURL: origin,
    secret: "a-secret-for-the-reference-server-only-0123456789",
    database: memoryAdapter({ user: [], session: [], account: [], verification: [], rateLimit: [] }),
    rateLimit: { enabled: true },
    // A database answers null for an empty column; the memory adapter forgets it.
    databaseHooks: { user: { create: { before: async (user) => ({ data: { ...user, image: user.image ?? null } }) } } },
    telemetry: { enabled: false },
    logger: { level: "error" },
    emailAndPassword: { enabled: true, sendResetPassword: post("reset-password", "Reset your password") },
    emailVerification: {
      sendOnSignUp: true,
      sendVerificationEmail: post("verify-email", "Verify your e-mail address"),
    },
    user: {
      changeEmail: { enabled: true, sendChangeEmailConfirmation: post("change-email", "Confirm your new address") },
      deleteUser: { enabled: true, sendDeleteAccountVerification: post("delete-account", "Delete your account") },
    },
  });

const server = createServer();
server.listen(port, "127.0.0.1", () => {
  const origin = `http://127.0.0.1:${server.address().port}`;
  const handler = toNodeHandler(configure(origin));
  server.on("request", (req, res) => {
    if (req.url.startsWith("/api/auth")) return handler(req, res);
    const page = pages(new URL(req.url, origin).pathname, inbox);
    res.writeHead(page.status, { "content-type": page.type });
    res.end(page.body);
  });
  console.log(`listening on ${origin}`);
});
process.on("SIGTERM", () => process.exit(0));
