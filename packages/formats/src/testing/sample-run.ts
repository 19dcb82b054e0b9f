/** A message in OpenAI's form. */
export interface SampleMessage {
  role: "system" | "user" | "assistant" | "tool";
  content: string;
  tool_calls?: { id: string; type: "function"; function: { name: string; arguments: string } }[];
  tool_call_id?: string;
}

export interface SampleTask {
  /** Digits, because some formats number their tasks. */
  id: string;
  prompt: string;
  answer: string;
}

export interface SampleTrial {
  task: SampleTask;
  trial: number;
  ending: "completed" | "max_turns" | "timeout" | "infra_error";
  /** Null exactly where the ending is infra_error. */
  reward: number | null;
  /** What broke, of an infra_error. */
  error: string | null;
  /** Empty where nothing was said. */
  messages: SampleMessage[];
  startedAt: string;
  seconds: number;
  inputTokens: number;
  outputTokens: number;
  costUsd: number;
  seed: number;
}

/** One run, told in no format: the source of every fixture. */
export interface SampleRun {
  name: string;
  model: string;
  temperature: number;
  startedAt: string;
  trialsPerTask: number;
  tasks: SampleTask[];
  /** Trial 0 of every task, then trial 1, …: the order in which harnesses write them. */
  trials: SampleTrial[];
}

const tasks: SampleTask[] = [
  { id: "0", prompt: "What is 17 + 25?", answer: "42" },
  { id: "1", prompt: "Name the capital of France.", answer: "Paris" },
  { id: "2", prompt: "How many legs has a spider?", answer: "8" },
  { id: "3", prompt: 'Say "NaN" and Infinity, in quotes: \\"', answer: "NaN" },
];

/** By task, then by trial. With one infrastructure error 11 are scored; their mean is 5.5 / 11 = 0.5. */
const rewards: (number | null)[][] = [
  [1, 1, 1],
  [1, 0, null],
  [0.5, 1, 0],
  [0, 0, 0],
];
const endings: Record<string, SampleTrial["ending"]> = {
  "1/2": "infra_error",
  "3/0": "max_turns",
  "3/1": "timeout",
};

function sampleTrial(task: SampleTask, trial: number): SampleTrial {
  const ending = endings[`${task.id}/${trial}`] ?? "completed";
  const reward = rewards[Number(task.id)]![trial]!;
  const broke = ending === "infra_error";
  const n = trial * tasks.length + Number(task.id);
  return {
    task,
    trial,
    ending,
    reward,
    error: broke ? "litellm.APIError: APIError: OpenAIException - Connection error." : null,
    messages: broke ? [] : conversation(task, reward, ending),
    startedAt: new Date(Date.UTC(2026, 1, 14, 10, 30, n)).toISOString(),
    seconds: broke ? 0 : 1.5 + n,
    inputTokens: broke ? 0 : 100 + n,
    outputTokens: broke ? 0 : 20 + n,
    costUsd: broke ? 0 : 0.001,
    seed: 1000 + trial,
  };
}

function conversation(
  task: SampleTask,
  reward: number | null,
  ending: SampleTrial["ending"],
): SampleMessage[] {
  const call = { name: "look_up", arguments: JSON.stringify({ query: task.prompt }) };
  const answer = reward === 1 ? task.answer : "I do not know.";
  return [
    { role: "system", content: "Answer the question." },
    { role: "user", content: task.prompt },
    {
      role: "assistant",
      content: "",
      tool_calls: [{ id: "call_1", type: "function", function: call }],
    },
    { role: "tool", tool_call_id: "call_1", content: `{"found": ${reward === 1}}` },
    ...(ending === "completed" ? [{ role: "assistant" as const, content: answer }] : []),
  ];
}

/** 4 tasks, 3 trials each: one infrastructure error, one step cap, one timeout, one reward between 0 and 1. */
export const sampleRun: SampleRun = {
  name: "sample-run",
  model: "gpt-5-mini",
  temperature: 0.5,
  startedAt: "2026-02-14T10:30:00.000Z",
  trialsPerTask: 3,
  tasks,
  trials: [0, 1, 2].flatMap((trial) => tasks.map((task) => sampleTrial(task, trial))),
};
