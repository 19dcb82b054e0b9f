/** What bars are drawn with. Each is one column wide. */
export interface Glyphs {
  ellipsis: string;
  /** Ends of the scale. */
  left: string;
  right: string;
  /** Up to the low end of the interval, and on to the mean. */
  sure: string;
  likely: string;
  /** Parts of a column, from the smallest to the largest; none: whole columns only. */
  parts: string;
  /** From the mean to the high end. */
  line: string;
  low: string;
  high: string;
  /** An estimate between its ends; no difference; and the same where the interval goes over it. */
  point: string;
  zero: string;
  crossing: string;
}

export const unicodeGlyphs: Glyphs = {
  ellipsis: "…",
  left: "▕",
  right: "▏",
  sure: "█",
  likely: "▓",
  parts: "▏▎▍▌▋▊▉",
  line: "─",
  low: "├",
  high: "┤",
  point: "●",
  zero: "│",
  crossing: "┼",
};

export const asciiGlyphs: Glyphs = {
  ellipsis: "...",
  left: "[",
  right: "]",
  sure: "#",
  likely: "=",
  parts: "",
  line: "-",
  low: "|",
  high: "|",
  point: "o",
  zero: ":",
  crossing: "+",
};
