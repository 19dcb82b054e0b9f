import { execa } from "execa";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { freePort } from "./support/free-port.ts";
import { otlpReceiver } from "./support/otlp-receiver.ts";

const root = join(import.meta.dirname, "..");
const receiver = await otlpReceiver();

/** A program that asks a model twice, and says what it can see of the proxy's secrets. */
const program = `
const ask = () => fetch(process.env.OPENAI_BASE_URL + "/chat/completions", {
  method: "POST",
  headers: { authorization: "Bearer " + process.env.OPENAI_API_KEY, "x-mx-task": "math-simple" },
  body: JSON.stringify({ model: "scripted", messages: [{ role: "user", content: "What is 17 * 23 + 4?" }] }),
});
for (let n = 0; n < 2; n += 1) await (await ask()).text();
console.log(JSON.stringify(process.env.OTEL_EXPORTER_OTLP_HEADERS ?? null));
`;

test.skipIf(receiver === null)(
  "the OpenTelemetry collector's own receiver understands the spans, of a command that ends at once too",
  async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const collector = execa(String(receiver), [address], { reject: false });
    let text = "";
    collector.stdout.on("data", (chunk: Buffer) => (text += String(chunk)));
    const up = () =>
      fetch(`http://${address}/`).then(
        () => true,
        () => false,
      );
    for (let waited = 0; waited < 200 && !(await up()); waited += 1) await sleep(50);
    const argv = ["--script", join(root, "fixtures/scripts/smoke.ndjson"), "--", "node"];
    const { stdout, exitCode } = await execa(
      process.execPath,
      [join(root, "packages/mx-proxy/bin.js"), ...argv, "--input-type=module", "-e", program],
      {
        env: {
          OTEL_EXPORTER_OTLP_ENDPOINT: `http://${address}`,
          OTEL_EXPORTER_OTLP_HEADERS: "x-key=of-the-collector",
        },
      },
    );
    collector.kill();
    await collector;
    expect({ stdout, exitCode }).toEqual({ stdout: "null", exitCode: 0 });
    const spans = text
      .trim()
      .split("\n")
      .flatMap((line) => JSON.parse(line).resourceSpans)
      .flatMap(({ scopeSpans }) => scopeSpans)
      .flatMap((scope) => scope.spans);
    expect(spans.length).toBe(2);
    for (const span of spans) {
      expect(span).toMatchObject({
        name: "chat scripted",
        kind: 3,
        traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
        spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
      });
      const attribute = (name: string) =>
        span.attributes.find(({ key }: { key: string }) => key === name)?.value;
      expect(attribute("gen_ai.operation.name")).toEqual({ stringValue: "chat" });
      expect(attribute("gen_ai.usage.input_tokens")).toEqual({ intValue: expect.any(String) });
      expect(attribute("gen_ai.response.finish_reasons")).toHaveProperty("arrayValue");
    }
  },
);
