import type { Endpoint } from "@mx/records";
import * as z from "zod";

const Handle = z.object({ headers_env: z.record(z.string(), z.string()) });

/** Headers that the place of an endpoint wants of all its callers, such as Modal's proxy auth. */
export interface HandleHeaders {
  /** Names in lower case. */
  headers: [name: string, value: string][];
  /** Variables that hold such values and are not set. */
  missing: string[];
}

/** Reads `headers_env` of an endpoint's handle: header -> NAME of the variable with its value. */
export function handleHeaders({ handle }: Endpoint, env: NodeJS.ProcessEnv): HandleHeaders {
  const named = Object.entries(Handle.safeParse(handle).data?.headers_env ?? {});
  const valueOf = (variable: string) => env[variable]?.trim() ?? "";
  return {
    headers: named
      .map(([name, variable]): [string, string] => [name.toLowerCase(), valueOf(variable)])
      .filter(([, value]) => value !== ""),
    missing: named.map(([, variable]) => variable).filter((variable) => valueOf(variable) === ""),
  };
}
