// The functions that configurations of providers name, as cmd/goserver/social_func.go has them.
const fails = async () => {
  throw new Error("fails as configured");
};

const mapProfileToUser = {
  upper: (profile) => ({ name: String(profile.name).toUpperCase(), image: "https://img.example/mapped.png" }),
  address: async () => ({ email: "Mapped@Example.com" }),
  "no address": () => ({ email: undefined }),
  "empty address": () => ({ email: "" }),
  "no name": () => ({ name: undefined }),
  proved: () => ({ emailVerified: true }),
  "proved address": () => ({ email: "mapped@example.com", emailVerified: true }),
  doubted: () => ({ emailVerified: false }),
  fields: () => ({ nickname: "Nick", level: 7, since: new Date(1767225600000), member: true, tags: ["a", "b"], role: "admin", unknown: "x" }),
  "wrong fields": () => ({ nickname: 5, level: "seven", since: "no date", member: "perhaps" }),
  "null fields": () => ({ nickname: null, level: null, since: null, member: null }),
  "no fields": () => ({}),
  nothing: () => undefined,
  fails,
};

const person = { name: "Fixed", email: "Fixed@example.com", image: "https://img.example/f.png", emailVerified: true };
const given = ({ accessToken, refreshToken, idToken, scopes }) => [accessToken, refreshToken, idToken, scopes?.length].map((value) => (value ? "1" : "0")).join("");

// The account's id wherever some provider has it.
const id = "e-1";
const everywhere = { id, sub: id, oid: id, user_id: id, account_id: id, unionid: id, "https://slack.com/user_id": id, data: { id, user: { open_id: id } }, response: { id }, user: { user_id: id } };

const getUserInfo = {
  "of any provider": async () => ({ user: person, data: everywhere }),
  fixed: async (tokens) => ({ user: { ...person, name: "Fixed " + given(tokens) }, data: { id: "f-1", sub: "f-1", note: "told" } }),
  fields: async () => ({ user: { ...person, nickname: "Nick", level: 7, role: "admin" }, data: { id: "f-1", sub: "f-1" } }),
  unverified: async () => ({ user: { ...person, emailVerified: false }, data: { id: "f-1", sub: "f-1" } }),
  "no address": async () => ({ user: { name: "Fixed", emailVerified: true }, data: { id: "f-1", sub: "f-1" } }),
  "no subject": async () => ({ user: person, data: { note: "told" } }),
  none: async () => null,
  fails,
};

const verifyIdToken = {
  yes: async () => true,
  no: async () => false,
  nonce: async (token, nonce) => nonce === "n",
  fails,
};

const until = new Date("2030-01-02T03:04:05.000Z");
const refreshAccessToken = {
  fixed: async (refreshToken) => ({ accessToken: "fresh" + refreshToken.slice(2), refreshToken, idToken: "id.fresh", accessTokenExpiresAt: until, refreshTokenExpiresAt: until, tokenType: "bearer", scopes: ["one", "two"] }),
  "access token": async (refreshToken) => ({ accessToken: "fresh" + refreshToken.slice(2) }),
  "no access token": async () => ({ refreshToken: "rt.fresh" }),
  none: async () => null,
  fails,
};

const known = { mapProfileToUser, getUserInfo, verifyIdToken, refreshAccessToken };

/** Puts functions in the place of their names. */
export function installFunctions(providers) {
  for (const provider of Object.values(providers || {})) {
    for (const [option, functions] of Object.entries(known)) {
      if (!(option in provider)) continue;
      const fn = functions[provider[option]];
      if (!fn) throw new Error(`unknown ${option} ${provider[option]}`);
      provider[option] = fn;
    }
    if (provider.clientAssertion) provider.clientAssertion = async (context) => Object.keys(context).sort().map((name) => context[name]).join("|");
  }
}
