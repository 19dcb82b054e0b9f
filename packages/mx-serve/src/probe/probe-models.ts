import { ask } from "./ask.ts";
import type { ProbeResult, ProbeTarget } from "./probe-result.ts";

/** Asks an OpenAI-compatible API which models it serves. `wanted` null: any will do. */
export async function probeModels(
  wanted: string | null,
  target: ProbeTarget,
): Promise<ProbeResult> {
  const answer = await ask(new URL(`${target.baseUrl.replace(/\/+$/, "")}/models`), target);
  if (answer.status === null) return { state: "waiting", detail: answer.detail };
  const { status } = answer;
  if (status === 401 || status === 403) {
    return { state: "wrong", detail: `it refuses the server's key (${status})`, refusesKey: true };
  }
  if (status !== 200) {
    return { state: "waiting", detail: `it answers ${status} when asked for its models` };
  }
  const models = modelIds(answer.text);
  if (models === null) return { state: "wrong", detail: "it answers, but is no model API" };
  if (wanted === null || models.includes(wanted)) return { state: "ready", models };
  // A gateway may learn its models after it has begun to answer.
  if (models.length === 0) return { state: "waiting", detail: "it lists no model yet" };
  return { state: "wrong", detail: `it serves ${shown(models)} and not ${wanted}` };
}

/** The ids in a list of models; null where it is none. */
function modelIds(text: string): string[] | null {
  try {
    const { data } = JSON.parse(text) as { data?: unknown };
    if (!Array.isArray(data)) return null;
    const ids = data.map((entry: unknown) => (entry as { id?: unknown } | null)?.id);
    return ids.filter((id): id is string => typeof id === "string");
  } catch {
    return null;
  }
}

const mostShown = 5;

function shown(models: readonly string[]): string {
  const rest = models.length - mostShown;
  return models.slice(0, mostShown).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
