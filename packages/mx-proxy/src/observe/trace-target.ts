import { ExitCode, MxError } from "@mx/cli";

/** Where spans go. */
export interface TraceTarget {
  /** OTLP over HTTP, up to `/v1/traces`. */
  url: string;
  headers: Record<string, string>;
  /** What a person knows it by: its host. */
  name: string;
  /** Values that nobody else may see. */
  secrets: string[];
}

/** Variables that hold what spans are sent with, and that no program which calls the proxy has a use for. */
export const traceSecretEnv = [
  "LANGFUSE_SECRET_KEY",
  "OTEL_EXPORTER_OTLP_HEADERS",
  "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
];

/**
 * The target that the environment names, by the variables of OpenTelemetry's exporters
 * (https://opentelemetry.io/docs/specs/otel/protocol/exporter/) or else by those of Langfuse's SDKs; null: none.
 */
export function traceTarget(env: NodeJS.ProcessEnv): TraceTarget | null {
  return env["OTEL_SDK_DISABLED"]?.toLowerCase() === "true" ? null : (otlp(env) ?? langfuse(env));
}

function otlp(env: NodeJS.ProcessEnv): TraceTarget | null {
  const own = env["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];
  const shared = env["OTEL_EXPORTER_OTLP_ENDPOINT"];
  if (own) return target(own, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", otlpHeaders(env));
  if (!shared) return null;
  const url = `${shared.replace(/\/+$/, "")}/v1/traces`;
  return target(url, "OTEL_EXPORTER_OTLP_ENDPOINT", otlpHeaders(env));
}

function otlpHeaders(env: NodeJS.ProcessEnv): Record<string, string> {
  const names = ["OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"];
  return Object.assign({}, ...names.map((name) => parseHeaders(name, env[name] ?? "")));
}

/** `name=value,name=value`, values escaped as in a URL. */
function parseHeaders(variable: string, text: string): Record<string, string> {
  const pairs = text.split(",").filter((pair) => pair.trim() !== "");
  const headers = pairs.map((pair) => /^\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(.*?)\s*$/s.exec(pair));
  try {
    return Object.fromEntries(
      headers.map((found) => [found?.[1]?.toLowerCase(), decodeURIComponent(found?.[2] ?? "!%")]),
    );
  } catch {
    // What is wrong may be the key, so it is not repeated.
    throw bad(`${variable} cannot be read`, "such as authorization=Basic%20…,x-other=value");
  }
}

function langfuse(env: NodeJS.ProcessEnv): TraceTarget | null {
  const { LANGFUSE_PUBLIC_KEY: publicKey, LANGFUSE_SECRET_KEY: secretKey } = env;
  const variable = env["LANGFUSE_BASE_URL"] ? "LANGFUSE_BASE_URL" : "LANGFUSE_HOST";
  const host = env[variable];
  if (!host || !publicKey || !secretKey) return null;
  const basic = Buffer.from(`${publicKey}:${secretKey}`).toString("base64");
  const headers = { authorization: `Basic ${basic}`, "x-langfuse-ingestion-version": "4" };
  const url = `${host.replace(/\/+$/, "")}/api/public/otel/v1/traces`;
  const made = target(url, variable, headers);
  return { ...made, secrets: [secretKey, basic] };
}

function target(given: string, variable: string, headers: Record<string, string>): TraceTarget {
  const url = URL.canParse(given) ? new URL(given) : null;
  if (url === null || !["http:", "https:"].includes(url.protocol)) {
    throw bad(`${variable} is not an http or https URL`, "such as http://localhost:4318");
  }
  if (url.username !== "" || url.password !== "") {
    throw bad(`${variable} holds a user name or password`, "give them in a header");
  }
  // A header such as `Bearer KEY` or `Basic KEY` is no secret, its last word is.
  const secrets = Object.values(headers).flatMap((value) => [value, value.split(" ").at(-1) ?? ""]);
  return { url: url.href, headers, name: url.host, secrets };
}

function bad(message: string, hint: string): MxError {
  return new MxError(message, { code: "bad_trace_target", exitCode: ExitCode.usage, hint });
}
