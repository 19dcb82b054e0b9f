import type { IncomingHttpHeaders } from "node:http";
import type { Refusal } from "./openai-error.ts";

/**
 * The key that a request carries: as a bearer token, in `x-api-key` (the clients of Anthropic), in `api-key`
 * (those of Azure), or in `x-goog-api-key` (those of Google). Some send it twice; keys that differ are refused, because either could be the one that is meant.
 */
export function givenKey(headers: IncomingHttpHeaders): string | Refusal {
  const { authorization = "" } = headers;
  const bearer = /^Bearer(?: +(\S+))?\s*$/i.exec(authorization);
  if (bearer === null && authorization.trim() !== "") {
    return refusal("the authorization header holds no bearer token: send `Bearer KEY`");
  }
  const given = bearer?.[1];
  const others = [headers["x-api-key"], headers["api-key"], headers["x-goog-api-key"]]
    .filter((value) => typeof value === "string")
    .map((value) => value.trim())
    .filter((value) => value !== "");
  const key = given ?? others[0];
  if (key === undefined) {
    return refusal(
      "no key: send the admin key or a trial key of this mx-proxy as a bearer token, or in x-api-key, api-key or x-goog-api-key",
    );
  }
  if (others.some((other) => other !== key)) {
    return refusal("the request carries two keys that differ: send one");
  }
  return key;
}

function refusal(message: string): Refusal {
  return { status: 401, code: "invalid_api_key", message };
}
