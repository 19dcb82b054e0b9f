import { execa } from "execa";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pythonVenv } from "./support/python-venv.ts";

const root = join(import.meta.dirname, "..");
const python = await pythonVenv(["prometheus-client==0.23.1"]);

/** Asks a model, then reads the metrics as Prometheus' own Python client does. */
const program = `
import json, os, urllib.request
from prometheus_client.parser import text_string_to_metric_families

base, key = os.environ["OPENAI_BASE_URL"], os.environ["OPENAI_API_KEY"]
def call(url, body=None):
    request = urllib.request.Request(url, body, {"authorization": "Bearer " + key})
    return urllib.request.urlopen(request).read().decode()

ask = {"model": "scripted", "messages": [{"role": "user", "content": "What is 17 * 23 + 4?"}]}
for n in range(3):
    call(base + "/chat/completions", json.dumps(ask).encode())
families = list(text_string_to_metric_families(call(base.removesuffix("/v1") + "/metrics")))
print(json.dumps({f.name: [f.type, [[s.name, s.labels, s.value] for s in f.samples]] for f in families}))
`;

test.skipIf(python === null)("Prometheus' own client understands the metrics", async () => {
  const argv = ["--script", join(root, "fixtures/scripts/smoke.ndjson"), "--"];
  const { stdout } = await execa(process.execPath, [
    join(root, "packages/mx-proxy/bin.js"),
    ...argv,
    join(String(python), "python"),
    "-c",
    program,
  ]);
  const families = JSON.parse(stdout) as Record<string, [string, [string, object, number][]]>;
  const labels = { upstream: "scripted", model: "scripted" };
  expect(families["mx_proxy_requests"]).toEqual([
    "counter",
    [["mx_proxy_requests_total", { ...labels, status: "200", state: "ok" }, 3]],
  ]);
  const [type, samples = []] = families["mx_proxy_request_duration_seconds"] ?? [];
  expect(type).toBe("histogram");
  const counts = samples.filter(([name]) => name.endsWith("_bucket")).map(([, , count]) => count);
  expect(counts).toEqual([...counts].sort((a, b) => a - b));
  expect(counts.at(-1)).toBe(3);
  expect(samples).toContainEqual(["mx_proxy_request_duration_seconds_count", labels, 3]);
  expect(families["mx_proxy_active_calls"]).toEqual(["gauge", [["mx_proxy_active_calls", {}, 0]]]);
});
