import { shellQuote } from "@mx/backends/slurm";
import type { ServerPlan } from "../../server-plan.ts";
import { jobScriptBody } from "./job-script-body.ts";

/** What the script of a job is made of. */
export interface JobScript {
  plan: ServerPlan;
  /** Folder of the server, which {dir} stands for; the key is in it. */
  folder: string;
  /** Folder of the job. */
  jobFolder: string;
  /** File of the job's stdout and stderr. */
  log: string;
  /** Goes into the environment of the server's processes, which are known by it. No secret. */
  token: string;
  /** True: the key in the folder goes to the server, by the variable of its engine. */
  withKey: boolean;
  /** Lines that run before. */
  setup: string;
}

/** A word as the shell fills it in: {host}, {port} and {dir} are known on the node only. */
function word(text: string): string {
  return text
    .split(/(\{(?:host|port|dir)\})/)
    .map((part, index) =>
      index % 2 === 1 ? `"$mx_${part.slice(1, -1)}"` : part === "" ? "" : shellQuote(part),
    )
    .join("")
    .replace(/^$/, "''");
}

/**
 * The script of a job that serves, in plain sh with awk, grep, sed and ps' /proc, which every node has. With `setup` in
 * bash as a login shell, where clusters define `module`. Nothing secret is in it: the key is read from its file.
 */
export function jobScript({ plan, setup, ...script }: JobScript): string {
  const { record, needs, apiKeyEnv } = plan;
  const values = {
    mx_dir: script.folder,
    mx_job: script.jobFolder,
    mx_log: script.log,
    mx_token: script.token,
    mx_asked: plan.port === null ? "" : String(plan.port),
    mx_signal: (plan.stopSignal ?? "SIGTERM").slice("SIG".length),
    mx_needs: needs?.program ?? "",
    mx_hint: needs?.hint ?? "",
  };
  const key =
    script.withKey && apiKeyEnv
      ? [`  IFS= read -r ${apiKeyEnv} <"$mx_dir/key"; export ${apiKeyEnv}`]
      : [];
  return [
    setup === "" ? "#!/bin/sh" : "#!/bin/bash -l",
    ...(setup === "" ? [] : [setup]),
    ...Object.entries(values).map(([name, value]) => `${name}=${shellQuote(value)}`),
    "mx_serve() {",
    "  MX_SERVER_TOKEN=$mx_token; export MX_SERVER_TOKEN",
    ...Object.entries(record.env).map(([name, value]) => `  export ${name}=${word(value)}`),
    ...key,
    `  exec ${record.argv.map(word).join(" ")}`,
    "}",
    jobScriptBody,
  ].join("\n");
}
