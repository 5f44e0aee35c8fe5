// Providers of the generic-oauth plugin, and what their servers answer. The
// code of a callback is base64url of {claims, user, broken, expires, echo},
// followed by "~" and a nonce for an ID token without one; tokens carry it on.
// cmd/goserver/generic.go has the same.
import { createPrivateKey, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import * as better from "better-auth/plugins";

const file = (name) => readFileSync(new URL("../idtoken/" + name, import.meta.url), "utf8");
const keys = file("keys.json");
const key = createPrivateKey(file("key.pem"));

const text = (body, status = 200, headers = {}) => new Response(body, { status, headers: { "content-type": "application/json", ...headers } });
const json = (value, status = 200) => text(JSON.stringify(value), status);
const sorted = (value) => Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));

function decode(code) {
  const [profile, nonce] = (code || "").split("~");
  try {
    return { nonce, ...JSON.parse(Buffer.from(profile, "base64url").toString()) };
  } catch {
    return {};
  }
}

// The ID token of a code.
function idToken({ claims, nonce }) {
  const part = (value) => Buffer.from(JSON.stringify(sorted(value))).toString("base64url");
  const signed = part({ alg: "RS256", kid: "key-1" }) + "." + part(nonce ? { nonce, ...claims } : claims);
  return signed + "." + sign("RSA-SHA256", Buffer.from(signed), key).toString("base64url");
}

// The parameters and headers of a request, for the scenarios to compare.
function echo(form, headers) {
  const told = [...form].filter(([name]) => !["code", "refresh_token"].includes(name));
  const lines = told.map(([name, value]) => `${name}=${name === "code_verifier" ? value.length : value}`);
  for (const name of ["authorization", "x-own"]) if (headers.has(name)) lines.push(`${name}=${headers.get(name)}`);
  return lines.sort().join("|").replaceAll(" ", "+");
}

function token(form, headers) {
  const refreshing = form.get("grant_type") === "refresh_token";
  const code = refreshing ? (form.get("refresh_token") || "").slice(3) : form.get("code");
  const told = decode(code);
  if (!told.user && !told.claims) return undefined;
  if (told.broken === (refreshing ? "refresh" : "token")) return json({ error: "invalid_grant" }, 400);
  const answer = { access_token: (refreshing ? "new." : "at.") + code, token_type: "bearer" };
  if (told.echo) answer[refreshing ? "access_token" : "scope"] = echo(form, headers);
  if (told.expires) answer.expires_in = told.expires;
  if (!refreshing) answer.refresh_token = "rt." + code;
  if (told.claims && !refreshing) answer.id_token = idToken(told);
  return json(answer);
}

// A discovery document. Below id.example the first part of the path says how it
// differs from the usual one: base64url of {status, body, location, with, without}.
function discovery({ origin, pathname }) {
  const issuer = origin + pathname.replace(/\/\.well-known.*/, "");
  const { status = 200, body, location, ...change } = origin === "https://id.example" ? decode(pathname.split("/")[1]) : {};
  if (location) return text("", 302, { location });
  if (body !== undefined || status !== 200) return text(body ?? "", status);
  const document = {
    issuer,
    authorization_endpoint: origin + "/authorize",
    token_endpoint: origin + "/token",
    userinfo_endpoint: origin + "/userinfo",
    end_session_endpoint: origin + "/logout",
    jwks_uri: "https://id.example/jwks",
    id_token_signing_alg_values_supported: ["RS256"],
    ...change.with,
  };
  for (const name of change.without || []) delete document[name];
  return json(document);
}

/** Answers for servers of generic providers; undefined for other requests. */
export async function generic(request) {
  const url = new URL(request.url);
  if (url.pathname.endsWith("/.well-known/openid-configuration")) return discovery(url);
  if (url.href === "https://id.example/jwks") return text(keys);
  if (request.method === "POST") return token(new URLSearchParams(await request.clone().text()), request.headers);
  const bearer = (request.headers.get("authorization") || "").split(" ")[1] || decodeURIComponent(url.pathname.split("/").at(-1));
  const told = decode(bearer.slice(bearer.indexOf(".") + 1));
  if (!told.user) return undefined;
  return told.broken === "profile" ? json({ message: "broken" }, 500) : json(told.user);
}

const helpers = ["okta", "auth0", "keycloak", "microsoftEntraId", "hubspot", "slack", "line", "gumroad", "patreon", "yandex"];

const functions = {
  getToken: async ({ code, codeVerifier }) => ({ accessToken: "at." + code, refreshToken: "rt." + code, scopes: ["own", String(codeVerifier?.length)], raw: {} }),
  getUserInfo: async ({ accessToken }) => decode(accessToken.slice(3)).user,
  mapProfileToUser: async (profile) => ({ name: "Mapped " + profile.name, email: profile.mail ?? profile.email }),
};

function configured({ helper, helperOptions, ...tree }) {
  for (const [name, fn] of Object.entries(functions)) if (tree[name]) tree[name] = fn;
  if (tree.accountSubject) {
    const member = tree.accountSubject;
    tree.accountSubject = ({ profile }) => profile[member] ?? "";
  }
  if (tree.refreshTokenParams === "header") tree.refreshTokenParams = (context) => ({ organization: context?.headers?.get("x-own") ?? "none" });
  const auth = tree.tokenEndpointAuth;
  if (auth?.method === "private_key_jwt") auth.getClientAssertion = async (context) => Object.values(sorted(context)).join("|");
  if (auth?.method === "custom") {
    auth.customizeRequest = ({ body, headers }) => {
      body.set("custom", "1");
      headers["x-own"] = "custom";
    };
  }
  if (!helpers.includes(helper)) return tree;
  return { ...better[helper]({ ...tree, ...helperOptions }) };
}

export const plugins = {
  "generic-oauth": ({ config }) => better.genericOAuth({ config: structuredClone(config).map(configured) }),
};
