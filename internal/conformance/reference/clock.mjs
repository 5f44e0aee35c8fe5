// A clock that the control channel sets: imported before everything else, so
// that every library of the process reads the same controlled time.
const Real = globalThis.Date;
let now = Real.parse("2026-01-02T03:04:05.678Z");

class Controlled extends Real {
  constructor(...args) {
    if (args.length === 0) super(now);
    else super(...args);
  }
  static now() {
    return now;
  }
}
globalThis.Date = Controlled;

/** Sets the time of the process, in milliseconds since 1970. */
export function setClock(ms) {
  now = ms;
}
