/** A share that somebody has set, such as a level, as percent: 95 %, 99.9 %. */
export function exactPercent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}
