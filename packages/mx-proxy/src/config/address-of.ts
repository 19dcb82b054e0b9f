import { baseUrl } from "../upstream/base-url.ts";

/** The base URL of an API. Azure's is that of the resource, below which its paths begin with /openai. */
export function addressOf(provider: string, given: string): URL {
  const url = baseUrl(given);
  if (provider === "azure" && /^https?:\/\/[^/]+\/?$/.test(given)) url.pathname = "/";
  return url;
}
