import { setTimeout as sleep } from "node:timers/promises";
import type { CallContext } from "nice-grpc";
import type { Cloud } from "../cloud.ts";
import type { Exec } from "../sandbox/exec.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { ControlCalls, Request } from "./control-api.ts";

/** modal.client.FileDescriptor. */
const descriptor = { stdout: 1, stderr: 2 } as const;
const descriptors = Object.values(descriptor);

/** What entrypoints write: as a stream for V1 sandboxes, and as logs of an app. */
export function logCalls(cloud: Cloud): ControlCalls {
  const wanted = ({ appId, taskId, sandboxId }: Request<"appFetchLogs">): Sandbox[] =>
    [...cloud.sandboxes.values()].filter(
      (sandbox) =>
        (!appId || sandbox.spec.appId === appId) &&
        (!taskId || sandbox.spec.taskId === taskId) &&
        (!sandboxId || sandbox.id === sandboxId),
    );
  return {
    async *sandboxGetLogs({ sandboxId, fileDescriptor, lastEntryId, timeout = 0 }, call) {
      const sandbox = cloud.sandbox(sandboxId);
      let at = Number(lastEntryId?.split("-")[0] || 0);
      const signal = untilOver(timeout, call);
      const log = logOf(sandbox.entrypoint, fileDescriptor);
      for await (const bytes of log?.read(at, signal) ?? []) {
        at += bytes.length;
        yield {
          entryId: `${at}-0`,
          taskId: sandbox.spec.taskId,
          items: [item(bytes.toString(), fileDescriptor)],
        };
      }
      if (!signal.aborted) yield { entryId: `${at}-0`, eof: true, items: [] };
    },
    async sandboxStdinWrite({ sandboxId, input, eof }) {
      const stdin = cloud.sandbox(sandboxId).entrypoint?.stdin;
      if (input !== undefined) await stdin?.write(input, stdin.offset);
      if (eof) stdin?.end();
      return {};
    },
    appFetchLogs(request) {
      const batches = wanted(request)
        .map(({ id, spec, entrypoint }) => ({
          sandboxId: id,
          taskId: spec.taskId,
          items: items(entrypoint, request),
        }))
        .filter((batch) => batch.items.length > 0);
      return { batches };
    },
    async *appGetLogs(request, call) {
      const read = offsetsOf(request.lastEntryId);
      const signal = untilOver(request.timeout, call);
      while (!signal.aborted) {
        const app = cloud.apps.get(request.appId);
        const isStopped = app.stoppedAt !== null;
        let isNew = false;
        for (const { spec, entrypoint } of wanted(request)) {
          for (const fd of descriptors) {
            const key = `${spec.taskId}/${fd}`;
            const text = logOf(entrypoint, fd)?.text.slice(read[key] ?? 0) ?? "";
            if (text === "") continue;
            isNew = true;
            read[key] = (read[key] ?? 0) + text.length;
            const entryId = JSON.stringify(read);
            yield { taskId: spec.taskId, entryId, items: [item(text, fd)] };
          }
        }
        if (isStopped && !isNew) {
          yield { appDone: true, entryId: JSON.stringify(read) };
          return;
        }
        await sleep(50, undefined, { signal }).catch(() => {});
      }
    },
    appCountLogs(request) {
      const counts = { stdoutLogs: 0, stderrLogs: 0, systemLogs: 0 };
      for (const { entrypoint } of wanted(request)) {
        for (const { fileDescriptor } of items(entrypoint, request)) {
          if (fileDescriptor === descriptor.stderr) counts.stderrLogs += 1;
          else counts.stdoutLogs += 1;
        }
      }
      return { appId: request.appId ?? "", buckets: [{ bucketStartAt: request.since, ...counts }] };
    },
    appDeploymentHistory: () => ({ appDeploymentHistories: [] }),
  };
}

function logOf(entrypoint: Exec | null, fileDescriptor: number | undefined) {
  return fileDescriptor === descriptor.stderr ? entrypoint?.stderr : entrypoint?.stdout;
}

/** Aborts when the caller goes, or has waited for as long as it wanted. */
function untilOver(timeoutSecs: number | undefined, { signal }: CallContext): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout((timeoutSecs || 55) * 1000)]);
}

/** How much of each log was sent, by task and descriptor: what an id of an entry is here. */
function offsetsOf(entryId = ""): Record<string, number> {
  return entryId === "" ? {} : (JSON.parse(entryId) as Record<string, number>);
}

function items(
  entrypoint: Exec | null,
  { source, searchText, limit }: Pick<Request<"appFetchLogs">, "source" | "searchText" | "limit">,
) {
  const lines = descriptors
    .filter((fd) => !source || (source as number) === fd)
    .flatMap((fd) =>
      (logOf(entrypoint, fd)?.text ?? "")
        .split(/(?<=\n)/)
        .filter((line) => line !== "")
        .map((line) => item(line, fd)),
    )
    .filter(({ data }) => data.includes(searchText ?? ""));
  return limit ? lines.slice(-limit) : lines;
}

function item(data: string, fileDescriptor: Request<"sandboxGetLogs">["fileDescriptor"]) {
  return { data, fileDescriptor, timestamp: Date.now() / 1000 };
}
