import { lastBoxed } from "./boxed.ts";

/** The letters that one statement picks: mostly one. */
export type Claim = readonly string[];

const lead = String.raw`[\s*_"“'‘\x60$(\[{<]{0,6}(?:\\(?:text|textbf|mathrm|mathbf|boxed|fbox)\{\(?)?`;
const letter = String.raw`(?<letter>[A-Z])(?![\p{L}\p{N}'’])`;
const nouns = String.raw`(?:answer|choice|option|response|solution|selection|correct|antwort|réponse|respuesta|resposta|risposta|ответ)`;
const verbs = String.raw`(?:is|was|to be|would be|should be|must be|will be|ist|est|es|é|è)`;
const filler = String.raw`(?:(?:the|option|choice|answer|letter|statement|therefore|thus|clearly|definitely|likely|most likely|probably|indeed)\s{1,2}){0,4}`;

/** One way to state a choice. */
interface Form {
  pattern: RegExp;
  /** True where more letters may follow: B and C. */
  mayGoOn: boolean;
  /** True where nothing but a mark or the line's end may follow: "it is B.", not "it is A dog". */
  ends: boolean;
}

function form(source: string, { mayGoOn = true, ends = false } = {}): Form {
  return { pattern: new RegExp(source, "giu"), mayGoOn, ends };
}

/** How a choice is stated. Every repetition has a limit, so that no text takes long. */
const outright: Form[] = [
  // the correct answer is (B) · Answer: B · **Answer:** B · ## Answer, and on the next line B
  form(
    String.raw`(?<!\p{L})${nouns}[*_"”)]{0,4}(?:\s(?:here|to this question|choice|letter|option)){0,2}(?:, (?:then|therefore|thus|of course|in short),)?\s{0,2}(?:(?:${verbs}(?!\p{L}))?[*_]{0,3}\s{0,2}[:：=→][*_]{0,3}|${verbs}(?!\p{L})|[*_]{0,3}\n{1,3}(?=[^\p{L}\p{N}]{0,6}[A-Z][^\p{L}\p{N}]{0,6}(?:\n|$)))\s{0,3}${filler}${lead}${letter}`,
  ),
  // <answer>B</answer>
  form(String.raw`<(?:final_?)?(?:answer|choice|option)>${lead}${letter}`),
  // I choose B · we pick option (B) · I'd go with B · select B
  form(
    String.raw`\b(?:choose|chose|pick|select|go with|going with|opt for)\s{1,2}${filler}${lead}${letter}`,
  ),
  // 答案是B · 故选B · 正确选项为 B · 答えはB · 정답은 B
  form(
    String.raw`(?:答案|选项|選項|选择|選擇|故选|故選|应选|應選|答え|正解|정답)[是为為应應选選该該：:はが은는]{0,3}\s{0,2}${lead}${letter}`,
  ),
  // (B) is the correct answer · option B is right
  form(
    String.raw`(?<![\p{L}\p{N}'’])[(\[*_"]{0,3}(?<letter>[A-Z])[)\].*_"]{0,3}\s(?:is|seems|would be|must be)\s(?:the\s|clearly\s|definitely\s|therefore\s|thus\s|indeed\s){0,2}(?:correct|right|best|answer|most (?:likely|appropriate|accurate))`,
    { mayGoOn: false },
  ),
];

/** How a choice is stated more by the way: only where none is stated outright. */
const implied: Form[] = [
  // Therefore, B. · It's (B). · I'd say B
  form(
    String.raw`\b(?:thus|therefore|hence|it['’]s|it is|it must be|i['’]d say|i would say)[,:]?\s{1,2}${filler}${lead}${letter}`,
    { ends: true },
  ),
];

/** A small letter is a choice where nothing but a mark or the line's end comes next: "answer: a", not "is a dog". */
const endsHere = /^(?:[)\]}.,:;*_"”'$](?!\p{L})|\s{0,3}(?:\n|$))/u;

/** What makes several letters of one: B and C · A, D · B or C. Not so: A, B is wrong. */
const more =
  /^[)\]}*_"”.\s]{0,4}(?:,|\/|&|\+|\bor\b|\band\b|\bund\b|\bou\b|\by\b|和|与|、)\s{0,2}(?:and\s|or\s)?(?:option\s|choice\s)?[([*_"“]{0,3}([A-Z])(?![\p{L}\p{N}'’])(?!\s(?:is|was|are|isn|does|would|can|could|has|seems|says)(?!\p{L}))/u;

function withMore(text: string, end: number, first: string): Claim {
  const letters = [first];
  let rest = text.slice(end, end + 200);
  for (let found = more.exec(rest); found !== null; found = more.exec(rest)) {
    letters.push(found[1] ?? "");
    rest = rest.slice(found[0].length);
  }
  return [...new Set(letters)];
}

/** The letters in the last box: `B`, `\text{(B)}`, `B. Paris`, `A, C`; null where it holds something else. */
function boxedClaim(text: string): Claim | null {
  const inside = lastBoxed(text)
    ?.slice(0, 200)
    .replaceAll(/\\(?:text|textbf|mathrm|mathbf)|[{}()[\]$*\s]/gu, "");
  const letters = /^[A-Za-z](?:(?:,|and|or|&|;)[A-Za-z])*(?=$|[.:])/.exec(inside ?? "")?.[0];
  if (letters === undefined) return null;
  return [...new Set(letters.split(/,|and|or|&|;/).map((one) => one.toUpperCase()))];
}

function lastOf(forms: readonly Form[], text: string): Claim | null {
  let last: { end: number; claim: Claim } | null = null;
  for (const { pattern, mayGoOn, ends } of forms) {
    for (const match of text.matchAll(pattern)) {
      const said = match.groups?.["letter"] ?? "";
      const end = match.index + match[0].length;
      const first = said.toUpperCase();
      if (said !== first && !mayGoOn) continue;
      if ((ends || said !== first) && !endsHere.test(text.slice(end, end + 6))) continue;
      if (last !== null && end < last.end) continue;
      last = { end, claim: mayGoOn ? withMore(text, end, first) : [first] };
    }
  }
  return last?.claim ?? null;
}

/**
 * What a text says that its choice is: what is in its last box, else the last statement of it; null where there is
 * none.
 */
export function lastClaim(text: string): Claim | null {
  return boxedClaim(text) ?? lastOf(outright, text) ?? lastOf(implied, text);
}
