import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import OpenAI from "openai";
import { afterEach, beforeEach, expect, test } from "vitest";
import { chatEvents, fakeUpstream, json, type FakeUpstream } from "./testing/fake-upstream.ts";
import { secret, testProxy, upstreamKey, type TestProxy } from "./testing/test-proxy.ts";

let folder: string;
let tape: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mx-replay-"));
  tape = join(folder, "tape.ndjson");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const messages = [{ role: "user" as const, content: "what?" }];
const chat = { model: "m", messages };
const usage = { prompt_tokens: 3, completion_tokens: 5 };
const answer = (text: string) => ({
  id: "c",
  model: "m-1",
  choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: text } }],
  usage,
});
const tools: OpenAI.ChatCompletionTool[] = [
  { type: "function", function: { name: "Bash", parameters: { type: "object" } } },
];

/** An upstream that never answers twice in the same way. */
function changing(): Promise<FakeUpstream> {
  return fakeUpstream((response, { method, path, body }, count) => {
    if (method === "GET") return json(response, { object: "list", data: [{ id: "m-listed" }] });
    if (path.includes("fail")) return json(response, { error: { message: `${upstreamKey}` } }, 500);
    if (body.includes("zipped")) {
      return void response
        .writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" })
        .end(gzipSync(JSON.stringify(answer(`${count}`))));
    }
    if (!body.includes('"stream":true')) return json(response, answer(`said ${count}`));
    response.writeHead(200, { "content-type": "text/event-stream", "x-count": `${count}` });
    if (body.includes("cut")) {
      response.write(chatEvents(["half"])[0]);
      return void setTimeout(() => response.destroy(), 20);
    }
    const call = {
      index: 0,
      id: `t-${count}`,
      type: "function",
      function: { name: "Bash", arguments: '{"a":"ä"}' },
    };
    const delta = { choices: [{ index: 0, delta: { role: "assistant", tool_calls: [call] } }] };
    response.write(`data: ${JSON.stringify({ id: "c", model: "m-1", ...delta })}\n\n`);
    // Cut in the middle of a character.
    const bytes = Buffer.from(chatEvents(["ä€"], usage).join(""));
    const middle = bytes.indexOf("ä") + 1;
    response.write(bytes.subarray(0, middle));
    setTimeout(() => response.end(bytes.subarray(middle)), 20);
  });
}

/** The bytes and headers of a reply, as a client that decodes nothing gets them. */
function raw(proxy: TestProxy, path: string, body: object | null): Promise<string> {
  const headers = { authorization: `Bearer ${secret}`, "accept-encoding": "gzip" };
  const method = body === null ? "GET" : "POST";
  return new Promise((resolve) => {
    const sent = request(`${proxy.origin}${path}`, { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      const head = { ...response.headers, date: "", "x-mx-request-id": "" };
      const finish = (how: string) => {
        const bytes = Buffer.concat(chunks).toString("base64");
        resolve(JSON.stringify([response.statusCode, head, bytes, how]));
      };
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => finish("whole"));
      response.on("error", () => finish("broken"));
    });
    sent.end(body === null ? undefined : JSON.stringify(body));
  });
}

/** What clients of all sorts get. */
async function traffic(proxy: TestProxy): Promise<string[]> {
  const client = new OpenAI({ baseURL: proxy.url, apiKey: secret, maxRetries: 0 });
  const streamed = async () => {
    const stream = client.chat.completions.stream({ ...chat, tools, stream: true });
    return JSON.stringify((await stream.finalChatCompletion()).choices);
  };
  return [
    await raw(proxy, "/v1/models", null),
    await raw(proxy, "/v1/chat/completions", chat),
    await raw(proxy, "/v1/chat/completions", chat),
    await raw(proxy, "/v1/chat/completions", { ...chat, stream: true }),
    await raw(proxy, "/v1/chat/completions", { ...chat, user: "zipped" }),
    await raw(proxy, "/v1/chat/completions", { ...chat, stream: true, user: "cut" }),
    await raw(proxy, "/v1/fail", chat),
    await streamed(),
  ];
}

test("what is recorded once is replayed, time and again, with the same bytes and no upstream", async () => {
  const recorded = await (async () => {
    await using upstream = await changing();
    await using proxy = await testProxy({ upstream: upstream.url, record: tape, retries: 0 });
    return await traffic(proxy);
  })();
  expect(new Set(recorded).size).toBe(recorded.length);
  const text = await readFile(tape, "utf8");
  expect(text).not.toContain(upstreamKey);
  expect(text).not.toContain(secret);
  expect((await stat(tape)).mode & 0o777).toBe(0o600);
  for (const replaySpeed of [0, 1]) {
    await using proxy = await testProxy({ replay: tape, replaySpeed });
    expect(await traffic(proxy)).toEqual(recorded);
    expect(proxy.records.every(({ cache }) => cache === "replay")).toBe(true);
    expect(proxy.records.map(({ state }) => state).join()).toBe(
      "ok,ok,ok,ok,ok,truncated,error,ok",
    );
    expect(proxy.records[1]).toMatchObject({
      attempts: 0,
      usage: { calls: 0 },
      cost_usd: 0,
      stored_usage: { output_tokens: 5 },
    });
  }
});

test("the order of members and white space do not matter, all else does, and the miss says what", async () => {
  await using upstream = await fakeUpstream((response) => json(response, answer("yes")));
  await (async () => {
    await using proxy = await testProxy({ upstream: upstream.url, record: tape });
    await (
      await proxy.chat(
        '{"model":"m","seed":9007199254740993,"messages":[{"role":"user","content":"what?"}]}',
      )
    ).text();
  })();
  await using proxy = await testProxy({ replay: tape });
  const same =
    '{ "messages": [{"content": "what?", "role": "user"}], "model": "m",\n "seed": 9007199254740993 }';
  expect((await proxy.chat(same)).status).toBe(200);
  const other =
    '{"model":"m","seed":9007199254740992,"top_p":1,"messages":[{"role":"user","content":"what is it?"}]}';
  const miss = await proxy.chat(other);
  expect(miss.status).toBe(404);
  expect(miss.headers.get("x-should-retry")).toBe("false");
  const { error } = (await miss.json()) as { error: { code: string; message: string } };
  expect(error.code).toBe("replay_miss");
  expect(error.message).toContain("line 1");
  expect(error.message).toContain("seed is 9007199254740992, recorded was 9007199254740993");
  expect(error.message).toContain('messages[0].content is "what is it?", recorded was "what?"');
  expect(error.message).toContain("top_p is new: 1");
  expect(proxy.records[1]).toMatchObject({ state: "error", status: 404, cache: "replay" });
  const again = (await (await proxy.chat(same)).json()) as { error: { message: string } };
  expect(again.error.message).toContain("recorded 1 times, and this is one time more");
  const elsewhere = await proxy.fetch("/v1/embeddings", { method: "POST", body: "{}" });
  expect(await elsewhere.text()).toContain("nothing is recorded for POST /v1/embeddings");
  expect(upstream.seen.length).toBe(1);
});

test("each trial is answered with its own recording, over all of its attempts", async () => {
  await using upstream = await fakeUpstream((response, _seen, count) => {
    if (count === 2) json(response, { error: { message: "once" } }, 500);
    else json(response, answer(`${count}`));
  });
  const ask = async (proxy: TestProxy, trial: number, attempt: number) => {
    const headers = { "x-mx-task": "t", "x-mx-trial": `${trial}`, "x-mx-attempt": `${attempt}` };
    return await (await proxy.chat(chat, { headers })).text();
  };
  const run = async (proxy: TestProxy, order: readonly (readonly [number, number])[]) => {
    const texts: Record<string, string> = {};
    for (const [trial, attempt] of order)
      texts[`${trial} ${attempt}`] = await ask(proxy, trial, attempt);
    return texts;
  };
  const recorded = await (async () => {
    await using proxy = await testProxy({ upstream: upstream.url, record: tape, retries: 0 });
    return await run(proxy, [
      [0, 0],
      [1, 0],
      [1, 1],
      [2, 0],
    ]);
  })();
  await using proxy = await testProxy({ replay: tape });
  expect(
    await run(proxy, [
      [2, 0],
      [1, 0],
      [0, 0],
      [1, 1],
    ]),
  ).toEqual(recorded);
  expect(await ask(proxy, 3, 0)).toContain("recorded for task t, trial 0 and for task t, trial 1");
});

test("what a cache gave is recorded as well", async () => {
  await using upstream = await fakeUpstream((response, _seen, count) =>
    json(response, answer(`${count}`)),
  );
  const ask = async (proxy: TestProxy, attempt: number) => {
    return await (await proxy.chat(chat, { headers: { "x-mx-attempt": `${attempt}` } })).text();
  };
  const both = async (flags: Parameters<typeof testProxy>[0]) => {
    await using proxy = await testProxy(flags);
    const texts = [await ask(proxy, 0), await ask(proxy, 1)];
    return { texts, caches: proxy.records.map(({ cache }) => cache) };
  };
  const recorded = await both({
    upstream: upstream.url,
    record: tape,
    cache: join(folder, "cache"),
  });
  expect(recorded.caches).toEqual(["miss", "hit"]);
  expect(await both({ replay: tape })).toEqual({ ...recorded, caches: ["replay", "replay"] });
});

test("a line by hand answers any trial, and its model is listed", async () => {
  const reply = {
    status: 200,
    message: "",
    headers: ["content-type", "application/json"],
    pieces: [{ at_ms: 0, text: "{}" }],
  };
  const path = "/v1/chat/completions";
  const line = {
    type: "cassette",
    version: 1,
    method: "POST",
    path,
    body: JSON.stringify(chat),
    reply,
  };
  // A killed recorder's last line.
  await writeFile(tape, `\n${JSON.stringify(line)}\r\n{"type":"cass`);
  await using proxy = await testProxy({ replay: tape });
  for (const trial of ["0", "7"]) {
    expect((await proxy.chat(chat, { headers: { "x-mx-trial": trial } })).status).toBe(200);
  }
  const listing = (await (await proxy.fetch("/v1/models")).json()) as { data: { id: string }[] };
  expect(listing.data.map(({ id }) => id)).toEqual(["m"]);
});

test.for([
  ["not JSON", "{", /tape\.ndjson:2: not JSON: \{/],
  [
    "a reply that HTTP cannot carry",
    '{"type":"cassette","version":1,"method":"GET","path":"/v1/x","reply":{"status":200,"message":"","headers":["a b","c"],"pieces":[]}}',
    /tape\.ndjson:2: .*not header names and values in turn/,
  ],
  ["another record", '{"type":"task"}', /tape\.ndjson:2: .*cassette/],
] as const)("a line that is %s is named with its file and number", async ([, line, message]) => {
  await writeFile(tape, `\n${line}\n`);
  const opened = testProxy({ replay: tape });
  await expect(opened).rejects.toMatchObject({
    code: "bad_recording",
    exitCode: 65,
    message: expect.stringMatching(message),
  });
});

test("a recording goes on where a killed recorder stopped", async () => {
  await writeFile(tape, '{"type":"cass');
  await using upstream = await fakeUpstream((response) => json(response, answer("yes")));
  await (async () => {
    await using proxy = await testProxy({ upstream: upstream.url, record: tape });
    await (await proxy.chat(chat)).text();
  })();
  await using proxy = await testProxy({ replay: tape });
  expect((await proxy.chat(chat)).status).toBe(200);
});

test.for([
  [{ script: "s", replay: "r" }, "--script and --replay"],
  [{ upstream: "http://u", replay: "r" }, "--replay and --upstream"],
  [{ cache: "c", replay: "r" }, "--replay and --cache"],
] as const)("%o exclude each other", async ([flags, names]) => {
  await expect(testProxy(flags)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining(names),
  });
});
