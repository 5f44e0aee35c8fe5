// The reference and our server side by side, as the conformance runner has them: one configuration, one clock
// that stands still, and a control channel that tells which callbacks ran.
import { spawn } from "node:child_process";
import { sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const conformance = fileURLToPath(new URL("../conformance/", import.meta.url));
const commands = {
  reference: [process.execPath, ["reference/server.mjs"]],
  ours: [process.env.GOSERVER ?? "./goserver", []],
};

/** options are what both run with: every plugin we serve, all mails, and providers whose answers are made up. */
export const options = {
  secret: "a-secret-for-the-client-tests-only-0123456789-abcdef",
  emailAndPassword: { enabled: true, password: "cheap", sendResetPassword: true },
  emailVerification: { sendVerificationEmail: true, sendOnSignUp: true },
  user: {
    changeEmail: { enabled: true, sendChangeEmailConfirmation: true },
    deleteUser: { enabled: true, sendDeleteAccountVerification: true },
  },
  session: { additionalFields: { theme: { type: "string", required: false, defaultValue: "light" } } },
  socialProviders: {
    github: { clientId: "github-client", clientSecret: "github-secret" },
    google: { clientId: "google-client", clientSecret: "google-secret" },
  },
  rateLimit: { enabled: false },
  plugins: ["bearer", "username", "multi-session", "one-tap", "last-login-method", "oauth-popup"].map((id) => ({ id })),
};

const googleKey = readFileSync(new URL("../conformance/idtoken/key.pem", import.meta.url));

/** googleToken is an ID token with the claims, signed with the key that both take for Google's. */
export function googleToken(claims, now) {
  const base64url = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const seconds = Math.floor(now / 1000);
  const standard = { iss: "https://accounts.google.com", aud: options.socialProviders.google.clientId, iat: seconds, exp: seconds + 600 };
  const text = `${base64url({ alg: "RS256", kid: "key-1" })}.${base64url({ ...standard, ...claims })}`;
  return `${text}.${sign("sha256", Buffer.from(text), googleKey).toString("base64url")}`;
}

/** Server is one of the two, running. */
export class Server {
  calls = [];

  static async start(name) {
    const [command, args] = commands[name];
    const env = { ...process.env, NODE_ENV: "production" };
    const child = spawn(command, args, { cwd: conformance, env, stdio: ["pipe", "pipe", "inherit"] });
    for await (const line of createInterface(child.stdout)) {
      const { auth, control } = JSON.parse(line);
      return Object.assign(new Server(), { name, child, baseURL: `http://${auth}`, control: `http://${control}` });
    }
    throw new Error(`${name} did not say where it listens`);
  }

  /** configure gives the server an empty database; now is the time it will believe, in milliseconds. */
  async configure(config, now) {
    const tree = { ...config, baseURL: this.baseURL };
    if (this.name === "ours") tree.strictResponses = true;
    await this.ask("POST", "/configure", { config: tree, database: "sqlite", now });
  }

  async ask(method, path, body) {
    const res = await fetch(this.control + path, { method, body: body && JSON.stringify(body) });
    const answer = await res.json();
    if (!res.ok) throw new Error(`${this.name} ${path}: ${answer.error}`);
    return answer;
  }

  /** mails waits for what is sent in the background and lists the mails of one kind to one person, oldest first. */
  async mails(kind, email) {
    const { calls } = await this.ask("GET", "/state");
    this.calls.push(...calls);
    return this.calls.filter(({ name, data }) => name.endsWith(kind) && data.user.email === email).map(({ data }) => data);
  }

  /** stop closes the standard input, which both take as the sign, and waits for the end. */
  async stop() {
    const gone = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.stdin.end();
    await gone;
  }
}
