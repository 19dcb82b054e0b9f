const transferMs = 300_000;

/**
 * Sends or gets the bytes behind a URL that Modal has signed. Its failures are of the kind that passes: a URL that has
 * run out is made anew by the next try. The URL itself is a secret for a while: no error shows it.
 */
export async function transfer(
  what: "upload" | "download",
  url: string,
  init: RequestInit = {},
): Promise<Buffer> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(transferMs) });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    throw transferError(what, (error as Error).message);
  }
}

/** A transfer that failed, and that another try may better. */
export function transferError(what: "upload" | "download", reason: string): Error {
  return Object.assign(new Error(`the ${what} failed: ${reason}`), { code: "ETRANSFER" });
}
