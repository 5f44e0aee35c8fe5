// An OpenID provider for the tests: the certified npm package oidc-provider with the login and consent pages
// that it brings for development. Anybody signs in with any password; who signs in as "ann" is
// ann@example.com. It insists on PKCE with S256, and on the way in which each client must prove itself.
//
//	node provider.mjs PORT APPLICATION_URL
//
// Its host is localhost while the application's is 127.0.0.1: for a browser these are two sites.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { Provider } from "oidc-provider";

const HOUR = 3600; // seconds

// The application calls its providers by these names.
const clients = {
  basic: { token_endpoint_auth_method: "client_secret_basic", client_secret: "secret-of-basic" },
  // Access tokens of this one are too short-lived to be handed out, and its ID tokens tell no address.
  post: { token_endpoint_auth_method: "client_secret_post", client_secret: "secret-of-post", id_token_signed_response_alg: "PS256" },
  jwt: { token_endpoint_auth_method: "private_key_jwt", id_token_signed_response_alg: "ES256" },
  // examples/oauth
  oidc: { token_endpoint_auth_method: "client_secret_post", client_secret: "secret-of-oidc", id_token_signed_response_alg: "EdDSA" },
};

const key = (type, options) => ({ ...generateKeyPairSync(type, options).privateKey.export({ format: "jwk" }), use: "sig" });

/** person is what the provider knows about who signed in. */
function person(sub) {
  const known = { sub, name: `${sub} of the provider`, email: `${sub}@example.com`, email_verified: !sub.startsWith("unverified") };
  return sub.startsWith("nameless") ? { sub } : known;
}

function configuration(application) {
  const registered = Object.entries(clients).map(([client_id, client]) => ({
    client_id,
    redirect_uris: [`${application}/api/auth/callback/${client_id}`],
    post_logout_redirect_uris: [`${application}/app/`, `${application}/`],
    grant_types: ["authorization_code", "refresh_token"],
    ...(client.client_secret ? {} : { jwks_uri: `${application}/jwks.json` }),
    ...client,
  }));
  return {
    clients: registered,
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    conformIdTokenClaims: false,
    cookies: { keys: [randomBytes(32).toString("hex")] },
    fetch: (url, { dispatcher, ...options }) => fetch(url, options), // the dispatcher refuses loopback addresses
    findAccount: (ctx, sub) => ({
      accountId: sub,
      claims: (use) => (use === "id_token" && ctx.oidc.client.clientId === "post" ? { sub } : person(sub)),
    }),
    enabledJWA: { idTokenSigningAlgValues: ["RS256", "PS256", "ES256", "EdDSA"] },
    jwks: { keys: [key("rsa", { modulusLength: 2048 }), key("ec", { namedCurve: "P-256" }), key("ed25519")] },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    ttl: {
      AccessToken: (ctx, token, client) => (client.clientId === "post" ? 3 : HOUR),
      AuthorizationCode: 60,
      Grant: HOUR,
      IdToken: HOUR,
      Interaction: HOUR,
      RefreshToken: HOUR,
      Session: HOUR,
    },
  };
}

const [port, application] = process.argv.slice(2);
const issuer = `http://localhost:${port}`;
const provider = new Provider(issuer, configuration(application));
for (const event of ["server_error", "grant.error", "authorization.error", "userinfo.error"]) {
  provider.on(event, (ctx, error) => console.error(event, error.message, error.error_description ?? ""));
}
provider.listen(Number(port), "127.0.0.1", () => console.log(`listening on ${issuer}`));
process.on("SIGTERM", () => process.exit(0));
