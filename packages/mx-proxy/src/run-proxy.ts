import { ExitCode, MxError, type RunContext } from "@mx/cli";
import type { AnyRecord } from "@mx/records";
import { isatty } from "node:tty";
import { EndpointFeed } from "./config/endpoint-feed.ts";
import { endpointRecord } from "./endpoint-record.ts";
import { Ending } from "./ending.ts";
import type { Flags } from "./flags.ts";
import { FileLedger } from "./ledger/file-ledger.ts";
import { noLedger, type Ledger } from "./ledger/ledger.ts";
import { RecordQueue } from "./ledger/record-queue.ts";
import { openProxy } from "./open-proxy.ts";
import { runCommand } from "./run-command.ts";

/**
 * Serves until it is told to end: the endpoint record first, then the records of calls where no file was named
 * for them. With a command, serves as long as it runs, and returns its exit status.
 */
export async function* runProxy(
  records: AsyncIterable<AnyRecord>,
  flags: Flags,
  context: RunContext,
): AsyncGenerator<AnyRecord, number | void> {
  const withCommand = context.rest.length > 0;
  checkFlags(flags, withCommand);
  const ending = new Ending(context.stop);
  const queue = new RecordQueue();
  let ledger: Ledger = withCommand ? noLedger : queue;
  if (flags.ledger !== undefined)
    ledger = await FileLedger.open(flags.ledger, (error) => ending.fail(error));
  const { env } = context;
  // One call that the proxy fails at is no reason to end all others.
  const failed = (error: unknown) =>
    context.note(`a call failed, which is a bug in mx: ${String(error)}`);
  const broken = (error: MxError) => ending.fail(error);
  const { note } = context;
  const feed = readsEndpoints(flags, withCommand)
    ? new EndpointFeed({ env, note, pass: (record) => queue.pass(record) })
    : null;
  const read = feed?.read(records).catch((error: unknown) => {
    // Whatever stopped the reading, who ends with stdin ends as told.
    if (!flags.untilStdinCloses) ending.fail(error);
  });
  const ended = ending.reached;
  const opening = openProxy({ flags, env, ledger, failed, broken, note, feed, ended });
  const opened = await opening.catch((error: unknown) => {
    // A signal, or a bad line, while the first upstream was waited for.
    context.stop.throwIfAborted();
    throw ending.error ?? error;
  });
  let status: number | void = undefined;
  try {
    if (withCommand) {
      status = await runCommand(opened, flags, context);
    } else {
      if (!env["MX_PROXY_SECRET"]) {
        context.note("MX_PROXY_SECRET is not set, so nobody knows the key that callers must send");
      }
      void queue.pass(await endpointRecord(opened));
      if (flags.untilStdinCloses) void ending.after(read ?? readAll(records));
      void ending.reached.then(() => opened.close(context.abort)).then(() => queue.close());
      yield* queue.records();
    }
  } finally {
    await opened.close(withCommand ? AbortSignal.abort() : context.abort);
    await ledger.close();
  }
  if (ending.error !== null) throw ending.error;
  return status;
}

/** True: stdin is for endpoint records. A terminal is not read, which would stop a proxy in the background. */
function readsEndpoints({ script, replay }: Flags, withCommand: boolean): boolean {
  return !withCommand && script === undefined && replay === undefined && !isatty(0);
}

/** Reads to the end what is not for us. */
async function readAll(records: AsyncIterable<AnyRecord>): Promise<void> {
  for await (const _record of records) continue;
}

function checkFlags(flags: Flags, withCommand: boolean): void {
  const bad = (message: string, hint: string) =>
    new MxError(message, { code: "usage", exitCode: ExitCode.usage, hint });
  if (withCommand && flags.untilStdinCloses) {
    throw bad("--until-stdin-closes has no place beside a command", "stdin is the command's own");
  }
  if (withCommand && !flags.tcp) {
    throw bad("--no-tcp has no place beside a command", "OPENAI_BASE_URL can only name a TCP port");
  }
}
