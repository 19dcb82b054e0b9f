/** What one look has shown. */
export interface Finding {
  name: string;
  /** `not run`: it was not looked at; `detail` says why. */
  state: "ok" | "failed" | "not run";
  detail: string;
  fix?: string;
}

/** All is well. */
export function ok(name: string, detail: string): Finding {
  return { name, state: "ok", detail };
}

/** Something is to be done. */
export function failed(name: string, detail: string, fix: string): Finding {
  return { name, state: "failed", detail, fix };
}

/** Nobody has looked. */
export function notRun(name: string, detail: string, fix?: string): Finding {
  return { name, state: "not run", detail, ...(fix === undefined ? {} : { fix }) };
}
