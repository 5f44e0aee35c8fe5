// Sign-in through another deployment and in a popup; cmd/goserver/flow.go has the same.
import { oAuthProxy, oauthPopup } from "better-auth/plugins";

export const plugins = {
  "oauth-popup": oauthPopup,
  "oauth-proxy": ({ secrets, ...options }) => {
    if (secrets) {
      const keys = new Map(secrets.map(({ version, value }) => [version, value]));
      options.secret = { keys, currentVersion: secrets[0].version, legacySecret: options.secret };
    }
    return oAuthProxy(options);
  },
};
