/**
 * Stands in for tau-bench's run.py: its flags, its two model APIs, and its file of results, without its Python.
 *
 * The user's model (USER_MODEL_API_BASE) says what it wants, the agent's (OPENAI_API_BASE) answers, until the user says
 * ###STOP###. The reward is 1 where the agent has said "done". As in run.py one key, OPENAI_API_KEY, goes to both; an
 * exception is a row with reward 0; the file is written anew after each task. TAU_GATE: a file that all tasks but the
 * first wait for.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** argparse takes all words up to the next flag as values of --task-ids. */
function flagsOf(words) {
  const flags = new Map();
  let name = "";
  for (const word of words) {
    if (word.startsWith("--")) flags.set((name = word.slice(2)), []);
    else flags.get(name)?.push(word);
  }
  return (flag, otherwise) => flags.get(flag)?.at(0) ?? otherwise;
}

const words = process.argv.slice(2);
const flag = flagsOf(words);
const from = words.indexOf("--task-ids") + 1;
const listed =
  from === 0
    ? []
    : words.slice(from, from + words.slice(from).findIndex((word) => word.startsWith("--")));
const [env, strategy, model] = [
  flag("env", "retail"),
  flag("agent-strategy", "tool-calling"),
  flag("model"),
];
const [start, end] = [Number(flag("start-index", "0")), Number(flag("end-index", "-1"))];
const taskCount = { airline: 50, retail: 115 }[env];
if (taskCount === undefined) throw new Error("Only retail and airline envs are supported");
const stop = end === -1 ? taskCount : end;
const tasks =
  listed.length > 0
    ? listed.map(Number)
    : Array.from({ length: stop - start }, (_, n) => start + n);
const folder = flag("log-dir", "results");
mkdirSync(folder, { recursive: true });
const file = join(
  folder,
  `${strategy}-${model.split("/").at(-1)}-0.0_range_${start}-${end}_user-${flag("user-model").replaceAll("/", "-")}-llm_1121120000.json`,
);

async function complete(base, name, messages) {
  const response = await fetch(`${base}/chat/completions`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${process.env.OPENAI_API_KEY}`,
    },
    body: JSON.stringify({ model: name, messages, temperature: 0 }),
  }).catch((error) => {
    throw new Error(`litellm.APIConnectionError: ${error.message}`);
  });
  if (!response.ok)
    throw new Error(`litellm.APIError: HTTP ${response.status} ${await response.text()}`);
  return (await response.json()).choices[0].message.content;
}

async function solve(task) {
  const instruction = `You are a customer. Your task is ${env}-${task}.`;
  const heard = [{ role: "user", content: `${instruction}\nHi! How can I help you today?` }];
  const traj = [{ role: "system", content: `policy of ${env}, as ${strategy}` }];
  const say = (role, content) => traj.push({ role, content });
  for (let turn = 0; turn < 30; turn += 1) {
    const wish = await complete(process.env.USER_MODEL_API_BASE, flag("user-model"), heard);
    say("user", wish);
    if (wish.includes("###STOP###")) break;
    const reply = await complete(process.env.OPENAI_API_BASE, model, traj);
    say("assistant", reply);
    heard.push({ role: "assistant", content: wish }, { role: "user", content: reply });
  }
  const reward = traj.some(({ role, content }) => role === "assistant" && content.includes("done"))
    ? 1
    : 0;
  return {
    reward,
    info: {
      task: { user_id: `user_${task}`, actions: [], instruction, outputs: [] },
      source: "user",
      user_cost: null,
      reward_info: { reward, info: { r_actions: reward, gt_data_hash: "0" }, actions: [] },
    },
    traj,
  };
}

const rows = [];
for (let trial = 0; trial < Number(flag("num-trials", "1")); trial += 1) {
  for (const task_id of tasks) {
    const gate = process.env.TAU_GATE;
    while (rows.length > 0 && gate && !existsSync(gate)) await sleep(50);
    const solved = await solve(task_id).catch(({ message }) => ({
      reward: 0,
      info: { error: message, traceback: `Traceback (most recent call last):\n${message}\n` },
      traj: [],
    }));
    rows.push({ task_id, ...solved, trial });
    writeFileSync(file, JSON.stringify(rows, null, 2));
    console.log(solved.reward === 1 ? "solved" : "missed", `task_id=${task_id}`);
  }
}
