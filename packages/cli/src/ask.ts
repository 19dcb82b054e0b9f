import { createInterface } from "node:readline";
import { errorStream } from "./error-stream.ts";

/**
 * Asks a person, on stderr, and waits for a line on stdin; empty where stdin ends. Rejects with an AbortError when
 * `stop` aborts. Only where both are terminals: the terminal itself edits the line and knows Ctrl-C.
 */
export function ask(question: string, stop: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: process.stdin, terminal: false });
    const onStop = () => {
      lines.close();
      reject(new DOMException("nobody answers any more", "AbortError"));
    };
    lines.once("line", (line) => {
      resolve(line.trim());
      lines.close();
    });
    lines.once("close", () => {
      stop.removeEventListener("abort", onStop);
      // An open terminal would keep the process alive.
      process.stdin.pause();
      resolve("");
    });
    stop.addEventListener("abort", onStop, { once: true });
    errorStream().write(question);
  });
}
