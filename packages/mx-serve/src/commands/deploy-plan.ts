import type { RunContext } from "@mx/cli";
import type { Endpoint } from "@mx/records";
import { appFile } from "../modal/app-file.ts";
import { deployServer } from "../places/modal/deploy-server.ts";
import { planRequest } from "../plan/plan-flags.ts";
import { planServer } from "../plan/plan-server.ts";
import { lockServer } from "../servers/lock-server.ts";
import { makeServerFolder, serverFolder } from "../servers/server-folder.ts";
import { ServerUsers } from "../servers/server-users.ts";
import type { DeployFlags } from "./deploy-flags.ts";
import { writeEndpointFile } from "./endpoint-file.ts";

/** Deploys the server that is asked for, or prints the file that would do it. */
export async function* deployPlan(
  flags: DeployFlags & { quiet?: boolean },
  context: RunContext,
): AsyncGenerator<Endpoint> {
  const { env, stop, positionals } = context;
  const plan = await planServer(planRequest(flags, positionals[0], "modal", env));
  const { record } = plan;
  const note = flags.quiet === true ? () => {} : context.note;
  if (record.fit?.fits === false) context.note(`${record.name}: ${record.fit.explanation}`);
  const proxyAuth = !flags.public;
  if (flags.dryRun) {
    await context.writeText(appFile(plan, { proxyAuth }).text);
    return;
  }
  const environment = flags.modalEnvironment ?? env["MODAL_ENVIRONMENT"] ?? "";
  // Two environments may each have a server of this configuration.
  const folder = serverFolder(env, record.name + (environment === "" ? "" : `.${environment}`));
  await makeServerFolder(folder);
  await using _lock = await lockServer(folder, { stop, note });
  const request = {
    environment: flags.modalEnvironment,
    program: flags.modal,
    proxyAuth,
    wait: flags.wait,
  };
  const endpoint = await deployServer(plan, request, { env, stop, note, folder });
  // It goes on without this process, and without those that will use it.
  await new ServerUsers(folder).detach();
  await writeEndpointFile(flags.endpointFile, endpoint);
  yield endpoint;
}
