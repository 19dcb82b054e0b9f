import { shareOf, type Axis } from "./axis.ts";
import type { Estimate } from "./estimate.ts";
import { unknown } from "./figures.ts";
import type { Glyphs } from "./glyphs.ts";

/** A bar from 0 where the axis begins there, else a point between the ends of its interval. */
export function bar(estimate: Estimate, axis: Axis, width: number, glyphs: Glyphs): string {
  const draw = axis.min === 0 ? filledBar : intervalBar;
  return draw(estimate, axis, width, glyphs);
}

/**
 * A bar that is solid up to the low end of the interval, shaded from there to the value, and a line from there to
 * the high end: ▕████▓▓▌──┤  ▏. All that is drawn is within half a column of where it belongs.
 */
function filledBar(estimate: Estimate, axis: Axis, width: number, glyphs: Glyphs): string {
  const { value, low, high } = estimate;
  if (value === null) return unknown;
  const room = width - 2;
  const tip = shareOf(value, axis) * room;
  const { parts } = glyphs;
  const steps = Math.round(tip * (parts.length + 1));
  const whole = Math.floor(steps / (parts.length + 1));
  const part = parts[(steps % (parts.length + 1)) - 1] ?? "";
  const sure = low == null ? whole : Math.min(whole, Math.round(shareOf(low, axis) * room));
  let cells = glyphs.sure.repeat(sure) + glyphs.likely.repeat(whole - sure) + part;
  const end = high == null ? 0 : Math.ceil(shareOf(high, axis) * room - 0.5);
  if (end > cells.length) {
    cells += glyphs.line.repeat(end - cells.length - 1) + glyphs.high;
  }
  return glyphs.left + cells.slice(0, room).padEnd(room) + glyphs.right;
}

/**
 * A point between the ends of its interval, beside a mark at 0: ▕  ├──●─┼┤  ▏. An end that is not 0 is never drawn
 * on 0, nor on its other side: whether the interval holds 0 is what one looks for.
 */
export function intervalBar(estimate: Estimate, axis: Axis, width: number, glyphs: Glyphs): string {
  const { value, low, high } = estimate;
  if (value === null) return unknown;
  const room = width - 2;
  const cells = Array.from<string>({ length: room }).fill(" ");
  const zero = Math.round(shareOf(0, axis) * (room - 1));
  const place = (one: number) => {
    const cell = Math.round(shareOf(one, axis) * (room - 1));
    if (one === 0) return zero;
    const beside = one > 0 ? Math.max(cell, zero + 1) : Math.min(cell, zero - 1);
    return Math.min(room - 1, Math.max(0, beside));
  };
  if (zero > 0 && zero < room - 1) cells[zero] = glyphs.zero;
  if (low != null && high != null) {
    for (let cell = place(low); cell <= place(high); cell += 1) {
      cells[cell] = cell === zero ? glyphs.crossing : glyphs.line;
    }
    cells[place(low)] = glyphs.low;
    cells[place(high)] = glyphs.high;
  }
  cells[place(value)] = glyphs.point;
  return glyphs.left + cells.join("") + glyphs.right;
}
