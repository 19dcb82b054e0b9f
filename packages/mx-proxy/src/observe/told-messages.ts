import type { Message, Part } from "./message.ts";

/**
 * Messages as a trace may tell them: masked, and no more than so many characters of them, of the last ones rather than
 * of the first.
 */
export class ToldMessages {
  /** True: something was left out. */
  cut = false;
  #room: number;
  readonly #mask: (text: string) => string;

  constructor(characters: number, mask: (text: string) => string) {
    this.#room = characters;
    this.#mask = mask;
  }

  tell(messages: Message[]): Message[] {
    const told: Message[] = [];
    for (const { role, parts } of [...messages].reverse()) {
      if (this.#room <= 0) {
        this.cut = true;
        break;
      }
      told.push({ role: role.slice(0, 100), parts: parts.map((part) => this.#part(part)) });
    }
    return told.reverse();
  }

  #part(part: Part): Part {
    const texts = Object.entries(part).map(([name, value]): [string, unknown] => [
      name,
      typeof value === "string" && name !== "type" ? this.#text(value) : value,
    ]);
    return Object.fromEntries(texts) as Part;
  }

  #text(text: string): string {
    // Longer than what stays, so that no secret is cut in two where it could be seen.
    const masked = this.#mask(text.slice(0, this.#room + 8000));
    const kept = masked.slice(0, this.#room);
    if (kept.length < masked.length || text.length > this.#room + 8000) this.cut = true;
    this.#room -= kept.length;
    return kept;
  }
}
