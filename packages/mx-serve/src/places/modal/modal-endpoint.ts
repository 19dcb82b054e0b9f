import type { Endpoint } from "@mx/records";
import type { ServerKey } from "../../servers/server-key.ts";
import type { ServerPlan } from "../../server-plan.ts";
import type { ModalHandle } from "./modal-handle.ts";

/** The endpoint of a server at Modal, named after its folder, that has an address and has not been probed. */
export function modalEndpoint(
  plan: ServerPlan,
  url: string,
  o: { name: string; key: ServerKey | null; handle: Omit<ModalHandle, "probe"> },
): Endpoint {
  const { engine, model } = plan.record;
  const { name, key, handle } = o;
  const file = key === null ? {} : { key_file: key.file };
  return {
    type: "endpoint",
    version: 1,
    name,
    base_url: url.replace(/\/+$/, "") + (plan.apiPath ?? ""),
    models: model === null ? [] : [model],
    engine,
    where: "modal",
    state: "starting",
    handle: { ...handle, ...file, probe: plan.probe } satisfies ModalHandle,
    ...(key === null ? {} : { api_key_env: key.variable }),
  };
}
