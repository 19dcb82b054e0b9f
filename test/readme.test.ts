import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readmes, withCurrentHelp } from "../scripts/help-blocks.ts";
import { hasBubblewrap } from "./support/needs.ts";
import { ofType, root, shell } from "./support/run-bin.ts";
import { tempHome } from "./support/temp-home.ts";

const temp = tempHome();

/** The shell blocks of a document. */
function shellBlocks(path: string): string[] {
  const text = readFileSync(join(root, path), "utf8");
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, code]) => code as string);
}

test.each(readmes())("$name shows the --help that there is (npm run generate:help)", ({ text }) => {
  expect(text).toBe(withCurrentHelp(text));
});

describe.skipIf(!hasBubblewrap)("examples do what is said of them", () => {
  test("README.md: the pipe by hand", { timeout: 60_000 }, async () => {
    const [byHand, provider] = shellBlocks("README.md");
    const { stdout, stderr, exitCode } = await shell(byHand ?? "", temp.env);
    expect(exitCode, stderr).toBe(0);
    expect(ofType(stdout, "summary")).toMatchObject([{ planned: 10, scored: 10 }]);
    // The provider's pipe is the same but for the proxy in front, the model and the URL.
    const pipe = (code = "") =>
      code
        .slice(code.indexOf("mx-sandbox --batch"))
        .replace(/ --api-url \S+/, "")
        .replace("gpt-5-mini", "scripted");
    expect(pipe(provider).replaceAll(/\s+/g, " ").replaceAll("\\", "")).toBe(
      pipe(byHand).replaceAll(/\s+/g, " ").replaceAll("\\", ""),
    );
  });

  test("mx-sandbox: a line in, a line out", async () => {
    const [example] = shellBlocks("packages/mx-sandbox/README.md");
    const { stdout, exitCode } = await shell(example ?? "", temp.env);
    expect(exitCode).toBe(0);
    expect(ofType(stdout, "trial")).toMatchObject([
      {
        task_id: "greet",
        outcome: "completed",
        output: "hello",
        checks: [{ name: "output-1", passed: true }],
      },
    ]);
  });

  test("mx-score: a line in, a line out; another system's results; compare; plan", async () => {
    const [example, imported, compare, plan] = shellBlocks("packages/mx-score/README.md");
    const run = (code = "") => shell(code, temp.env);
    const first = await run(example);
    expect(first.exitCode).toBe(0);
    expect(ofType(first.stdout, "summary")).toMatchObject([
      { planned: 1, finished: 1, scored: 1, coverage: 1, mean_reward: 1 },
    ]);
    const table = await run(imported);
    expect(table.exitCode).toBe(0);
    expect(table.stdout).toContain("pass^2");
    const compared = await run(compare);
    expect(compared.exitCode).toBe(0);
    expect(ofType(compared.stdout, "comparison")).toMatchObject([
      { pairs: 24, wins: 10, losses: 1, gate: { passed: true } },
    ]);
    const planned = await run(plan);
    expect(planned.exitCode).toBe(0);
    expect(ofType(planned.stdout, "plan")).toMatchObject([{ effect: 0.05, trials: 4 }]);
  });

  test("the originals' wrappers: several models, one table", { timeout: 60_000 }, async () => {
    writeFileSync(join(temp.folder, "x"), "");
    const { stdout, exitCode, stderr } = await shell(
      "MODELS='scripted' scripts/run-cross-model",
      temp.env,
    );
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/scripted .* 5 .* 5/);
  });
});
