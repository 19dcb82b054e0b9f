import { ExitCode, MxError } from "@mx/cli";

/** Where the judge's model is. */
export interface JudgeEndpoint {
  baseUrl: string;
  /** null: none is set; servers on this machine often want none. */
  apiKey: string | null;
  /** Host and port, for messages and cache keys: the whole URL may have a password in it. */
  host: string;
  /** Values that must not be written anywhere. */
  secrets: string[];
}

/**
 * The endpoint from --judge-url, else OPENAI_BASE_URL, with the key in OPENAI_API_KEY. There is no default: trials
 * go nowhere that was not named. Throws MxError 2 where there is no usable URL.
 */
export function judgeEndpoint(env: NodeJS.ProcessEnv, url: string | undefined): JudgeEndpoint {
  const [name, baseUrl] =
    url === undefined
      ? (["OPENAI_BASE_URL", env["OPENAI_BASE_URL"] ?? ""] as const)
      : (["--judge-url", url] as const);
  if (!URL.canParse(baseUrl) || !/^https?:$/.test(new URL(baseUrl).protocol)) {
    const what = baseUrl === "" ? "is not set" : "is no http(s) URL";
    throw new MxError(`the judge has no endpoint: ${name} ${what}`, {
      code: "no_judge_endpoint",
      exitCode: ExitCode.usage,
      hint: "set OPENAI_BASE_URL, or give --judge-url, for example http://127.0.0.1:8000/v1",
    });
  }
  const { host, password, search } = new URL(baseUrl);
  const apiKey = env["OPENAI_API_KEY"] || null;
  const secrets = [apiKey ?? "", password, decoded(password), search.slice(1)];
  return { baseUrl, apiKey, host, secrets: secrets.filter((secret) => secret !== "") };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
