// What providers answer, without a network: the code of a callback is the
// profile itself, base64url of {id, name, email, verified, scope, broken,
// idToken, answer, at}, and tokens carry it on; at has the answers of paths.
// cmd/goserver answers the same.
import { readFileSync } from "node:fs";
import { generic } from "./generic.mjs";

const keySet = readFileSync(new URL("../idtoken/keys.json", import.meta.url), "utf8");

const raw = (text) => new Response(text, { status: 200, headers: { "content-type": "application/json" } });

const json = (value, status = 200) =>
  new Response(JSON.stringify(value), { status, headers: { "content-type": "application/json" } });

const decode = (code) => {
  try {
    return JSON.parse(Buffer.from(code, "base64url").toString());
  } catch {
    return {};
  }
};

function token(form) {
  const refreshing = form.get("grant_type") === "refresh_token";
  const code = refreshing ? (form.get("refresh_token") || "").slice(3) : form.get("code") || "";
  const profile = decode(code);
  if (profile.broken === (refreshing ? "refresh" : "token")) return json({ error: "invalid_grant" }, 400);
  if (profile.answer) return raw(profile.answer);
  const answer = { access_token: (refreshing ? "new" : "at") + "." + code, token_type: "bearer", scope: profile.scope ?? "read:user" };
  if (profile.expires) answer.expires_in = profile.expires;
  if (!profile.plain && !refreshing) answer.refresh_token = "rt." + code;
  if (profile.idToken) answer.id_token = profile.idToken;
  return json(answer);
}

// Reads an ID token, as LINE does.
function verify(token) {
  const parts = (token || "").split(".");
  if (parts.length !== 3) return json({ error: "invalid_request" }, 400);
  return raw(Buffer.from(parts[1], "base64url").toString());
}

/** Takes the place of fetch. */
export async function provider(input, init = {}) {
  const request = new Request(input, init);
  const answer = await generic(request);
  if (answer) return answer;
  const { pathname, search } = new URL(request.url);
  if (/\/(certs|keys|jwks(\.json)?)\/?$/.test(pathname)) return raw(keySet);
  if (request.method === "POST") {
    const form = new URLSearchParams(await request.text());
    return pathname.endsWith("/verify") ? verify(form.get("id_token")) : token(form);
  }
  const bearer = (request.headers.get("authorization") || "").split(" ")[1] || "";
  if (bearer === "undefined") return json({ message: "Bad credentials" }, 401); // there was no access token
  const profile = decode(bearer.slice(bearer.indexOf(".") + 1));
  if (profile.broken === "profile") return json({ message: "broken" }, 500);
  const at = decodeURIComponent(pathname);
  const own = profile.at?.[at + search] ?? profile.at?.[at];
  if (own !== undefined) return json(own);
  if (pathname === "/user/emails") return json(profile.email ? [{ email: profile.email, primary: true, verified: !!profile.verified }] : []);
  if (pathname === "/user") return json({ id: profile.id, login: "login", name: profile.name, email: profile.email ?? null, avatar_url: "https://img.example/a.png" });
  return json({}, 404);
}
