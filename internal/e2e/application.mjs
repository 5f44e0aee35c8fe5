// The application of react/ in Chromium.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { launch } from "./chromium.mjs";

const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript" };

/** Application is the build and the browser. What its pages throw is collected in complaints. */
export class Application {
  complaints = [];

  /** start opens the browser. Without pages at the servers, Vite builds them, and the browser takes them from there. */
  static async start({ pagesAtServer = false } = {}) {
    const app = new Application();
    if (!pagesAtServer) {
      app.dist = await mkdtemp(join(tmpdir(), "betterauth-react-"));
      const root = fileURLToPath(new URL("react/", import.meta.url));
      await build({ root, configFile: false, base: "/app/", logLevel: "error", build: { outDir: app.dist, emptyOutDir: true } });
    }
    app.chromium = await launch();
    return app;
  }

  async stop() {
    await this.chromium.close();
    if (this.dist) await rm(this.dist, { recursive: true, force: true });
  }

  /** visitor is a browser of its own. */
  async visitor(baseURL) {
    const context = await this.chromium.browser.newContext({ baseURL });
    context.setDefaultTimeout(30_000);
    if (this.dist) await context.route("**/app/**", (route) => this.#fulfill(route));
    return context;
  }

  async #fulfill(route) {
    const path = new URL(route.request().url()).pathname.replace("/app/", "") || "index.html";
    await route.fulfill({ contentType: types[extname(path)] ?? "text/plain", body: await readFile(join(this.dist, path)) });
  }

  /** open shows the application in a new tab. */
  async open(context) {
    const page = await context.newPage();
    page.on("pageerror", (error) => this.complaints.push(error.message));
    await page.goto("/app/");
    const shows = (id, text) => page.locator(`[data-testid="${id}"]:text-is("${text}")`).waitFor();
    /** act runs an action of the client and answers what it says, {data, error}. */
    const act = (path, ...args) =>
      page.evaluate(
        ([path, args]) => path.split(".").reduce((node, key) => node[key], window.authClient)(...args),
        [path, args],
      );
    /** call is act for what must succeed; it answers the data. */
    const call = async (path, ...args) => {
      const { data, error } = await act(path, ...args);
      if (error) throw new Error(`${path}: ${error.status} ${error.message}`);
      return data;
    };
    /** heard is call for an action that changes nothing on the page: it waits until the hook has asked again. */
    const heard = async (...what) => {
      const asked = page.waitForResponse((res) => res.url().endsWith("/get-session"));
      await call(...what);
      await asked;
    };
    /** leave runs an action that leads to another page, and waits until the browser is there. */
    const leave = async (url, path, ...args) => {
      const there = page.waitForURL(url);
      await page.evaluate(
        ([path, args]) => void path.split(".").reduce((node, key) => node[key], window.authClient)(...args),
        [path, args],
      );
      await there;
    };
    return { page, shows, act, call, heard, leave };
  }
}
