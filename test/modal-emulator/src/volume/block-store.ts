import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { randomBytes } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";

/** A part of a file that may be fetched. */
interface Offer {
  file: string;
  start: number;
  /** First byte that is not part of it. */
  end: number;
}

/** The store behind a volume's presigned URLs: blocks of content are put and got over HTTP, at addresses nobody can guess. */
export class BlockStore {
  readonly #server: Server;
  readonly #blocks = new Map<string, Buffer>();
  readonly #puts = new Map<string, string>();
  readonly #offers = new Map<string, Offer>();
  #uploads = 0;

  constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    this.#server.unref();
  }

  /** How many blocks were put. */
  get uploads(): number {
    return this.#uploads;
  }

  /** A block by the SHA-256 of its content, in hex. */
  get(sha256: string): Buffer | undefined {
    return this.#blocks.get(sha256);
  }

  add(sha256: string, bytes: Buffer): void {
    this.#blocks.set(sha256, bytes);
  }

  /** Where to put a block. */
  putUrl(sha256: string): string {
    return this.#url(this.#puts, sha256);
  }

  /** Where to get a part of a file. */
  getUrl(offer: Offer): string {
    return this.#url(this.#offers, offer);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #url<T>(map: Map<string, T>, what: T): string {
    const key = randomBytes(16).toString("hex");
    map.set(key, what);
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${key}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const key = (request.url ?? "").slice(1);
    const offer = this.#offers.get(key);
    const sha256 = this.#puts.get(key);
    if (request.method === "GET" && offer !== undefined) {
      const { file, start, end } = offer;
      response.setHeader("content-length", end - start);
      if (end > start) await pipeline(createReadStream(file, { start, end: end - 1 }), response);
      else response.end();
    } else if (request.method === "PUT" && sha256 !== undefined) {
      const bytes = await buffer(request);
      const isIt = createHash("sha256").update(bytes).digest("hex") === sha256;
      if (isIt) this.#blocks.set(sha256, bytes);
      this.#uploads += 1;
      response
        .writeHead(isIt ? 200 : 400)
        .end(isIt ? `stored ${sha256}` : "the content has another hash");
    } else {
      response.writeHead(404).end();
    }
  }
}
