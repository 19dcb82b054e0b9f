import { ExitCode, Masker, MxError } from "@mx/cli";
import type { CallError } from "./call-error.ts";
import { judgeEndpoint, type JudgeEndpoint } from "./endpoint.ts";
import type { JudgeClient } from "./judge-client.ts";
import type { JudgeOptions } from "./judge-options.ts";

/** A judge reached: its endpoint, what talks to it, and what masks its secrets. */
export interface Connection {
  endpoint: JudgeEndpoint;
  client: JudgeClient;
  masker: Masker;
}

/** A reply comes in one piece, so that a judge that thinks for long is silent for as long. */
const defaultClocks = { connectMs: 30_000, silenceMs: 1_800_000 };

/** Gets ready to call; nothing is sent yet. Throws MxError 2 where no endpoint is named. */
export async function openConnection(options: JudgeOptions): Promise<Connection> {
  const { env, url, secrets = [], timing } = options;
  const endpoint = judgeEndpoint(env, url);
  // The library takes longer to load than the rest of a program's start.
  const { JudgeClient } = await import("./judge-client.ts");
  return {
    endpoint,
    client: new JudgeClient({ ...endpoint, ...defaultClocks, ...timing }),
    masker: new Masker([...endpoint.secrets, ...secrets]),
  };
}

/** The error of an endpoint that does not work from the first call on: exit 69. */
export function unusable({ endpoint, masker }: Connection, error: CallError): MxError {
  const message = masker.text(error.message);
  return new MxError(`the judge at ${endpoint.host} cannot be used: ${message}`, {
    code: "judge_unavailable",
    exitCode: ExitCode.unavailable,
    hint: hintFor(endpoint, error.status),
    cause: error,
  });
}

function hintFor({ apiKey }: JudgeEndpoint, status: number | null): string {
  if (status === 404) return "check the model's name and the URL, which mostly ends in /v1";
  if (status === null) return "check that it runs, and the URL in OPENAI_BASE_URL or --judge-url";
  return apiKey === null
    ? "set OPENAI_API_KEY to a key of this endpoint"
    : "check that the key in OPENAI_API_KEY belongs to this endpoint";
}
