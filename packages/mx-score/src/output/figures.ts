/** What is not known. */
export const unknown = "-";

type Figure = number | null | undefined;

/** Figures as people get to read them. What is not known is "-", never 0. */
export const figures = {
  /** A whole number: 1,234,567. */
  count(value: Figure): string {
    return value == null ? unknown : grouped(String(value));
  },

  /**
   * A rate or a reward: three digits after the point. What rounding would make 0 or 1, and is neither, is "<0.001"
   * or ">0.999". A difference of numbers that are too far apart is not known either.
   */
  rate(value: Figure): string {
    if (value == null || !Number.isFinite(value)) return unknown;
    if (value > 0 && value < 0.0005) return "<0.001";
    if (value < 0 && value > -0.0005) return ">-0.001";
    if (value < 1 && value >= 0.9995) return ">0.999";
    return Math.abs(value) < 1e6 ? grouped(value.toFixed(3)) : value.toExponential(3);
  },

  /** A difference, with its sign. */
  difference(value: Figure): string {
    const text = figures.rate(value);
    if (value == null || value <= 0 || text === unknown) return text;
    return text.startsWith("<") ? `<+${text.slice(1)}` : `+${text}`;
  },

  /** Both ends of an interval: [0.300, 0.540]; "-" where neither is known. */
  interval(
    ends: { low?: Figure; high?: Figure } | null | undefined,
    show: (value: Figure) => string = (value) => figures.rate(value),
  ): string {
    if (ends?.low == null && ends?.high == null) return unknown;
    return `[${show(ends.low)}, ${show(ends.high)}]`;
  },

  /** A p value: three digits after the point, more where it is small. */
  p(value: Figure): string {
    if (value == null) return unknown;
    if (value < 0.000001) return value === 0 ? "0" : "<0.000001";
    if (value >= 0.0005) return value.toFixed(3);
    return String(Number(value.toPrecision(2)));
  },

  /** A share, rounded towards the middle: 100 % means all and 0 % none. */
  percent(share: Figure): string {
    if (share == null) return unknown;
    if (share > 0 && share < 0.01) return "<1 %";
    if (share < 1 && share > 0.99) return ">99 %";
    return `${Math.round(share * 100)} %`;
  },

  /** A count that may be large: 950, 12.3k, 4.56M. */
  large(value: Figure): string {
    if (value == null) return unknown;
    if (value < 10_000) return figures.count(value);
    if (value < 999_500) return `${Number((value / 1e3).toPrecision(3))}k`;
    if (value < 999_500_000) return `${Number((value / 1e6).toPrecision(3))}M`;
    return `${grouped(String(Number((value / 1e9).toPrecision(4))))}G`;
  },

  /** Tokens in and out. */
  tokens(input: Figure, output: Figure): string {
    if (input == null && output == null) return unknown;
    return `${figures.large(input)} / ${figures.large(output)}`;
  },

  /** Money in US dollars: two significant digits at least, so that a tenth of a cent can be seen. */
  money(value: Figure): string {
    if (value == null) return unknown;
    if (value === 0 || value >= 1) {
      return value < 1e12 ? `$${grouped(value.toFixed(2))}` : `$${value.toExponential(3)}`;
    }
    return `$${value.toFixed(Math.min(10, 1 - Math.floor(Math.log10(value))))}`;
  },

  /** A duration: 12 ms, 3.4 s, 5 min 6 s, 7 h 8 min. */
  duration(ms: Figure): string {
    if (ms == null) return unknown;
    if (ms < 999.5) return `${Math.round(ms)} ms`;
    if (ms < 59_950) return `${Number((ms / 1000).toFixed(1))} s`;
    const seconds = Math.round(ms / 1000);
    if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
    const minutes = Math.round(seconds / 60);
    return `${figures.count(Math.floor(minutes / 60))} h ${minutes % 60} min`;
  },
};

/** The digits before the point in threes. */
function grouped(text: string): string {
  const point = text.indexOf(".");
  const whole = point === -1 ? text : text.slice(0, point);
  if (!/^-?\d{4,}$/.test(whole)) return text;
  return whole.replaceAll(/(?<=\d)(?=(?:\d{3})+$)/g, ",") + text.slice(whole.length);
}
