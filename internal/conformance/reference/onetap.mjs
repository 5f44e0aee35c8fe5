// Google One Tap and the last login method, with the functions that configurations name.
// cmd/goserver/onetap.go has the same.
import { lastLoginMethod, oneTap } from "better-auth/plugins";

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
