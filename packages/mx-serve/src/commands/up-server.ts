import { ExitCode, MxError, type RunContext } from "@mx/cli";
import type { Endpoint } from "@mx/records";
import { openPlace } from "../places/open-place.ts";
import type { PlaceContext } from "../places/place.ts";
import { planRequest } from "../plan/plan-flags.ts";
import { planServer } from "../plan/plan-server.ts";
import { folderName } from "../servers/folder-name.ts";
import { serverFolder } from "../servers/server-folder.ts";
import { useServer } from "../servers/use-server.ts";
import { writeEndpointFile } from "./endpoint-file.ts";
import { serveCommand } from "./serve-command.ts";
import { serveServer } from "./serve-server.ts";
import type { UpFlags } from "./up-flags.ts";

/** Brings a server up, or joins it, and serves: until a signal, as long as a command runs, or for good. */
export async function* upServer(
  flags: UpFlags & { quiet?: boolean },
  context: RunContext,
): AsyncGenerator<Endpoint, number | void> {
  const { env, stop, abort, note, rest, positionals } = context;
  const withCommand = rest.length > 0;
  if (withCommand && flags.detach) throw noDetach();
  const request = planRequest(flags, positionals[0], flags.on, env);
  const plan = await planServer({ ...request, apiKeyEnv: flags.apiKeyEnv });
  const { record } = plan;
  // Not fatal here: what cannot fit may still be wanted, by somebody who knows better than an estimate.
  if (record.fit?.fits === false) note(`${record.name}: ${record.fit.explanation}`);
  const place = await openPlace(flags.on);
  const folder = serverFolder(env, await folderName(env, record));
  const placeContext: PlaceContext = {
    env,
    stop,
    hurry: abort,
    note: flags.quiet === true ? () => {} : note,
    folder,
    detach: flags.detach,
    options: flags.on === "slurm" ? flags.slurm : flags.modal,
  };
  const used = await useServer(plan, place, placeContext);
  const tell = (endpoint: Endpoint) => writeEndpointFile(flags.endpointFile, endpoint);
  try {
    // A signal that came when it had just become ready.
    stop.throwIfAborted();
    await tell(used.endpoint);
  } catch (error) {
    await used.leave();
    throw error;
  }
  if (used.joined && flags.quiet !== true) note(`${used.name} is up already; using it`);
  if (flags.detach) {
    await used.detach();
    yield used.endpoint;
    return;
  }
  if (withCommand) {
    used.onMove((endpoint) => void tell(endpoint));
    return serveCommand(used, { model: record.model, as: flags.as }, context);
  }
  for await (const endpoint of serveServer(used, context)) {
    await tell(endpoint);
    yield endpoint;
  }
}

function noDetach(): MxError {
  return new MxError("--detach has no place beside a command", {
    code: "usage",
    exitCode: ExitCode.usage,
    hint: "bring the server up with --detach first; the same with a command then joins it",
  });
}
