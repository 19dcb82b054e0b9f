/** Where the parts of a chunked sample begin, by the index of their first item: chunked/format.py. */
export interface ChunkStarts {
  messages: number[];
  events: number[];
  attachments: number[];
}

/** A sample in an archive: one member, or a shell with chunks of its sequences. */
export interface SampleMember {
  /** `samples/{id}_epoch_{n}` */
  prefix: string;
  /** Null for a sample that is one member. */
  chunks: ChunkStarts | null;
}

const wholeSample = /^(samples\/.*_epoch_-?\d+)\.json$/s;
const shell = /^(samples\/.*_epoch_-?\d+)\/sample\.json$/s;
const chunk = /^(samples\/.*_epoch_-?\d+)\/(messages|events|attachments)\/(\d{1,15})\.json$/s;

/** The samples of an archive by the names of its members, in their order: log/_recorders/eval.py. */
export function sampleMembers(names: Iterable<string>): SampleMember[] {
  const samples: SampleMember[] = [];
  const chunked = new Map<string, ChunkStarts>();
  const startsOf = (prefix: string) => {
    const known = chunked.get(prefix) ?? { messages: [], events: [], attachments: [] };
    chunked.set(prefix, known);
    return known;
  };
  for (const name of names) {
    const part = chunk.exec(name);
    if (part !== null) {
      startsOf(part[1]!)[part[2] as keyof ChunkStarts].push(Number(part[3]));
      continue;
    }
    const shellPrefix = shell.exec(name)?.[1];
    const prefix = shellPrefix ?? wholeSample.exec(name)?.[1];
    if (prefix === undefined) continue;
    samples.push({ prefix, chunks: shellPrefix === undefined ? null : startsOf(prefix) });
  }
  for (const starts of chunked.values()) {
    for (const list of Object.values(starts) as number[][]) list.sort((a, b) => a - b);
  }
  return samples;
}

/** Names of the journal's summaries, in the order in which they were written. */
export function journalSummaries(names: Iterable<string>): string[] {
  const numbered = [...names].flatMap((name): [number, string][] => {
    const number = /^_journal\/summaries\/(\d{1,15})\.json$/.exec(name)?.[1];
    return number === undefined ? [] : [[Number(number), name]];
  });
  return numbered.sort(([a], [b]) => a - b).map(([, name]) => name);
}
