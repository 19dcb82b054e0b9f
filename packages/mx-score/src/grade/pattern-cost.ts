/** How many ways a part of a pattern can match: at most `ways * length ** degree`. */
interface Ways {
  ways: number;
  degree: number;
}

const one: Ways = { ways: 1, degree: 0 };
const unbounded: Ways = { ways: Infinity, degree: 0 };
const deepest = 50;

/**
 * An upper bound of the steps that a backtracking matcher takes, as a function of the text's length; Infinity
 * where no bound is known.
 *
 * A match tries every start and, from each, every way to divide the text among the quantifiers. A quantifier
 * without limit over something that matches in one way (`\d+`, `(?:ab)*`) has as many ways as the text has
 * characters; alternatives add up, what follows each other multiplies. Quantifiers inside repeated groups,
 * look-around and back references are not analysed: no bound. Only for patterns that compile.
 */
export function patternCost(source: string): (length: number) => number {
  const { ways, degree } = new PatternReader(source).read();
  const perStart = ways * source.length;
  return (length) => (length + 1) * perStart * (length + 1) ** degree;
}

class PatternReader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  read(): Ways {
    return this.#alternatives(0);
  }

  #alternatives(depth: number): Ways {
    if (depth > deepest) {
      this.#at = this.#source.length;
      return unbounded;
    }
    let sum: Ways = { ways: 0, degree: 0 };
    let sequence = one;
    for (;;) {
      const character = this.#source[this.#at];
      if (character === undefined || character === ")" || character === "|") {
        sum = { ways: sum.ways + sequence.ways, degree: Math.max(sum.degree, sequence.degree) };
        sequence = one;
        if (character !== "|") return sum;
        this.#at += 1;
        continue;
      }
      const part = this.#quantified(this.#atom(character, depth));
      sequence = { ways: sequence.ways * part.ways, degree: sequence.degree + part.degree };
    }
  }

  #atom(character: string, depth: number): Ways {
    const rest = /(?:\[(?:[^\]\\]|\\[^])*\]|\\[^])/uy;
    rest.lastIndex = this.#at;
    if (character === "(") return this.#group(depth);
    const [text] = rest.exec(this.#source) ?? [character];
    this.#at += text.length;
    return /^\\[1-9k]/.test(text) ? unbounded : one;
  }

  #group(depth: number): Ways {
    const opening = /\((?:\?(?::|<?[=!]|<[^>]*>))?/uy;
    opening.lastIndex = this.#at;
    const [text] = opening.exec(this.#source) ?? ["("];
    this.#at += text.length;
    const inside = this.#alternatives(depth + 1);
    this.#at += 1;
    return /[=!]$/.test(text) ? unbounded : inside;
  }

  #quantified(atom: Ways): Ways {
    const quantifier = /(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/uy;
    quantifier.lastIndex = this.#at;
    const found = quantifier.exec(this.#source);
    if (found === null) return atom;
    this.#at += found[0].length;
    const [, sign, least = "", comma, most = ""] = found;
    if (sign === "?") return { ways: atom.ways + 1, degree: atom.degree };
    // What matches in several ways and is repeated has as many ways as the product says: exponential.
    if (atom.ways !== 1 || atom.degree !== 0) return unbounded;
    if (sign !== undefined || (comma === "," && most === "")) return { ways: 1, degree: 1 };
    return { ways: comma === "" ? 1 : Number(most) - Number(least) + 1, degree: 0 };
  }
}
