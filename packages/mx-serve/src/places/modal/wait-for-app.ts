import type { DeployedApps } from "@mx/backends/modal";
import type { Endpoint } from "@mx/records";
import { failureMark, type AppFile } from "../../modal/app-file.ts";
import { waitUntilReady } from "../../probe/wait-until-ready.ts";
import type { ServerPlan } from "../../server-plan.ts";
import type { PlaceContext, ServerEnd } from "../place.ts";
import { AppLogWatch } from "./app-log-watch.ts";
import { modalHandle } from "./modal-handle.ts";
import { headersOf } from "./proxy-auth.ts";

/** Modal answers 303 after 150 s, and the address that it names waits on: so long is one question, in ms. */
const questionMs = 200_000;
/** What an image that is pulled for the first time may take besides the server's own start, in ms. */
const pullMs = 600_000;
const progressMs = 15_000;
/** How often is looked whether the app is still there, in ms. */
const lookMs = 10_000;

export interface AppWait {
  apps: DeployedApps;
  /** What it was deployed from. */
  file: AppFile;
  key: string | null;
  /** True: it was deployed just now, and is stopped where it does not become ready. */
  isNew: boolean;
  /** True: it was deployed before, and nothing has changed. */
  isSame: boolean;
}

/** Waits until a deployed app answers as the server that is wanted; the endpoint, `ready`. Throws as `waitUntilReady`. */
export async function waitForApp(
  plan: ServerPlan,
  endpoint: Endpoint,
  { apps, file, key, isNew, isSame }: AppWait,
  { env, stop, note }: Pick<PlaceContext, "env" | "stop" | "note">,
): Promise<Endpoint> {
  const handle = modalHandle(endpoint);
  if (handle === null) throw new Error(`${endpoint.name} is not at Modal`);
  const { name, base_url: baseUrl } = endpoint;
  const timeoutMs = plan.startupTimeoutMs + pullMs;
  const began = performance.now();
  const log = new AppLogWatch(apps, handle.app_id, failureMark(file));
  const over = new AbortController();
  try {
    const models = await waitUntilReady({
      name,
      probe: plan.probe,
      target: () => ({
        baseUrl,
        key,
        headers: headersOf(handle.headers_env, env),
        timeoutMs: Math.max(1000, Math.min(questionMs, timeoutMs - (performance.now() - began))),
      }),
      timeoutMs,
      ended: Promise.race([
        whenStopped(apps, handle.app, { log, signal: over.signal }),
        // What was deployed before may have such lines of an earlier day in its log.
        ...(isSame ? [] : [log.ended]),
      ]),
      stop,
      note,
      tail: () => Promise.resolve(log.tail),
      lastLine: () => Promise.resolve(log.lastLine),
      progressMs,
      whenSlow: isNew ? "and was stopped" : "and was left as it is",
    });
    return { ...endpoint, state: "ready", models };
  } catch (error) {
    if (isNew) await apps.stop(handle.app_id).catch(() => {});
    throw error;
  } finally {
    over.abort();
    log.close();
  }
}

/** Resolves when an app is not there any more; never, where Modal cannot be asked. */
async function whenStopped(
  apps: DeployedApps,
  name: string,
  { log, signal }: { log: AppLogWatch; signal: AbortSignal },
): Promise<ServerEnd> {
  for (;;) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, lookMs);
      signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
    });
    const found = await apps.find(name).catch(() => undefined);
    if (found === null)
      return { reason: `${name} was stopped while it was waited for`, tail: log.tail };
  }
}
