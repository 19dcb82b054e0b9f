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
  /** Settles when the proxy is to end: no upstream is waited for any longer. */
  ended?: Promise<unknown> | undefined;
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

type Part = "file" | "flags" | "feed" | "endpoints";

/** Lets the router know of all upstreams, now and as they change. Throws where there is none. */
async function feedRouter(
  router: Router,
  { flags, env, note, feed, ended, learn }: RouterOptions,
): Promise<void> {
  const parts = new Map<Part, Config>();
  let isThere = () => {};
  const there = new Promise<void>((resolve) => (isThere = resolve));
  const use = (part: Part, config: Config) => {
    parts.set(part, config);
    const whole = mergeConfigs([...parts.values()]);
    learn(whole.secrets);
    router.use({ ...whole, retries: flags.retries ?? whole.retries });
    if (whole.upstreams.length > 0) isThere();
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
  const files = flags.endpoint ?? [];
  if (files.length > 0) {
    const { EndpointFiles } = await import("./config/endpoint-files.ts");
    const endpoints = new EndpointFiles(files, {
      env,
      note,
      use: (config) => use("endpoints", config),
    });
    router.closed.push(() => endpoints.close());
    await endpoints.open();
  }
  const places = [...(feed === null ? [] : ["on stdin"]), ...files.map((path) => `in ${path}`)];
  if (router.states().length === 0 && places.length > 0) {
    note(`there is no upstream yet: waiting for an endpoint record ${places.join(" or ")}`);
    // A stdin that ends is no reason to give up on a file.
    const over = files.length === 0 ? feed?.first : ended;
    // A watch on a file does not keep a program alive.
    const alive = setInterval(() => {}, 60_000);
    await Promise.race([there, ...(over === undefined ? [] : [over])]);
    clearInterval(alive);
  }
  if (router.states().length > 0) return;
  throw new MxError("there is no upstream", {
    code: "usage",
    exitCode: ExitCode.usage,
    hint: "give --upstream URL or --config FILE, name an --endpoint FILE, set OPENAI_BASE_URL, send endpoint records, or give --script FILE or --replay FILE",
  });
}

/** The upstreams that flags name, else the one that the environment names where nothing else does. */
function named({ upstream = [], config, endpoint }: Flags, env: NodeJS.ProcessEnv): string[] {
  const usual = env["OPENAI_BASE_URL"] ?? "";
  const others = upstream.length > 0 || config !== undefined || endpoint !== undefined;
  return others || usual === "" ? upstream : [usual];
}
