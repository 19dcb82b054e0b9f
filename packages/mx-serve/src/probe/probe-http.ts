import { ask } from "./ask.ts";
import type { ProbeResult, ProbeTarget } from "./probe-result.ts";

/** Asks for one path, from the root of the server; 2xx is what is wanted. */
export async function probeHttp(path: string, target: ProbeTarget): Promise<ProbeResult> {
  const answer = await ask(new URL(path, target.baseUrl), target);
  if (answer.status === null) return { state: "waiting", detail: answer.detail };
  const { status } = answer;
  if (status >= 200 && status < 300) return { state: "ready", models: [] };
  const detail = `it answers ${status} at ${path}`;
  if (status !== 401 && status !== 403) return { state: "waiting", detail };
  return { state: "wrong", detail, refusesKey: true };
}
