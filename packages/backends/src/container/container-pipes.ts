import { execFileSync } from "node:child_process";
import { chmodSync, closeSync, constants, openSync, writeSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { Duplex, Writable } from "node:stream";
import { PipePair } from "../exec/pipe-pair.ts";

const names = ["say", "hear", "alive"] as const;

/** Who can write to the pipes is decided by who gets into their folder: whichever user an image has. */
const everybody = 0o666;

/** The named pipes of one container, in the host folder that it sees as its run folder. */
export class ContainerPipes {
  /** stdout and stderr of its commands. */
  readonly output: PipePair;
  readonly #folder: string;
  readonly #alive: number;

  constructor(folder: string) {
    this.#folder = folder;
    const paths = names.map((name) => join(folder, name));
    execFileSync("mkfifo", paths, { stdio: ["ignore", "ignore", "pipe"] });
    for (const path of paths) chmodSync(path, everybody);
    PipePair.make([{ path: join(folder, "io"), owner: null }]);
    this.output = new PipePair(join(folder, "io"), everybody);
    this.#alive = openSync(join(folder, "alive"), constants.O_RDWR | constants.O_NONBLOCK);
  }

  /**
   * The control channel of one command. `hold` is to be called once `output` is open, and `letGo` when the engine is
   * done: in between no end of a pipe is reached before the container has come to open it.
   */
  open(): { control: Duplex; hold: () => void; letGo: () => void } {
    const { O_RDONLY, O_RDWR, O_WRONLY, O_NONBLOCK } = constants;
    const open = (name: string, flags: number) => openSync(join(this.#folder, name), flags);
    const said = new Socket({
      fd: open("say", O_RDONLY | O_NONBLOCK),
      readable: true,
      writable: false,
    });
    const held = [open("say", O_WRONLY)];
    const hear = open("hear", O_RDWR | O_NONBLOCK);
    const answer = new Writable({
      write(chunk: Buffer, _encoding, done) {
        writeSync(hear, chunk);
        done();
      },
    });
    const hold = () => {
      held.push(open("io.out", O_WRONLY | O_NONBLOCK), open("io.err", O_WRONLY | O_NONBLOCK));
    };
    const letGo = () => {
      for (const descriptor of held.splice(0)) closeSync(descriptor);
    };
    const control = Duplex.from({ readable: said, writable: answer });
    let isClosed = false;
    control.once("close", () => {
      if (isClosed) return;
      isClosed = true;
      said.destroy();
      closeSync(hear);
      letGo();
    });
    return { control, hold, letGo };
  }

  /** Called once, when the container is no more: what runs in it would end by this. */
  close(): void {
    closeSync(this.#alive);
  }
}
