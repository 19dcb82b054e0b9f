import { ExitCode, MxError } from "@mx/cli";
import { DeployedApps, modalError, NamedObjects, openModalClient } from "@mx/backends/modal";
import type { Endpoint } from "@mx/records";
import { replaceFile } from "@mx/store/replace-file";
import { join } from "node:path";
import { appFile, serverObject } from "../../modal/app-file.ts";
import type { ServerPlan } from "../../server-plan.ts";
import type { ServerFolder } from "../../servers/server-folder.ts";
import type { PlaceContext } from "../place.ts";
import { deployKey } from "./deploy-key.ts";
import { deployedBefore } from "./deployed-before.ts";
import { modalEndpoint } from "./modal-endpoint.ts";
import { checkSecrets, putKey } from "./modal-secrets.ts";
import { needProxyAuth, proxyAuthVariables } from "./proxy-auth.ts";
import { runModalDeploy } from "./run-modal-deploy.ts";
import { waitForApp } from "./wait-for-app.ts";

/** Name of the generated file in the server's folder: a module of Python. */
const fileName = "modal_app.py";
const callMs = 60_000;

/** How a server is deployed. */
export interface DeployRequest {
  /** Environment of Modal; undefined: as MODAL_ENVIRONMENT or the workspace says. */
  environment?: string | undefined;
  /** The `modal` program. */
  program: string;
  /** False: its address answers without Modal's proxy auth. */
  proxyAuth: boolean;
  /** Wait until it answers a probe, which starts a container. */
  wait: boolean;
}

/**
 * Makes a persistent server of a plan, or finds the one that is deployed already, and asks Modal for its address. The
 * endpoint is `ready` where it was waited for. Throws MxError 2 for what cannot be deployed, 69 where Modal, its
 * program or the server fails; an app that was made and did not become ready is stopped.
 */
export async function deployServer(
  plan: ServerPlan,
  request: DeployRequest,
  context: Pick<PlaceContext, "env" | "stop" | "note" | "folder">,
): Promise<Endpoint> {
  const { env, folder, note } = context;
  const file = appFile(plan, request);
  if (request.wait && request.proxyAuth) needProxyAuth(env);
  const connection = await openModalClient(env, { environment: request.environment });
  try {
    const apps = new DeployedApps(connection.sdk, connection.environment);
    await folder.writeServer(plan.record);
    const old = await deployedBefore(apps, plan, file);
    const key = await deployKey(plan, context, old.isSame);
    if (old.isSame) {
      note(`${plan.record.name} is deployed already`);
    } else {
      const named = new NamedObjects(connection.sdk.cpClient, callMs);
      await checkSecrets(named, connection.environment, plan);
      await putKey(named, connection.environment, plan, key);
      await old.makeRoom(context);
      const path = join(folder.path, fileName);
      await replaceFile(path, (handle) => handle.writeFile(file.text));
      await runModalDeploy(path, { ...request, ...context, environment: connection.environment });
    }
    const app = await apps.find(plan.record.name);
    const { className, method } = serverObject;
    const url = app === null ? null : await apps.webUrl(app.name, className, method);
    if (app === null || url === null) throw noAddress(plan.record.name);
    const fresh = modalEndpoint(
      plan,
      url,
      { folder, key },
      {
        app: app.name,
        app_id: app.id,
        environment: connection.environment,
        function: `${className}.${method}`,
        ...(request.proxyAuth ? { headers_env: proxyAuthVariables } : {}),
      },
    );
    const endpoint = old.isSame ? await asItWas(folder, fresh) : fresh;
    await folder.writeEndpoint(endpoint);
    if (!request.wait) return endpoint;
    const wait = { apps, file, key: key?.value ?? null, isNew: old.isNew, isSame: old.isSame };
    const ready = await waitForApp(plan, endpoint, wait, context);
    await folder.writeEndpoint(ready);
    return ready;
  } catch (error) {
    throw context.stop.aborted ? error : modalError(error, `${plan.record.name} was not deployed`);
  } finally {
    connection.close();
  }
}

/** An endpoint that was seen to be ready once needs no other probe while nothing has changed. */
async function asItWas(folder: ServerFolder, fresh: Endpoint): Promise<Endpoint> {
  const known = await folder.readEndpoint();
  if (known?.state !== "ready" || known.base_url !== fresh.base_url) return fresh;
  return { ...fresh, state: "ready", models: known.models };
}

function noAddress(name: string): MxError {
  return new MxError(`Modal knows no address of ${name} after it was deployed`, {
    code: "modal_no_address",
    exitCode: ExitCode.unavailable,
    hint: `\`modal app list\` shows whether it is there`,
  });
}
