import { over, type Rational } from "./rational.ts";

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** Source of a regular expression for an exponent: `^5`, `^{-5}`, `**5`, `⁻⁵`. Its one group is named `name`. */
export function exponentSource(name: string): string {
  return String.raw`(?<${name}>(?:\^|\*\*) ?(?:\{ ?[-+]?\d{1,4} ?\}|[-+]?\d{1,4}(?!\d))|[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4})`;
}

/** The whole number in an exponent that `exponentSource` has matched. */
export function readExponent(text: string): number {
  const digits = text.replaceAll(/[⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹]/gu, (raised) => {
    if (raised === "⁻") return "-";
    return raised === "⁺" ? "+" : String(superscripts.indexOf(raised));
  });
  return Number(digits.replaceAll(/[^-+\d]/gu, ""));
}

/** base to a power; null where it would have thousands of digits, and for powers of 0 under 1. */
export function power(base: Rational, exponent: number): Rational | null {
  const size = String(base.numerator).length + String(base.denominator).length;
  if (size * Math.abs(exponent) > 2000) return null;
  const n = BigInt(Math.abs(exponent));
  const raised = { numerator: base.numerator ** n, denominator: base.denominator ** n };
  return exponent > 0 ? raised : over({ numerator: 1n, denominator: 1n }, raised);
}
