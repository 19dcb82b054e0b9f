/** How the init says that the command ended: remote-init.ts has the letters. */
export interface Trailer {
  what: "e" | "x" | "n" | "t" | "s";
  status: number;
  /** From the command's start to its end, as the sandbox's own clock has it. */
  elapsedMs: number;
  text: string;
}

/** No trailer is longer: two uptimes, a status and a short text beside the nonce. */
const mostBytes = 400;

/** Takes the init's last line off a stream of stderr. What cannot be that line goes on at once. */
export class TrailerReader {
  readonly #nonce: string;
  readonly #deliver: (chunk: Buffer) => void;
  #held = Buffer.alloc(0);

  constructor(nonce: string, deliver: (chunk: Buffer) => void) {
    this.#nonce = nonce;
    this.#deliver = deliver;
  }

  push(chunk: Uint8Array): void {
    const all = Buffer.concat([this.#held, chunk]);
    const ready = Math.max(0, all.length - mostBytes);
    this.#held = all.subarray(ready);
    if (ready > 0) this.#deliver(all.subarray(0, ready));
  }

  /** Call once, after the last chunk. Null: the init was killed before it could say anything. */
  end(): Trailer | null {
    const at = this.#held.lastIndexOf(`\n${this.#nonce} `);
    const line = at < 0 ? "" : this.#held.toString("utf8", at + 1);
    const match = /^\S+ ([exnts]) (\d+) ([\d.]+) ([\d.]+) (.*)\n$/.exec(line);
    const said = match === null ? this.#held : this.#held.subarray(0, at);
    if (said.length > 0) this.#deliver(said);
    if (match === null) return null;
    const [, what, status, start, end, text] = match as unknown as string[];
    return {
      what: what as Trailer["what"],
      status: Number(status),
      elapsedMs: Math.max(0, Math.round((Number(end) - Number(start)) * 1000)),
      text: text ?? "",
    };
  }
}
