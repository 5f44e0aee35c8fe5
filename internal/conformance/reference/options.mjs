// Turns the shared JSON configuration into options of the reference. The tree
// has the reference's own names; where it wants a function the JSON says true
// (record the call), "fail" (record, then throw) or names a known function.
import { bearer, multiSession, username } from "better-auth/plugins";
import { plugins as genericPlugins } from "./generic.mjs";
import { plugins as flowPlugins } from "./flow.mjs";
import { plugins as oneTapPlugins } from "./onetap.mjs";
import { installFunctions } from "./social.mjs";

const callbacks = [
  "emailAndPassword.sendResetPassword",
  "emailAndPassword.onPasswordReset",
  "emailAndPassword.onExistingUserSignUp",
  "emailVerification.sendVerificationEmail",
  "emailVerification.beforeEmailVerification",
  "emailVerification.afterEmailVerification",
  "user.changeEmail.sendChangeEmailConfirmation",
  "user.deleteUser.sendDeleteAccountVerification",
  "user.deleteUser.beforeDelete",
  "user.deleteUser.afterDelete",
];

const plugins = { bearer, username, "multi-session": multiSession, ...oneTapPlugins, ...flowPlugins, ...genericPlugins };

const cheap = {
  hash: async (password) => "cheap:" + password,
  verify: async ({ hash, password }) => hash === "cheap:" + password,
};

/** Builds the options of one instance; record(name, data) receives the calls of its callbacks. */
export function toOptions(config, { database, secondaryStorage, record }) {
  const options = structuredClone(config);
  for (const path of callbacks) installCallback(options, path.split("."), path, record);
  installFunctions(options.socialProviders);
  if (options.emailAndPassword?.password === "cheap") options.emailAndPassword.password = cheap;
  if (options.databaseHooks === "record") options.databaseHooks = recordingHooks(record);
  return {
    ...options,
    database,
    secondaryStorage,
    plugins: (config.plugins || []).map(({ id, ...rest }) => plugins[id](rest)),
    logger: { disabled: !process.env.CONFORMANCE_LOG, level: "debug" },
    telemetry: { enabled: false },
  };
}

function installCallback(options, path, name, record) {
  const owner = path.slice(0, -1).reduce((node, key) => node?.[key], options);
  const key = path.at(-1);
  const wish = owner?.[key];
  if (!wish) {
    if (owner) delete owner[key];
    return;
  }
  owner[key] = async (data) => {
    record(name, data);
    if (wish === "fail") throw new Error(name + " fails as configured");
  };
}

/** Hooks that tell which of them ran, and with what. */
function recordingHooks(record) {
  const hooks = {};
  for (const model of ["user", "session", "account", "verification"]) {
    hooks[model] = {};
    for (const operation of ["create", "update", "delete"]) {
      hooks[model][operation] = {
        before: async (data) => void record(`databaseHooks.${model}.${operation}.before`, data),
        after: async (row) => void record(`databaseHooks.${model}.${operation}.after`, row),
      };
    }
  }
  return hooks;
}
