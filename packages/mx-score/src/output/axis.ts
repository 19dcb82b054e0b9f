import type { Estimate } from "./estimate.ts";

/** The scale that the bars of a column share. 0 is always on it. */
export interface Axis {
  min: number;
  max: number;
}

/** 0 to 1 where all values are; else from and to a round number, and from 0 where none is negative. */
export function meanAxis(estimates: readonly Estimate[]): Axis {
  const values = valuesOf(estimates);
  const low = values.reduce((least, value) => Math.min(least, value), 0);
  const high = values.reduce((most, value) => Math.max(most, value), 0);
  const isRate = low === 0 && high <= 1;
  return isRate ? { min: 0, max: 1 } : { min: low === 0 ? 0 : -roundUp(-low), max: roundUp(high) };
}

/** As far to the left of 0 as to the right. */
export function differenceAxis(estimates: readonly Estimate[]): Axis {
  const max = roundUp(
    valuesOf(estimates).reduce((most, value) => Math.max(most, Math.abs(value)), 0),
  );
  return { min: -max, max };
}

/** Where a value is between the ends of an axis, from 0 to 1. Each part is scaled first: ends may be huge. */
export function shareOf(value: number, { min, max }: Axis): number {
  const scale = Math.max(Math.abs(min), Math.abs(max));
  const share = (value / scale - min / scale) / (max / scale - min / scale);
  return Math.min(1, Math.max(0, share));
}

/** The ends of the axis, and 0 where there is room, in `width` columns that the bar's ends are a part of. */
export function axisLabels(axis: Axis, width: number): string {
  const left = label(axis.min);
  const right = label(axis.max);
  const gap = width - 2 - left.length - right.length;
  if (gap < 1) return " ".repeat(width);
  const line = Array.from(` ${left}${" ".repeat(gap)}${right} `);
  const zero = 1 + Math.round(shareOf(0, axis) * (width - 3));
  if (line.slice(zero - 1, zero + 2).join("") === "   ") line[zero] = "0";
  return line.join("");
}

function label(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function valuesOf(estimates: readonly Estimate[]): number[] {
  return estimates.flatMap(({ value, low, high }) =>
    value == null ? [] : [value, low, high].filter((one) => one != null),
  );
}

/** The largest number whose first three digits are a number too. */
const largest = 1.79e308;

/** The next of 1, 2, 2.5, 5, 10 times a power of ten; 1 for 0. */
function roundUp(value: number): number {
  if (value < Number.MIN_VALUE / Number.EPSILON) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 2.5, 5].find((one) => one * power >= value * (1 - 1e-9)) ?? 10;
  return Math.min(step * power, largest);
}
