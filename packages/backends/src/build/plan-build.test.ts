import type { Build } from "@mx/records";
import { describe, expect, test } from "vitest";
import { planBuild, workdirOf } from "./plan-build.ts";

const options = { path: "/usr/bin:/bin", canHold: (folder: string) => folder.startsWith("/app") };
const plan = (dockerfile: string, files: Build["files"] = {}) =>
  planBuild({ dockerfile: `FROM debian:12\n${dockerfile}`, files }, options);
/** What a plan puts where: text and mode by path. */
const placed = (dockerfile: string, files?: Build["files"]) =>
  Object.fromEntries(
    plan(dockerfile, files).files.map(({ path, bytes, mode }) => [
      path,
      `${Buffer.from(bytes).toString()} ${mode.toString(8)}`,
    ]),
  );

describe("variables", () => {
  test.for<[string, Record<string, string>]>([
    ["ENV A=1 B=two", { A: "1", B: "two" }],
    [`ENV A="x y" B='$A' C=x\\ y`, { A: "x y", B: "$A", C: "x y" }],
    ["ENV A the rest  of it", { A: "the rest  of it" }],
    [
      "ARG X=1\nARG X\nENV A=$X B=${X} C=${Y:-d} D=${X:+e} E=${Y} F=\\$X",
      { A: "1", B: "1", C: "d", D: "e", E: "", F: "$X" },
    ],
    ["ENV PATH=/app/bin:$PATH", { PATH: "/app/bin:/usr/bin:/bin" }],
  ])("%s", ([text, env]) => {
    expect(plan(text).env).toEqual(env);
  });
});

describe("files", () => {
  const files = {
    "a.txt": "a",
    "src/run.sh": { text: "run", executable: true },
    "src/deep/b.txt": "b",
    ".dockerignore": "*.log\n!keep.log\nsrc/deep/*\n",
    "x.log": "x",
    "keep.log": "k",
  };
  test.for<[string, Record<string, string>]>([
    ["COPY a.txt /app/b.txt", { "/app/b.txt": "a 644" }],
    ["COPY a.txt /app/", { "/app/a.txt": "a 644" }],
    ["WORKDIR /app\nCOPY a.txt ./", { "/app/a.txt": "a 644" }],
    ["COPY src /app/s", { "/app/s/run.sh": "run 755" }],
    ["COPY src/ /app/s/", { "/app/s/run.sh": "run 755" }],
    ["COPY *.txt *.log /app/", { "/app/a.txt": "a 644", "/app/keep.log": "k 644" }],
    ["COPY --chmod=600 --chown=root a.txt /app/", { "/app/a.txt": "a 600" }],
    [`COPY ["a.txt", "/app/with space"]`, { "/app/with space": "a 644" }],
    ["ENV D=/app/d\nCOPY a.txt $D/", { "/app/d/a.txt": "a 644" }],
    ["COPY <<END /app/f\nx $D\nEND", { "/app/f": "x \n 644" }],
    ["COPY a.txt /app/\nRUN chmod +x /app/a.txt", { "/app/a.txt": "a 755" }],
    ["RUN mkdir -p /app/x && touch /app/x/y", { "/app/x/y": " 644" }],
  ])("%s", ([text, wanted]) => {
    expect(placed(text, files)).toEqual(wanted);
  });

  test("a file that is not there is the Dockerfile's mistake", () => {
    expect(() => plan("COPY none /app/", files)).toThrow("Dockerfile:2: there is no none in the");
  });
});

describe("what needs a builder", () => {
  test.for([
    "RUN apt-get install -y jq",
    "RUN mkdir -p /app && curl x | sh",
    "RUN mkdir -p /app/$(date)",
    "RUN <<EOF\nmkdir /app\nEOF",
    "RUN --mount=type=cache,target=/x true",
    "RUN chmod +x /app/not-from-here",
    "FROM debian",
    "COPY --from=build /a /app/a",
    "ADD https://example.org/a /app/a",
    "USER nobody",
    "COPY a /usr/local/bin/a",
    "WORKDIR /usr/src/app",
  ])("%s", (text) => {
    const files = { a: "a" };
    expect(() => plan(text, files)).toThrow(/^Dockerfile:2: `.*` needs an image build/);
  });

  test.for(["alpine", "rust:1", "registry.example.org/debian", "ghcr.io/x/ubuntu:1"])(
    "FROM %s",
    (base) => {
      expect(() => planBuild({ dockerfile: `FROM ${base}` }, options)).toThrow(
        /needs an image build/,
      );
    },
  );
});

test.for<[string, string | null]>([
  ["FROM a\nWORKDIR /x\nWORKDIR y", "/x/y"],
  ["FROM a AS b\nWORKDIR /x\nFROM c", null],
  ["ARG D=/z\nFROM a\nENV E=$D\nWORKDIR $E", "/z"],
  ["FROM a", null],
])("the working folder of %j is %j", ([dockerfile, workdir]) => {
  expect(workdirOf(dockerfile)).toBe(workdir);
});
