import type { Endpoint } from "@mx/records";
import { expect, test } from "vitest";
import type { Config } from "./config.ts";
import { EndpointFeed } from "./endpoint-feed.ts";

const endpoint: Endpoint = {
  type: "endpoint",
  version: 1,
  name: "qwen",
  base_url: "https://lab--qwen.modal.run/v1",
  models: ["qwen"],
  engine: "vllm",
  where: "modal",
  state: "ready",
  handle: {
    app: "qwen",
    headers_env: { "Modal-Key": "MODAL_KEY", "Modal-Secret": "MODAL_SECRET" },
  },
};

/** The configuration that follows from one record, and what was said about it. */
async function fed(env: NodeJS.ProcessEnv): Promise<{ config: Config; notes: string[] }> {
  const notes: string[] = [];
  const feed = new EndpointFeed({ env, pass: () => null, note: (text) => notes.push(text) });
  let config: Config | null = null;
  feed.open((next) => (config = next));
  await feed.read(
    (async function* () {
      yield endpoint;
    })(),
  );
  return { config: config!, notes };
}

test("headers that the place of an endpoint wants are sent, and masked", async () => {
  const { config } = await fed({ MODAL_KEY: "wk-1", MODAL_SECRET: "ws-secret-1" });
  expect(config.upstreams[0]).toMatchObject({
    key: null,
    headers: [
      ["modal-key", "wk-1"],
      ["modal-secret", "ws-secret-1"],
    ],
  });
  expect(config.secrets).toEqual(["wk-1", "ws-secret-1"]);
});

test("a header whose variable is not set is left out, and said so", async () => {
  const { config, notes } = await fed({ MODAL_KEY: "wk-1" });
  expect(config.upstreams[0]?.headers).toEqual([["modal-key", "wk-1"]]);
  expect(notes.join("\n")).toContain(
    "qwen wants headers whose variables are not set: MODAL_SECRET",
  );
});
