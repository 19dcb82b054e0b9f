import { ExitCode, MxError } from "@mx/cli";
import { mergeConfigs, type Config } from "./config/config.ts";
import type { EndpointFeed } from "./config/endpoint-feed.ts";
import { flagConfig } from "./config/flag-config.ts";
import type { Flags } from "./flags.ts";
import { openJournal } from "./journal/open-journal.ts";
import { Router } from "./route/router.ts";

export interface RouterOptions {
  flags: Flags;
  env: NodeJS.ProcessEnv;
  note: (text: string) => void;
  /** Upstreams that come on stdin; null: none do. */
  feed: EndpointFeed | null;
  /** Hears of keys, which must be masked from now on. */
  learn: (secrets: readonly string[]) => void;
  /** Hears that a file which was asked for cannot be written any more. */
  broken: (error: MxError) => void;
}

/** Tries after the first, where nobody says. */
const usualRetries = 2;

/** What passes calls on: to the upstreams of flags and environment, of the configuration file, and of stdin. */
export async function openRouter(options: RouterOptions): Promise<Router> {
  const { flags, note } = options;
  const router = new Router({
    connectTimeoutMs: flags.connectTimeout * 1000,
    limits: {
      firstByteMs: flags.firstByteTimeout * 1000,
      idleMs: flags.idleTimeout * 1000,
      coldStartMs: flags.coldStartTimeout * 1000,
    },
    retries: { retries: usualRetries, budgetMs: flags.retryBudget * 1000 },
    results: await openJournal(options),
    note,
  });
  try {
    await feedRouter(router, options);
    return router;
  } catch (error) {
    await router.close();
    throw error;
  }
}

/** Lets the router know of all upstreams, now and as they change. Throws where there is none. */
async function feedRouter(
  router: Router,
  { flags, env, note, feed, learn }: RouterOptions,
): Promise<void> {
  const parts = new Map<"file" | "flags" | "feed", Config>();
  const use = (part: "file" | "flags" | "feed", config: Config) => {
    parts.set(part, config);
    const whole = mergeConfigs([...parts.values()]);
    learn(whole.secrets);
    router.use({ ...whole, retries: flags.retries ?? whole.retries });
  };
  if (flags.config !== undefined) {
    // Loaded here so that only who has such a file pays for reading YAML.
    const { ConfigFile } = await import("./config/config-file.ts");
    const file = new ConfigFile(flags.config, env, note);
    await file.open((config) => use("file", config));
    router.closed.push(() => file.close());
  }
  use("flags", flagConfig(named(flags, env), flags, env));
  feed?.open((config) => use("feed", config));
  if (router.states().length === 0 && feed !== null) {
    note("there is no upstream yet: waiting for an endpoint record on stdin");
    await feed.first;
  }
  if (router.states().length > 0) return;
  throw new MxError("there is no upstream", {
    code: "usage",
    exitCode: ExitCode.usage,
    hint: "give --upstream URL or --config FILE, set OPENAI_BASE_URL, send endpoint records, or give --script FILE or --replay FILE",
  });
}

/** The upstreams that flags name, else the one that the environment names where nothing else does. */
function named({ upstream = [], config }: Flags, env: NodeJS.ProcessEnv): string[] {
  const usual = env["OPENAI_BASE_URL"] ?? "";
  return upstream.length > 0 || config !== undefined || usual === "" ? upstream : [usual];
}
