import { ExitCode, MxError } from "@mx/cli";
import { setTimeout as sleep } from "node:timers/promises";
import type { ServerEnd } from "../places/place.ts";
import type { Probe } from "../server-plan.ts";
import { probeServer } from "./probe-server.ts";
import type { ProbeResult, ProbeTarget } from "./probe-result.ts";

export interface Waiting {
  /** The server's name, for errors and progress. */
  name: string;
  probe: Probe;
  /** Where it is looked for, asked anew each time; null: not known yet, or not its own yet. */
  target: () => ProbeTarget | null;
  /** Why there is no target, for the error; absent: its address is not known yet. */
  noTarget?: () => string;
  timeoutMs: number;
  /** Resolves when the server has ended by itself. */
  ended: Promise<ServerEnd>;
  /** Aborts the waiting, which rejects with the reason of the signal. */
  stop: AbortSignal;
  note: (text: string) => void;
  /** The last line of its log, for progress; null: none yet. */
  lastLine?: () => Promise<string | null>;
  /** The last lines of its log, for errors. */
  tail: () => Promise<string>;
  /** Looks at who answers before a probe counts; throws where it is a stranger. Places that cannot tell leave it out. */
  verify?: () => Promise<void>;
  /** What becomes of it where it takes too long, for the error; absent: "and was ended". */
  whenSlow?: string;
  /** Pause between probes, in ms; absent: 250, 2000 after half a minute. */
  everyMs?: number;
  /** How often is said what it is at, in ms; absent: 10 s. */
  progressMs?: number;
}

const quickMs = 250;
const calmMs = 2_000;
const calmAfterMs = 30_000;
const usualProgressMs = 10_000;

/**
 * Waits until a server answers as the one that is wanted; the models that it lists. Throws MxError 69 where it dies
 * (`server_died`), takes too long (`server_slow`) or is another one (`wrong_server`); ends nothing itself.
 */
export async function waitUntilReady(waiting: Waiting): Promise<string[]> {
  const { name, probe, stop, timeoutMs, ended } = waiting;
  const began = performance.now();
  let end: ServerEnd | null = null;
  const over = new AbortController();
  const dead = ended.then((how) => {
    end = how;
    over.abort();
  });
  const signal = AbortSignal.any([stop, over.signal]);
  const tell = async () => {
    const spent = seconds(performance.now() - began);
    const line = (await waiting.lastLine?.()) ?? null;
    if (over.signal.aborted) return;
    waiting.note(`${name} is starting, ${spent} s so far${line === null ? "" : `: ${line}`}`);
  };
  // Beside the questions, of which one may last for minutes.
  const progress = setInterval(() => void tell(), waiting.progressMs ?? usualProgressMs);
  try {
    for (;;) {
      stop.throwIfAborted();
      const target = waiting.target();
      const result =
        target === null
          ? null
          : await Promise.race([probeServer(probe, { ...target, signal }), dead.then(() => null)]);
      if (end !== null) throw diedError(name, end);
      if (result !== null && result.state !== "waiting") await waiting.verify?.();
      if (result?.state === "ready") return result.models;
      if (result?.state === "wrong") throw await wrongError(waiting, target, result);
      const detail = result?.detail ?? waiting.noTarget?.() ?? "its address is not known yet";
      const spent = performance.now() - began;
      if (spent >= timeoutMs) throw await slowError(waiting, detail);
      const pause = waiting.everyMs ?? (spent > calmAfterMs ? calmMs : quickMs);
      const left = Math.max(1, timeoutMs - spent);
      await sleep(Math.min(pause, left), undefined, { signal }).catch(() => {});
    }
  } finally {
    over.abort();
    clearInterval(progress);
  }
}

/** A server that ended by itself. */
export function diedError(name: string, { reason, tail }: ServerEnd): MxError {
  return new MxError(withTail(reason, tail), {
    code: "server_died",
    exitCode: ExitCode.unavailable,
    hint: `\`mx-serve logs ${name}\` has the whole log`,
  });
}

async function slowError(waiting: Waiting, detail: string): Promise<MxError> {
  const { name, timeoutMs, tail, whenSlow = "and was ended" } = waiting;
  const text = `${name} was not ready after ${seconds(timeoutMs)} s (${detail}), ${whenSlow}`;
  return new MxError(withTail(text, await tail()), {
    code: "server_slow",
    exitCode: ExitCode.unavailable,
    hint: "give it longer with --infra.startup_timeout=SECONDS, or look at its log for what it waits for",
  });
}

async function wrongError(
  { name, tail }: Waiting,
  target: ProbeTarget | null,
  { detail, refusesKey }: Extract<ProbeResult, { state: "wrong" }>,
): Promise<MxError> {
  const text = `${name} cannot be used: at ${target?.baseUrl} ${detail}`;
  return new MxError(withTail(text, await tail()), {
    code: "wrong_server",
    exitCode: ExitCode.unavailable,
    hint: refusesKey
      ? "a command that takes a key from a variable is told which: --api-key-env NAME; or another server has the port"
      : "ask for the model by the id that the server lists, or for another port",
  });
}

function withTail(text: string, tail: string): string {
  return tail.trim() === "" ? text : `${text}; its log ends with:\n${tail.trimEnd()}`;
}

const seconds = (ms: number) => Math.round(ms / 1000);
