import { mintTrialKey } from "@mx/keys";
import { expect, test } from "vitest";
import { fakeCollector } from "./testing/fake-collector.ts";
import { fakeUpstream, json } from "./testing/fake-upstream.ts";
import { testProxy } from "./testing/test-proxy.ts";

const admin = "admin-key-that-nobody-may-see-0001";
const provider = "sk-provider-key-that-nobody-may-see-0002";
const langfuse = "sk-lf-key-that-nobody-may-see-0003";
const env = {
  MX_PROXY_SECRET: admin,
  OPENAI_API_KEY: provider,
  LANGFUSE_PUBLIC_KEY: "pk-lf-public",
  LANGFUSE_SECRET_KEY: langfuse,
};
const claims = { run_id: "r-1", key: "k-1", task_id: "t", trial: 0, attempt: 0 };

test("no key is in any record, reply, note, span, metric or page, whatever goes wrong", async () => {
  await using collector = await fakeCollector(500);
  // An upstream that quotes whatever it was given, in every way that it can fail.
  await using upstream = await fakeUpstream((response, { headers, path, body }) => {
    const quoted = `you sent ${headers.authorization} and ${body}`;
    const error = { error: { message: quoted, code: headers.authorization } };
    const mode = new URL(path, "http://upstream").searchParams.get("fail");
    if (path === "/v1/models") json(response, { data: [{ id: "m" }] });
    else if (mode === "header") {
      response.writeHead(401, { "www-authenticate": `Bearer, not ${headers.authorization}` });
      response.end(quoted);
    } else if (mode === "reset") response.destroy();
    else if (mode === "stream") {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: {}\n\n");
      setTimeout(() => response.destroy(new Error(quoted)), 20);
    } else if (mode === "not JSON") response.writeHead(503).end(quoted);
    else json(response, error, Number(mode ?? 404));
  });
  await using proxy = await testProxy(
    { upstream: upstream.url, run: "r-1", retries: 0, traceBodies: true },
    { ...env, LANGFUSE_HOST: collector.url },
  );
  const good = await mintTrialKey(admin, claims, 60_000);
  const keys = [
    admin,
    good,
    await mintTrialKey(admin, { ...claims, budget_usd: 1 }, 60_000),
    await mintTrialKey(admin, { ...claims, models: ["other"] }, 60_000),
    await mintTrialKey(admin, { ...claims, run_id: "r-2" }, 60_000),
    await mintTrialKey(admin, claims, -2000),
    await mintTrialKey("another admin key 0000000", claims, 60_000),
  ];
  const said: string[] = [];
  const keep = async (call: Promise<Response>) => {
    const response = await call;
    const text = await response.text().catch(String);
    said.push(JSON.stringify([...response.headers]), text);
  };
  const paths = ["/v1/chat/completions", "/v1/messages", "/v1/responses"];
  for (const key of keys) {
    const body = JSON.stringify({ model: key, messages: [{ role: "user", content: provider }] });
    for (const path of paths) {
      for (const mode of ["400", "401", "429", "500", "header", "reset", "stream", "not JSON"]) {
        const address = `${path}?fail=${mode}&key=${key}`;
        await keep(proxy.fetch(address, { key, method: "POST", body }));
      }
    }
    await keep(proxy.fetch(`/v1/models/${key}`, { key }));
    await keep(proxy.fetch(`/nothing/${key}`, { key }));
    await keep(proxy.fetch(`/mx/status?key=${key}`, { key }));
  }
  while (collector.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  const read = (path: string) => proxy.fetch(path, { key: admin }).then((page) => page.text());
  const pages = ["/metrics", "/mx/status", "/mx/usage", "/mx/usage?run=r-1", "/mx/nothing"];
  for (const path of pages) said.push(await read(path));
  said.push(await read("/mx/usage?run=r-1&key=k-1&attempt=0"));
  expect(proxy.records.length).toBeGreaterThan(150);
  const states = new Set(proxy.records.map(({ state }) => state));
  expect([...states].sort()).toEqual(["error", "refused", "truncated"]);
  const kept = [
    JSON.stringify(proxy.records),
    JSON.stringify(proxy.notes),
    ...collector.requests.map(({ body }) => body),
  ].join("\n");
  const everything = [...said, kept].join("\n");
  expect(everything).toContain("you sent Bearer ***");
  for (const secret of [admin, provider, langfuse]) {
    for (const spelling of [secret, btoa(secret), btoa(`pk-lf-public:${secret}`)]) {
      expect(everything.includes(spelling), spelling).toBe(false);
    }
  }
  // To the caller itself its own key is no secret.
  expect(kept.includes(good)).toBe(false);
});
