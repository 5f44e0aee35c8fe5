// What providers answer, without a network: the code of a callback is the
// profile itself, base64url of {id, name, email, verified, scope, broken}, and
// tokens carry it on. cmd/goserver answers the same.
import { googleKeys } from "./onetap.mjs";

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
  const answer = { access_token: (refreshing ? "new" : "at") + "." + code, token_type: "bearer", scope: profile.scope ?? "read:user" };
  if (profile.expires) answer.expires_in = profile.expires;
  if (!profile.plain && !refreshing) answer.refresh_token = "rt." + code;
  return json(answer);
}

/** Takes the place of fetch. */
export async function provider(input, init = {}) {
  const request = new Request(input, init);
  const keys = googleKeys(request.url);
  if (keys) return keys;
  const { pathname } = new URL(request.url);
  if (request.method === "POST") return token(new URLSearchParams(await request.text()));
  const bearer = (request.headers.get("authorization") || "").split(" ")[1] || "";
  const profile = decode(bearer.slice(bearer.indexOf(".") + 1));
  if (profile.broken === "profile") return json({ message: "broken" }, 500);
  if (pathname === "/user/emails") return json(profile.email ? [{ email: profile.email, primary: true, verified: !!profile.verified }] : []);
  if (pathname === "/user") return json({ id: profile.id, login: "login", name: profile.name, email: profile.email ?? null, avatar_url: "https://img.example/a.png" });
  return json({}, 404);
}
