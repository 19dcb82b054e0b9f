import type { Usage } from "@mx/records";
import { noUsage } from "@mx/records/usage";

/** Adds up usage as addUsage of @mx/records does, without an object for every sum. */
export class UsageTally {
  #calls = 0;
  #input: number | null = 0;
  #output: number | null = 0;
  #cached: number | null = 0;
  #reasoning: number | null = 0;

  /** A set of no calls says nothing of what calls use. */
  add(usage: Usage): void {
    if (usage.calls === 0) return;
    this.#calls += usage.calls;
    this.#input = sum(this.#input, usage.input_tokens);
    this.#output = sum(this.#output, usage.output_tokens);
    this.#cached = sum(this.#cached, usage.cached_input_tokens);
    this.#reasoning = sum(this.#reasoning, usage.reasoning_tokens);
  }

  total(): Usage {
    if (this.#calls === 0) return noUsage;
    return {
      input_tokens: this.#input,
      output_tokens: this.#output,
      cached_input_tokens: this.#cached,
      reasoning_tokens: this.#reasoning,
      calls: this.#calls,
    };
  }
}

function sum(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}
