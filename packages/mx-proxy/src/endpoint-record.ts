import type { Endpoint } from "@mx/records";
import type { OpenProxy } from "./open-proxy.ts";

/** What the proxy says of itself once it accepts calls. */
export async function endpointRecord({ proxy, publicUrl, socket }: OpenProxy): Promise<Endpoint> {
  return {
    type: "endpoint",
    version: 1,
    name: proxy.upstream.states()[0]?.name === "scripted" ? "scripted" : "mx-proxy",
    base_url: publicUrl,
    models: await proxy.upstream.models(),
    engine: "mx-proxy",
    where: "local",
    state: "ready",
    handle: { pid: process.pid, ...(socket === null ? {} : { socket }) },
    api_key_env: "MX_PROXY_SECRET",
  };
}
