import { decimalSource, readDecimal } from "./decimal-text.ts";
import { exponentSource, power, readExponent } from "./exponent-text.ts";
import { isAtMost, negative, over, plus, times, type Rational } from "./rational.ts";

/** One way to read a number that stands in a text. */
export interface NumberReading {
  value: Rational;
  /** True where a percent sign follows: 50 % may be meant as 50 or as 0.5. */
  percent: boolean;
}

/** A number in a text, from `start` to `end`, and every way to read it, the most likely first. */
export interface NumberFound {
  start: number;
  end: number;
  readings: NumberReading[];
}

const begin = /\\frac|\.?\d/gu;
const word = /[\p{L}\p{N}_]+/uy;
/** What a number may not follow: H2O and GPT-4 hold none, x^2 and a_1 neither. Scripts without spaces are no hindrance. */
const notAfter =
  /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}_]-?$|[\^_]\{?[-+]?$|[\p{N})}]\*\*[-+]?$/u;
const signBefore = /(?<![\p{N})\]}%])([-+])(?:[$€£¥₹] ?)?$/u;

const number = new RegExp(decimalSource, "uy");
const fraction = new RegExp(
  String.raw`\\frac ?\{ ?(-?${decimalSource}) ?\} ?\{ ?(-?${decimalSource}) ?\}`,
  "uy",
);
const wholeBeforeFraction = / ?(?=\\frac)/uy;
const mixed = /(\d{1,15}) (\d{1,15}) ?\/ ?(\d{1,15})(?![\d./])/uy;
const divisors = new RegExp(String.raw`(?: ?/ ?${decimalSource})+`, "uy");
const raised = new RegExp(exponentSource("exponent"), "uy");
const tenfold = new RegExp(
  String.raw` ?(?:\\times|\\cdot|[×·⋅*x]) ?10 ?${exponentSource("exponent")}`,
  "uy",
);
const percentage = / ?(?:%|percent\b|per cent\b)/uy;
const magnitude = / ?(thousand|million|billion|trillion)\b/uy;

const ten: Rational = { numerator: 10n, denominator: 1n };
const thousands = ["thousand", "million", "billion", "trillion"];

/** Reads the numbers of one line of plain spelling (plain-number-text.ts), in time linear in its length. */
export class NumberReader {
  readonly #line: string;
  #at = 0;

  constructor(line: string) {
    this.#line = line;
  }

  /** The numbers from left to right. */
  *read(): Generator<NumberFound> {
    for (;;) {
      begin.lastIndex = this.#at;
      const found = begin.exec(this.#line);
      if (found === null) return;
      const start = found.index;
      const before = this.#line.slice(Math.max(0, start - 4), start);
      this.#at = start;
      if (found[0].startsWith(".") && /[.\p{L}\p{N}_]$/u.test(before)) {
        this.#at += 1;
      } else if (notAfter.test(before)) {
        this.#at += 1;
        this.#take(word);
      } else {
        const values = this.#body();
        const [sign, minus] = signBefore.exec(before) ?? [""];
        const signed = minus === "-" ? values.map((value) => negative(value)) : values;
        const readings = this.#suffix(signed);
        if (readings.length > 0) yield { start: start - sign.length, end: this.#at, readings };
      }
    }
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#line);
    if (match !== null) this.#at = pattern.lastIndex;
    return match;
  }

  #body(): Rational[] {
    if (this.#line.startsWith("\\frac", this.#at)) return this.#fraction();
    const sum = this.#take(mixed);
    if (sum !== null) return this.#mixed(sum);
    const [text = ""] = this.#take(number) ?? [];
    if (text === "") this.#at += 1;
    const values = readDecimal(text);
    const chain = this.#take(divisors);
    if (chain !== null) return divide(values, chain[0]);
    if (/^\d+$/.test(text) && this.#take(wholeBeforeFraction) !== null) {
      const parts = this.#fraction();
      return parts.map((part) => plus(values[0] ?? part, part));
    }
    const scale = this.#take(tenfold)?.groups?.["exponent"];
    if (scale !== undefined) return scaled(values, power(ten, readExponent(scale)));
    const exponent = this.#take(raised)?.groups?.["exponent"];
    if (exponent === undefined) return values;
    return values.map((value) => power(value, readExponent(exponent))).filter((v) => v !== null);
  }

  #fraction(): Rational[] {
    const found = this.#take(fraction);
    if (found === null) {
      this.#at += "\\frac".length;
      return [];
    }
    return divide(signedDecimal(found[1] ?? ""), found[2] ?? "");
  }

  #mixed([, whole = "", top = "", bottom = ""]: RegExpExecArray): Rational[] {
    const [integer] = readDecimal(whole);
    return divide(readDecimal(top), bottom).flatMap((part) =>
      // Only a part of one is added: 2024 3/2 is two numbers.
      integer !== undefined && isAtMost(part, { numerator: 1n, denominator: 1n })
        ? [plus(integer, part), part]
        : [part],
    );
  }

  #suffix(values: Rational[]): NumberReading[] {
    if (this.#take(percentage) !== null) return values.map((value) => ({ value, percent: true }));
    const plain = values.map((value) => ({ value, percent: false }));
    const size = this.#take(magnitude)?.[1];
    const factor = size === undefined ? null : power(ten, 3 * (thousands.indexOf(size) + 1));
    // "in millions" may be what was asked for, so that the number as it stands counts too.
    return [...scaled(values, factor).map((value) => ({ value, percent: false })), ...plain];
  }
}

function scaled(values: Rational[], factor: Rational | null): Rational[] {
  return factor === null ? [] : values.map((value) => times(value, factor));
}

function signedDecimal(text: string): Rational[] {
  const values = readDecimal(text.replace(/^-/, ""));
  return text.startsWith("-") ? values.map((value) => negative(value)) : values;
}

/** a/b; of a chain such as a date, 05/06/2024, the last. */
function divide(values: Rational[], chain: string): Rational[] {
  const parts = chain.split("/").map((part) => part.trim());
  const divisors = signedDecimal(parts.at(-1) ?? "");
  if (parts.filter((part) => part !== "").length > 1) return divisors;
  const [divisor] = divisors;
  if (divisor === undefined) return [];
  return values.map((value) => over(value, divisor)).filter((value) => value !== null);
}
