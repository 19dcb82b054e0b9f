import { expect, test } from "vitest";
import { envVariables, parseDockerfile, runArguments } from "./dockerfile.ts";

test.for([
  { commands: ["FROM x", "", "# no", "run a && \\\n  b"], found: ["FROM x", "RUN a &&    b"] },
  { commands: ["RUN <<EOF\na\nb\nEOF", "ENV A=1"], found: ["RUN a\nb", "ENV A=1"] },
  { commands: ["RUN cat > /f <<'X'\n$a\nX"], found: ["RUN cat > /f <<'X'\n$a\nX"] },
])("$commands", ({ commands, found }) => {
  expect(parseDockerfile(commands).map(({ name, rest }) => `${name} ${rest}`)).toEqual(found);
});

test.for([
  { rest: "A=1 B=two", variables: { A: "1", B: "two" } },
  { rest: `A="a \\"b\\" c" B='it is' C=x\\ y`, variables: { A: 'a "b" c', B: "it is", C: "x y" } },
  { rest: "A some words", variables: { A: "some words" } },
])("ENV $rest", ({ rest, variables }) => {
  expect(envVariables(rest)).toEqual(variables);
});

test.for([
  { rest: '["a", "b c"]', argv: ["a", "b c"] },
  { rest: "[ -e /x ]", argv: ["/bin/sh", "-c", "[ -e /x ]"] },
  { rest: "echo hi", argv: ["/bin/sh", "-c", "echo hi"] },
])("RUN $rest", ({ rest, argv }) => {
  expect(runArguments(rest)).toEqual(argv);
});
