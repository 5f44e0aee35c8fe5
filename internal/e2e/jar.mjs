// One visitor: a cookie jar in front of fetch, and the official client on top of it. The package
// itself is not touched; a browser would keep the cookies and send the Origin header the same way.
import { createAuthClient } from "better-auth/client";

export const BASE_URL = process.env.BASE_URL ?? "http://127.0.0.1:3000";
export const API = `${BASE_URL}/api/auth`;

// nextAddress gives each visitor an address of the benchmarking range (RFC 2544), so that the limit of three
// sign-ins per ten seconds counts per visitor. A server trusts the header because it comes from loopback.
let visitors = Math.floor(Math.random() * 60000);
export const nextAddress = () => `198.18.${(++visitors >> 8) & 255}.${visitors & 255}`;

/** Visitor is a browser without pages: cookies, an address of its own, and the official client. */
export class Visitor {
  cookies = new Map();
  lastResponse;

  constructor({ address = nextAddress(), baseURL = BASE_URL, plugins = [] } = {}) {
    this.address = address;
    this.baseURL = baseURL;
    this.client = createAuthClient({
      baseURL,
      plugins,
      fetchOptions: { customFetchImpl: (url, init) => this.fetch(url, init) },
    });
  }

  /** fetch sends the jar and keeps what comes back. It never follows a redirect: a check may want to see it. */
  async fetch(url, init = {}) {
    const headers = new Headers(init.headers);
    if (!headers.has("origin")) headers.set("origin", this.baseURL);
    headers.set("x-forwarded-for", this.address);
    if (this.cookies.size > 0) {
      headers.set("cookie", [...this.cookies].map(([name, c]) => `${name}=${c.value}`).join("; "));
    }
    const res = await fetch(url, { ...init, headers, redirect: "manual" });
    for (const line of res.headers.getSetCookie()) this.keep(line);
    this.lastResponse = res;
    return res;
  }

  keep(line) {
    const [pair, ...rest] = line.split(/;\s*/);
    const at = pair.indexOf("=");
    const attributes = new Map(
      rest.map((part) => {
        const [name, value = ""] = part.split("=");
        return [name.toLowerCase(), value];
      }),
    );
    const name = pair.slice(0, at);
    const gone = attributes.get("max-age") === "0" || Date.parse(attributes.get("expires")) <= Date.now();
    if (gone) this.cookies.delete(name);
    else this.cookies.set(name, { value: pair.slice(at + 1), attributes });
  }

  /** follow opens a link from a mail as a browser does, through at most five redirects on the same site. */
  async follow(url) {
    let target = new URL(url, this.baseURL);
    for (let hops = 0; hops < 5; hops++) {
      const res = await this.fetch(target, { headers: { origin: "" } });
      const location = res.headers.get("location");
      if (!location) return { res, url: target };
      target = new URL(location, target);
      if (!target.pathname.startsWith("/api/auth")) return { res, url: target };
    }
    throw new Error(`more than five redirects from ${url}`);
  }

  get sessionCookie() {
    return this.cookies.get("better-auth.session_token");
  }
}

/** mailsTo lists what the dev inbox holds for one address, oldest first. */
export async function mailsTo(to) {
  const res = await fetch(`${BASE_URL}/dev/inbox.json`);
  if (!res.ok) throw new Error(`dev inbox answered ${res.status}`);
  return (await res.json()).filter((mail) => mail.to === to);
}

/** waitForMail waits for the newest mail of a kind; mails may be sent after the answer. */
export async function waitForMail(to, kind, after = 0) {
  for (let tries = 0; tries < 100; tries++) {
    const found = (await mailsTo(to)).filter((mail) => mail.kind === kind);
    if (found.length > after) return found.at(-1);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no ${kind} mail for ${to} within 5 s`);
}
