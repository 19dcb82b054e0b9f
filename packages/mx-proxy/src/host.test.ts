import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { expect, test } from "vitest";
import { endpointRecord } from "./endpoint-record.ts";
import { flags } from "./flags.ts";
import { noLedger } from "./ledger/ledger.ts";
import { openProxy, type OpenProxy } from "./open-proxy.ts";
import { secret } from "./testing/test-proxy.ts";

const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === "::1"),
);
if (!hasIpv6) console.warn("skipped: the loopback interface has no IPv6 address");

async function open(given: object, env: NodeJS.ProcessEnv): Promise<OpenProxy & AsyncDisposable> {
  const opened = await openProxy({
    flags: flags.parse({ upstream: ["http://127.0.0.1:1"], ...given }),
    env,
    ledger: noLedger,
    failed: () => {},
  });
  return {
    ...opened,
    [Symbol.asyncDispose]: () => opened.close(AbortSignal.abort()),
  };
}

/** True where something accepts connections. */
function listens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", end(true)).once("error", end(false));
  });
}

test.for([["127.0.0.2", "127.0.0.1"], ...(hasIpv6 ? [["::1", "127.0.0.1"]] : [])])(
  "with --host %s the proxy is there, needs no secret of one's own, and is not on %s",
  async ([host = "", other = ""]) => {
    await using proxy = await open({ host }, {});
    const url = new URL(proxy.baseUrl);
    expect(url.hostname).toBe(host === "::1" ? "[::1]" : host);
    const headers = { authorization: `Bearer ${proxy.secret}` };
    const status = await fetch(new URL("/mx/status", proxy.baseUrl), { headers });
    expect(status.status).toBe(200);
    expect((await fetch(new URL("/mx/status", proxy.baseUrl))).status).toBe(401);
    expect(await listens(host, Number(url.port))).toBe(true);
    expect(await listens(other, Number(url.port))).toBe(false);
    const record = await endpointRecord(proxy);
    expect(record.base_url).toBe(proxy.baseUrl);
    expect(JSON.stringify(record)).not.toContain(proxy.secret);
  },
);

test.for(["0.0.0.0", "::", "192.0.2.1", "proxy.example.com"])(
  "--host %s needs a secret, before anything listens",
  async (host) => {
    await expect(open({ host }, {})).rejects.toMatchObject({ code: "bad_secret", exitCode: 2 });
    const weak = { MX_PROXY_SECRET: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };
    await expect(open({ host }, weak)).rejects.toMatchObject({ code: "bad_secret" });
  },
);

test("the endpoint record names the URL that others use, programs on this machine the local one", async () => {
  const env = { MX_PROXY_SECRET: secret };
  await using proxy = await open({ publicUrl: "https://llm.example.com/" }, env);
  expect((await endpointRecord(proxy)).base_url).toBe("https://llm.example.com/v1");
  expect(proxy.baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
  for (const publicUrl of ["llm.example.com", "ftp://x", "https://me:password@x", "https://x/?q"]) {
    const error: unknown = await open({ publicUrl }, env).catch((e) => e);
    expect(error).toMatchObject({ code: "bad_public_url", exitCode: 2 });
    expect(String(error)).not.toContain("password");
  }
});
