import { ExitCode, MxError } from "@mx/cli";
import { Status } from "nice-grpc";
import type { Fault } from "./grpc/faults.ts";
import { modalServices } from "./grpc/service-definitions.ts";
import type { StatusName } from "./grpc/status.ts";

/** A fault from the command line, as in `SandboxCreateV2=UNAVAILABLE,times=2`. */
export function parseFault(text: string): Fault {
  const [rpc = "", ...equals] = text.split("=");
  const [first = "", ...rest] = equals.join("=").split(",");
  const { control, router } = modalServices();
  const names = [control, router].flatMap(({ methods }) =>
    Object.values(methods).map(({ name }) => name),
  );
  if (rpc !== "*" && !names.includes(rpc)) throw bad(text, `the SDK has no RPC '${rpc}'`);
  const fault: Fault = { rpc };
  const isCode = first in Status;
  for (const part of isCode ? rest : [first, ...rest]) Object.assign(fault, option(text, part));
  const { retryAfterSecs, ...whole } = fault as Fault & { retryAfterSecs?: number };
  if (!isCode) return whole;
  const error = {
    code: first as StatusName,
    ...(retryAfterSecs === undefined ? {} : { retryAfterSecs }),
  };
  return { ...whole, error };
}

const numbers: Record<string, string> = {
  times: "times",
  skip: "skip",
  "delay-ms": "delayMs",
  "cut-after": "cutStreamAfterBytes",
  "retry-after": "retryAfterSecs",
};

function option(text: string, part: string): object {
  if (part === "hang" || part === "after") return { [part]: true };
  const [name = "", value = ""] = part.split("=");
  const key = numbers[name];
  const number = Number(value);
  if (key === undefined || value === "" || !Number.isFinite(number) || number < 0) {
    throw bad(text, `'${part}' is neither a gRPC status nor a setting`);
  }
  return { [key]: number };
}

function bad(text: string, why: string): MxError {
  return new MxError(`--fault ${text}: ${why}`, {
    code: "usage",
    exitCode: ExitCode.usage,
    hint: "as in SandboxCreateV2=UNAVAILABLE,times=2 or TaskExecStdioRead=cut-after=100",
  });
}
