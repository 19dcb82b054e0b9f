import { fetch } from "undici";
import { questionSignal, type ProbeTarget } from "./probe-result.ts";

/** An answer over HTTP, or why there is none. */
export type Answer = { status: number; text: string } | { status: null; detail: string };

/** So much of an answer is looked at, in characters: a list of models is short. */
const mostText = 1_000_000;

/**
 * GET of a URL with the server's key. Never throws. Not by Node's own fetch, whose first call waits for ever where a
 * connection is closed as soon as it is open: what tunnels do that lead to a port on which nobody listens yet.
 */
export async function ask(url: URL, target: ProbeTarget): Promise<Answer> {
  const headers: Record<string, string> = {
    ...target.headers,
    ...(target.key === null ? {} : { authorization: `Bearer ${target.key}` }),
  };
  const signal = questionSignal(target);
  try {
    const response = await fetch(url, { headers, signal });
    const text = await response.text();
    return { status: response.status, text: text.slice(0, mostText) };
  } catch (error) {
    return { status: null, detail: reason(error, signal) };
  }
}

function reason(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return "it does not answer";
  const cause = (error as Error).cause as NodeJS.ErrnoException | undefined;
  if (cause?.code === "ECONNREFUSED") return "nothing listens there yet";
  return `it cannot be asked: ${cause?.message ?? (error as Error).message}`;
}
