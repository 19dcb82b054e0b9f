/**
 * What models and their servers put around thinking. The first form is most models' (DeepSeek, Qwen, and Seed with
 * its prefix), then Magistral's, Kimi's, OpenThinker's, and the analysis channel of gpt-oss.
 */
const marker =
  /<(\/?)(?:seed:)?think(?:ing)?>|\[(\/?)THINK\]|◁(\/?)think▷|<\|(?:begin|(end))_of_thought\|>|<\|channel\|>(?:analysis|(final))/;
const markers = new RegExp(marker, "g");

/** True where the text shows that thinking is in it: a marker of either end, since servers cut off one of them. */
export function showsThinking(text: string): boolean {
  return marker.test(text);
}

/** Where the simulated user of tau-bench with the `react` strategy ends its thought; only its reply should go out. */
const reply = /^User Response:/m;

/** True for what a simulated user says together with what it thought. */
export function showsUserThought(text: string): boolean {
  return /^\s*Thought:/.test(text) || reply.test(text);
}

/**
 * A text without its thinking, in one pass. A block that never ends reaches to the end, and one that never begins
 * starts at the beginning: chat templates put the first marker into the prompt.
 */
export function withoutThinking(text: string): string {
  const response = reply.exec(text);
  const said = response === null ? text : text.slice(response.index + response[0].length);
  let visible = "";
  let from = 0;
  let inside = false;
  for (const match of said.matchAll(markers)) {
    const ends = match.slice(1).some((slash) => slash !== undefined && slash !== "");
    if (!ends && !inside) visible += said.slice(from, match.index);
    // What came before an end without a beginning was thinking.
    if (ends && !inside) visible = "";
    inside = !ends;
    from = match.index + match[0].length;
  }
  return inside ? visible : visible + said.slice(from);
}
