/** A call of Google's API: its path names the model and what is asked of it. */
export interface GoogleCall {
  model: string;
  /** True: the reply is to be a stream. */
  stream: boolean;
  /** True: the model answers; false: tokens are counted and nothing more. */
  answers: boolean;
}

const form = /^\/v1\/models\/([\w@][\w.@-]*):(generateContent|streamGenerateContent|countTokens)$/;

/** Reads a path such as `/v1/models/MODEL:generateContent`; null: it is none of Google's. */
export function googleCall(path: string): GoogleCall | null {
  const [, model, method] = form.exec(path) ?? [];
  if (model === undefined) return null;
  return { model, stream: method === "streamGenerateContent", answers: method !== "countTokens" };
}

/** The same path and query with the name that the model has there; other paths, and null, change nothing. */
export function googlePath(path: string, model: string | null): string {
  const [own = "", ...query] = path.split("?");
  if (model === null || googleCall(own) === null) return path;
  const method = own.slice(own.lastIndexOf(":"));
  return [`/v1/models/${encodeURIComponent(model.toWellFormed())}${method}`, ...query].join("?");
}
