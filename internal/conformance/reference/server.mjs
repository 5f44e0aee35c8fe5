// The reference behind plain node:http, with a control channel on a second
// port: POST /configure, /clock, /sql; GET /state, /pending, /health.
import { setClock } from "./clock.mjs";
import http from "node:http";
import { betterAuth } from "better-auth";
import { toNodeHandler } from "better-auth/node";
import { toOptions } from "./options.mjs";
import { provider } from "./provider.mjs";
import { open, pending } from "./store.mjs";

globalThis.fetch = provider; // what providers answer is made up

const current = { handler: undefined, store: undefined, where: undefined, options: undefined, calls: [], secondary: undefined };

function record(name, data) {
  current.calls.push({ name, data: JSON.parse(JSON.stringify(data ?? null)) });
}

function secondaryStorage(kind) {
  if (!kind) return undefined;
  const values = new Map();
  current.secondary = values;
  const alive = (key) => {
    const entry = values.get(key);
    if (!entry || (entry.until && entry.until <= Date.now())) return undefined;
    return entry;
  };
  const put = (key, value, ttl) => void values.set(key, { value, ttl: ttl ?? null, until: ttl ? Date.now() + ttl * 1000 : 0 });
  return {
    get: async (key) => alive(key)?.value ?? null,
    set: async (key, value, ttl) => put(key, value, ttl),
    delete: async (key) => void values.delete(key),
    getAndDelete: async (key) => {
      const value = alive(key)?.value ?? null;
      values.delete(key);
      return value;
    },
    increment: async (key, ttl) => {
      const entry = alive(key);
      if (entry) return (entry.value = String(+entry.value + 1)), +entry.value;
      put(key, "1", ttl);
      return 1;
    },
  };
}

async function configure({ config, database, keep, now }) {
  setClock(now);
  current.calls = [];
  current.secondary = undefined;
  const { secondaryStorage: kind, strictResponses, ...tree } = config;
  if (current.where !== database) {
    await current.store?.close();
    current.store = await open(database);
    current.where = database;
  }
  current.options = toOptions(tree, { database: current.store.database, secondaryStorage: secondaryStorage(kind), record });
  if (!keep) await current.store.prepare(current.options, JSON.stringify(config));
  const auth = betterAuth(current.options);
  await auth.$context;
  current.handler = toNodeHandler(auth);
}

async function state() {
  for (let i = 0; i < 3; i++) await new Promise(setImmediate); // work the reference left in the background
  const secondary = current.secondary && [...current.secondary].map(([key, { value, ttl }]) => ({ key, value, ttl }));
  return { calls: current.calls.splice(0), rows: await current.store.dump(), secondary };
}

const control = {
  "POST /configure": configure,
  "POST /clock": async ({ now }) => setClock(now),
  "POST /sql": async ({ sql }) => current.store.sql(sql),
  "GET /state": state,
  "GET /pending": () => pending(current.options),
  "GET /health": async () => ({ ok: true }),
};

async function serveControl(req, res) {
  try {
    let text = "";
    for await (const chunk of req) text += chunk;
    const answer = await control[`${req.method} ${req.url}`](text ? JSON.parse(text) : {});
    res.end(JSON.stringify(answer ?? {}));
  } catch (error) {
    res.statusCode = 500;
    res.end(JSON.stringify({ error: String(error?.stack || error) }));
  }
}

async function serveAuth(req, res) {
  try {
    await current.handler(req, res);
  } catch (error) {
    if (!res.headersSent) res.statusCode = 500;
    res.end();
  }
}

const listen = (handler) =>
  new Promise((resolve) => {
    const server = http.createServer({ keepAliveTimeout: 60_000 }, handler);
    server.listen(0, "127.0.0.1", () => resolve(`127.0.0.1:${server.address().port}`));
  });
process.stdin.resume().on("end", () => process.exit(0)); // the runner's end closes the pipe
console.log(JSON.stringify({ auth: await listen(serveAuth), control: await listen(serveControl) }));
