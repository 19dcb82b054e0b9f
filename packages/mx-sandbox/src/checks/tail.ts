/** The last bytes of what a command says. */
export class Tail {
  #bytes = Buffer.alloc(0);

  add(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk.subarray(-512)]).subarray(-512);
  }

  text(): string {
    return this.#bytes.toString("utf8").trim();
  }
}
