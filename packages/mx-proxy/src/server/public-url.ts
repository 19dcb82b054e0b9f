import { ExitCode, MxError } from "@mx/cli";

/** The base URL that others reach the proxy at, as it is given, but for a bare origin, which gets /v1. */
export function publicUrl(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : null;
  const plain = url !== null && url.username === "" && url.password === "" && url.search === "";
  if (!plain || !["http:", "https:"].includes(url.protocol) || url.hash !== "") {
    // What is wrong may be a password in it, so it is not repeated.
    throw new MxError("--public-url is not a plain http or https URL", {
      code: "bad_public_url",
      exitCode: ExitCode.usage,
      hint: "such as https://proxy.example.com/v1",
    });
  }
  url.pathname = url.pathname === "/" ? "/v1" : url.pathname.replace(/\/+$/, "");
  return url.href;
}
