// The npm package better-auth as a client of provider.mjs. oidc.mjs must pass against it and against
// internal/e2e/oidcserver, so a check that only one of the two meets shows as a failure of the script.
//
//	node reference-oidc.mjs PORT ISSUER PAGES
import { generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { toNodeHandler } from "better-auth/node";
import { bearer, genericOAuth, lastLoginMethod, oauthPopup } from "better-auth/plugins";

const [port, issuer, pages] = process.argv.slice(2);
const origin = `http://127.0.0.1:${port}`;
const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });

const base64url = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** assertion is the JWT by which a client without a secret proves itself (RFC 7523). */
function assertion({ clientId, tokenEndpoint }) {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: clientId, sub: clientId, aud: tokenEndpoint, iat: now, exp: now + 60, jti: randomUUID() };
  const text = `${base64url({ alg: "ES256", kid: "application" })}.${base64url(claims)}`;
  return `${text}.${sign("sha256", Buffer.from(text), { key: pair.privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
}

const common = (providerId, clientSecret) => ({
  providerId,
  clientId: providerId,
  clientSecret,
  discoveryUrl: `${issuer}/.well-known/openid-configuration`,
  scopes: ["openid", "email", "profile", "offline_access"],
  prompt: "consent", // without it the provider gives no refresh token
});

const auth = betterAuth({
  baseURL: origin,
  secret: "a-secret-for-the-reference-server-only-0123456789",
  database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { level: "error" },
  emailAndPassword: { enabled: true },
  plugins: [
    genericOAuth({
      config: [
        { ...common("basic", "secret-of-basic"), tokenEndpointAuth: { method: "client_secret_basic" } },
        { ...common("post", "secret-of-post"), tokenEndpointAuth: { method: "client_secret_post" }, responseMode: "form_post" },
        { ...common("jwt"), tokenEndpointAuth: { method: "private_key_jwt", getClientAssertion: assertion } },
      ],
    }),
    bearer(),
    oauthPopup(),
    lastLoginMethod(),
  ],
});

const keys = JSON.stringify({ keys: [{ ...pair.publicKey.export({ format: "jwk" }), kid: "application", alg: "ES256", use: "sig" }] });
const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".json": "application/json" };
const read = async (path) => (path === "/jwks.json" ? keys : readFile(join(pages, path.replace(/^\/app\//, ""))));

const handler = toNodeHandler(auth);
const server = createServer(async (req, res) => {
  if (req.url.startsWith("/api/auth")) return handler(req, res);
  const path = new URL(req.url, origin).pathname.replace(/\/$/, "/index.html");
  const body = await read(path).catch(() => undefined);
  res.writeHead(body ? 200 : 404, { "content-type": types[extname(path)] ?? "text/plain" });
  res.end(body);
});
server.listen(Number(port), "127.0.0.1", () => console.log(`listening on ${origin}`));
process.on("SIGTERM", () => process.exit(0));
