// Google One Tap and the last login method: Google's keys, and the functions that configurations name.
// cmd/goserver/onetap.go has the same.
import { readFileSync } from "node:fs";
import { lastLoginMethod, oneTap } from "better-auth/plugins";

const keys = readFileSync(new URL("../idtoken/keys.json", import.meta.url));

/** Answers for Google's keys; undefined for other requests. */
export function googleKeys(url) {
  if (url !== "https://www.googleapis.com/oauth2/v3/certs") return undefined;
  return new Response(keys, { headers: { "content-type": "application/json" } });
}

const methods = { "/sign-in/username": "by name; é", "/one-tap/callback": "" };

export const plugins = {
  "one-tap": oneTap,
  "last-login-method": ({ customResolveMethod, beforeStoreCookie, ...options }) => {
    if (customResolveMethod) options.customResolveMethod = ({ path }) => methods[path] ?? null;
    if (beforeStoreCookie) {
      options.beforeStoreCookie = async (_, method) => {
        if (beforeStoreCookie === "fail") throw new Error("beforeStoreCookie fails as configured");
        return method === beforeStoreCookie;
      };
    }
    return lastLoginMethod(options);
  },
};
