import { readAdapter } from "@mx/agent/adapters";
import { expect, test } from "vitest";
import { imageAgent } from "./image-agent.ts";

const commandsOf = (name: string) => imageAgent(readAdapter(name).adapter);

test("an image gets the pinned package of npm, without its scripts", () => {
  const { adapter } = readAdapter("codex");
  const folder = `/opt/mx/agents/codex-${adapter.version}`;
  expect(commandsOf("codex")).toEqual({
    folder,
    commands: [
      `npm install --prefix ${folder} --no-audit --no-fund --omit dev --ignore-scripts '@openai/codex@${adapter.version}'`,
    ],
  });
});

test("an image gets a virtual environment with the pinned packages of PyPI", () => {
  const { folder, commands } = commandsOf("mini-swe-agent");
  expect(commands.slice(1)).toEqual([
    `python3 -m venv ${folder}`,
    expect.stringMatching(/\/bin\/pip install .*'mini-swe-agent==[\d.]+' 'litellm==[\d.]+'$/),
  ]);
});

test("what mx brings itself needs no commands", () => {
  expect(commandsOf("mx-agent").commands).toEqual([]);
});
