import { testsText } from "../harbor/trial-rewards.ts";
import { objectOf } from "../json-value.ts";

/** "4 of 5 tests passed", from the text of a CTRF report (ctrf.io); null where it is none. */
export function testsReport(text: string): string | null {
  try {
    return testsText(objectOf(JSON.parse(text)) ?? {});
  } catch {
    return null;
  }
}
