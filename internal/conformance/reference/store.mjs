// Databases of an instance: open, create the tables, dump, run SQL, close.
import BetterSqlite from "better-sqlite3";
import { memoryAdapter } from "better-auth/adapters/memory";
import { getMigrations } from "better-auth/db/migration";
import { getAuthTables } from "better-auth/db";
import pg from "pg";

const images = new Map(); // DDL text by configuration: running the migration planner for every scenario would dominate the run

/** Opens the database a configuration names. */
export async function open(where) {
  if (where === "none") return { database: undefined, prepare: async () => {}, dump: async () => ({}), sql: async () => {}, close: async () => {} };
  if (where === "memory") return memory();
  if (where === "sqlite") return sqlite(":memory:");
  if (where.startsWith("sqlite:")) return sqlite(where.slice("sqlite:".length));
  return postgres(where);
}

function memory() {
  const tables = {};
  return {
    database: memoryAdapter(tables),
    prepare: async (options) => {
      for (const table of Object.values(getAuthTables(options))) tables[table.modelName] = [];
    },
    dump: async () => tables,
    sql: async () => {
      throw new Error("the memory database has no SQL");
    },
    close: async () => {},
  };
}

function sqlite(file) {
  const db = new BetterSqlite(file);
  db.pragma("busy_timeout = 5000");
  const list = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
  return {
    database: db,
    prepare: async (options, key) => {
      db.exec("PRAGMA foreign_keys = OFF");
      for (const { name } of db.prepare(list).all()) db.exec(`DROP TABLE "${name}"`);
      db.exec("PRAGMA foreign_keys = ON");
      if (!images.has(key)) images.set(key, await (await getMigrations(options)).compileMigrations());
      db.exec(images.get(key));
    },
    dump: async () =>
      Object.fromEntries(db.prepare(list).all().map(({ name }) => [name, db.prepare(`SELECT * FROM "${name}" ORDER BY rowid`).all()])),
    sql: async (text) => void db.exec(text),
    close: async () => void db.close(),
  };
}

function postgres(url) {
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  let made; // which configuration the tables are for
  const tables = async () =>
    (await pool.query("SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY 1")).rows.map((r) => r.table_name);
  return {
    database: pool,
    prepare: async (options, key) => {
      const quoted = (await tables()).map((name) => `"${name}"`).join(", ");
      if (made === key) return void (await pool.query(`TRUNCATE ${quoted} RESTART IDENTITY CASCADE`));
      if (quoted) await pool.query(`DROP TABLE ${quoted} CASCADE`);
      await (await getMigrations(options)).runMigrations();
      made = key;
    },
    dump: async () => {
      const rows = {};
      for (const name of await tables()) rows[name] = (await pool.query(`SELECT * FROM "${name}"`)).rows;
      return rows;
    },
    sql: async (text) => void (await pool.query(text)),
    close: async () => pool.end(),
  };
}

/** Says what the migration planner of the reference would still change. */
export async function pending(options) {
  const { toBeCreated, toBeAdded } = await getMigrations(options);
  const names = (list) => list.map((t) => `${t.table}(${Object.keys(t.fields || {}).join(",")})`);
  return { create: names(toBeCreated), add: names(toBeAdded) };
}
