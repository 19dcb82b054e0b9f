import type { Endpoint } from "@mx/records";
import { endText } from "../places/local/keeper.ts";
import { keeperOf, localHandle } from "../places/local/local-handle.ts";

/** Why a server does not work, as far as it is known here: one sentence. */
export async function reasonOf(endpoint: Endpoint): Promise<string> {
  const { name, state } = endpoint;
  const more = `\`mx-serve logs ${name}\` has its log`;
  if (state === "stopped") return `${name} was stopped`;
  if (state === "starting")
    return `${name} is there and does not answer at ${endpoint.base_url}; ${more}`;
  const handle = localHandle(endpoint);
  if (handle === null) return `${name} is not there any more; ${more}`;
  const keeper = keeperOf(handle);
  if (keeper.alive !== false)
    return `${name} is there, but another answers on its port ${handle.port}`;
  const exit = await keeper.exitStatus();
  return `${name} is dead: it ${exit === null ? "was killed" : `ended with ${endText(exit)}`}; ${more}`;
}
