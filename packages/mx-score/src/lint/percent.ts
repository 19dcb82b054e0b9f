/** A share for a person: 52 %, 2.5 %, under 0.1 %. */
export function percent(share: number): string {
  const tenths = Math.round(share * 1000) / 10;
  if (share > 0 && tenths === 0) return "under 0.1 %";
  // Nearly all is not all.
  return share < 1 && tenths === 100 ? "over 99.9 %" : `${tenths} %`;
}
