import type { Finding, Run, ScoredTrial, Summary } from "@mx/records";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fakeEndpoint, type EndpointFault } from "./support/fake-endpoint.ts";
import { hasBubblewrap } from "./support/needs.ts";
import { ofType, runBin, shell } from "./support/run-bin.ts";
import { tempHome } from "./support/temp-home.ts";

const temp = tempHome();
const key = "sk-a-key-of-the-fault-tests";

function writeTasks(): string {
  const path = join(temp.folder, "tasks.ndjson");
  const tasks = [1, 2, 3, 4].map((n) => ({
    id: `task-${n}`,
    prompt: n % 2 === 0 ? `a faulty one, ${n}` : `a good one, ${n}`,
    checks: [{ kind: "output", contains: "fine" }],
  }));
  writeFileSync(path, tasks.map((task) => `${JSON.stringify(task)}\n`).join(""));
  return path;
}

describe.skipIf(!hasBubblewrap)("an endpoint at fault", () => {
  test.for<EndpointFault>(["500", "hang", "close mid-stream", "broken JSON", "401", "closed"])(
    "%s: infra_error after bounded retries, exit 75, the rest done",
    { timeout: 180_000 },
    async (fault) => {
      await using endpoint = await fakeEndpoint(fault);
      const line =
        `mx-sandbox --batch ${writeTasks()} --model m --api-url ${endpoint.url} ` +
        "--request-timeout 1 --call-retries 1 --retries 1 --retry-delay 0 | mx-score";
      const { stdout, stderr, exitCode } = await shell(line, { ...temp.env, OPENAI_API_KEY: key });
      expect(exitCode, stderr).toBe(75);
      const trials = ofType<ScoredTrial>(stdout, "trial");
      const results = trials.filter(({ outcome }) => outcome === "completed");
      expect(
        results
          .map(({ task_id, reward }) => [task_id, reward])
          .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
      ).toEqual([
        ["task-1", 1],
        ["task-3", 1],
      ]);
      const failures = trials.filter(({ outcome }) => outcome !== "completed");
      expect(new Set(failures.map(({ outcome, reward }) => `${outcome} ${reward}`))).toEqual(
        new Set(["infra_error null"]),
      );
      expect(new Set(failures.map((trial) => trial.fault?.class))).toEqual(
        new Set(["model_unreachable"]),
      );
      // Two trials, two attempts each, two calls per attempt, and three tries per call, each of which the proxy
      // sends once more where a connection that was kept open has died.
      expect(failures).toHaveLength(4);
      expect(endpoint.seen.faulty).toBeLessThanOrEqual(48);
      expect(ofType<Run>(stdout, "run").at(-1)).toMatchObject({
        state: "incomplete",
        finished: 2,
        owed: 2,
      });
      expect(ofType<Summary>(stdout, "summary")).toMatchObject([
        {
          planned: 4,
          scored: 2,
          coverage: 0.5,
          mean_reward: 1,
          mean_reward_bounds: { low: 0.5, high: 1 },
        },
      ]);
      expect(ofType<Finding>(stdout, "finding")).toMatchObject([
        { code: "missing_trials", count: 2 },
        { code: "error_record", count: 4 },
      ]);
      expect(`${stdout}${stderr}`).not.toContain(key);
    },
  );

  test(
    "what was owed is done by --resume once the endpoint is well",
    { timeout: 120_000 },
    async () => {
      const tasks = writeTasks();
      const run = async (fault: EndpointFault | null, more: string[]) => {
        await using endpoint = await fakeEndpoint(fault ?? "500");
        // A well endpoint is one for which no call is a faulty one.
        const batch = tasks;
        const args = [
          "--batch",
          batch,
          "--model",
          "m",
          "--api-url",
          endpoint.url,
          "--call-retries",
          "0",
        ];
        const ended = await runBin("mx-sandbox", [...args, "--retries", "0", ...more], temp.env);
        return { ...ended, seen: { ...endpoint.seen } };
      };
      const first = await run("500", ["--run-id", "first"]);
      expect(first.exitCode).toBe(75);
      expect(first.stderr).toContain("--resume first");
      const second = await run("500", ["--resume", "first"]);
      expect(second.seen.good).toBe(0);
      const attempts = ofType<ScoredTrial>(second.stdout, "trial").filter(
        (one) => one.task_id === "task-2",
      );
      expect(attempts.map(({ attempt }) => attempt)).toEqual([0, 1]);
      expect(ofType<Run>(second.stdout, "run").at(-1)).toMatchObject({ finished: 2, owed: 2 });
    },
  );

  test("an endpoint that is not there ends the run before a trial is tried", async () => {
    const args = ["--batch", writeTasks(), "--model", "m", "--api-url", "http://127.0.0.1:9/v1"];
    const { stdout, stderr, exitCode } = await runBin("mx-sandbox", args, temp.env);
    expect(exitCode, stdout).toBe(69);
    expect(stderr).toMatch(/cannot be reached/);
    expect(ofType(stdout, "trial")).toEqual([]);
  });
});
