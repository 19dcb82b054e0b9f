/** A number that is held exactly. */
export interface Rational {
  readonly numerator: bigint;
  /** Greater than 0. */
  readonly denominator: bigint;
}

const decimal = /^([-+]?)(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d{1,5}))?$/;
/** Digits and powers of ten beyond which a number is not worth its arithmetic. */
const most = 1000;

/** The value of a decimal such as `-1.50e3`; null where it is none, or has more than 1000 digits or powers of ten. */
export function parseDecimal(text: string): Rational | null {
  if (text.length > most) return null;
  const [, sign, whole = "", part = "", exponent = "0"] = decimal.exec(text) ?? [];
  const digits = whole + part;
  const shift = Number(exponent) - part.length;
  if (sign === undefined || digits === "" || Math.abs(shift) > most) return null;
  const unsigned = BigInt(digits);
  const value = sign === "-" ? -unsigned : unsigned;
  const scale = 10n ** BigInt(Math.abs(shift));
  return shift < 0
    ? { numerator: value, denominator: scale }
    : { numerator: value * scale, denominator: 1n };
}

/** A double as its shortest decimal, the one that a person wrote: 0.1 is one tenth. Null for NaN and Infinity. */
export function fromNumber(value: number): Rational | null {
  return parseDecimal(String(value));
}

/** a = b. */
export function isEqual(a: Rational, b: Rational): boolean {
  return a.numerator * b.denominator === b.numerator * a.denominator;
}

/** a <= b. */
export function isAtMost(a: Rational, b: Rational): boolean {
  return a.numerator * b.denominator <= b.numerator * a.denominator;
}

/** a + b. */
export function plus(a: Rational, b: Rational): Rational {
  return {
    numerator: a.numerator * b.denominator + b.numerator * a.denominator,
    denominator: a.denominator * b.denominator,
  };
}

/** a × b. */
export function times(a: Rational, b: Rational): Rational {
  return {
    numerator: a.numerator * b.numerator,
    denominator: a.denominator * b.denominator,
  };
}

/** a ÷ b; null where b is 0. */
export function over(a: Rational, b: Rational): Rational | null {
  if (b.numerator === 0n) return null;
  const sign = b.numerator < 0n ? -1n : 1n;
  return {
    numerator: a.numerator * b.denominator * sign,
    denominator: a.denominator * b.numerator * sign,
  };
}

/** −a. */
export function negative(a: Rational): Rational {
  return { numerator: -a.numerator, denominator: a.denominator };
}

/** |a − b|. */
export function distance(a: Rational, b: Rational): Rational {
  const { numerator, denominator } = plus(a, negative(b));
  return { numerator: numerator < 0n ? -numerator : numerator, denominator };
}
