import type { Endpoint } from "@mx/records";
import type { ServerPlan } from "../../server-plan.ts";
import type { PlaceContext } from "../place.ts";
import { startingEndpoint } from "../starting-endpoint.ts";
import type { ModalHandle } from "./modal-handle.ts";

/** The endpoint of a server at Modal that has an address and has not been probed. */
export function modalEndpoint(
  plan: ServerPlan,
  url: string,
  context: Pick<PlaceContext, "folder" | "key">,
  handle: Omit<ModalHandle, "key_file" | "probe">,
): Endpoint {
  const { model } = plan.record;
  return startingEndpoint(plan, context, {
    baseUrl: url.replace(/\/+$/, "") + (plan.apiPath ?? ""),
    handle,
    models: model === null ? [] : [model],
  });
}
