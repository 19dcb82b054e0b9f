import { ExitCode, MxError, version } from "@mx/cli";
import { traceTarget } from "./trace-target.ts";
import type { Traces } from "./traces.ts";

/** What the flags say about traces. */
export interface TraceFlags {
  /** False: none; true: there must be a collector; undefined: where the environment names one. */
  traces?: boolean | undefined;
  traceBodies: boolean;
}

/** Traces to where the environment says, and what must not be seen of that; null: there are none. */
export async function openTraces(
  flags: TraceFlags,
  env: NodeJS.ProcessEnv,
  note: (text: string) => void,
): Promise<{ traces: Traces | null; secrets: string[] }> {
  if (flags.traces === false) return { traces: null, secrets: [] };
  const target = traceTarget(env);
  if (target === null) {
    if (flags.traces !== true && !flags.traceBodies) return { traces: null, secrets: [] };
    throw new MxError("there is nowhere to send traces to", {
      code: "no_trace_target",
      exitCode: ExitCode.usage,
      hint: "set OTEL_EXPORTER_OTLP_ENDPOINT, or LANGFUSE_HOST, LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY",
    });
  }
  // Loaded here, because most proxies send none.
  const { OtlpTraces } = await import("./otlp-traces.ts");
  const service = env["OTEL_SERVICE_NAME"] || "mx-proxy";
  const traces = new OtlpTraces({ target, version, service, bodies: flags.traceBodies, note });
  return { traces, secrets: target.secrets };
}
