import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import { ExitCode, MxError } from "@mx/cli";
import { fileBytes, type Build } from "@mx/records";
import type { Engine } from "./engine.ts";
import { engineError } from "./engine-failure.ts";

const buildMs = 3_600_000;

/** Has the engine build an image. Throws MxError 69 with the end of the build's log where that fails. */
export async function buildImage(
  engine: Engine,
  tag: string,
  build: Build,
  o: { note: (text: string) => void; signal: AbortSignal | undefined },
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "mx-build-"));
  try {
    const context = join(folder, "context");
    mkdirSync(context);
    writeContext(context, build.files);
    const dockerfile = join(folder, "Dockerfile");
    writeFileSync(dockerfile, build.dockerfile);
    const log: string[] = [];
    const { exitCode } = await engine.run(
      ["build", "--label", "mx-build=1", "--tag", tag, "--file", dockerfile, context],
      {
        timeoutMs: buildMs,
        signal: o.signal,
        onLine: (line) => {
          log.push(line);
          if (log.length > 20) log.shift();
          o.note(`${tag.slice(0, 21)}: ${line}`);
        },
      },
    );
    if (exitCode !== 0) {
      throw engineError(
        `the image of a Dockerfile could not be built`,
        log.join("\n"),
        "image_build_failed",
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeContext(folder: string, files: Build["files"]): void {
  for (const [path, content] of Object.entries(files ?? {})) {
    const place = posix.normalize(path);
    if (posix.isAbsolute(place) || place.split("/")[0] === ".." || place.endsWith("/")) {
      throw new MxError(`${JSON.stringify(path)} is not a path below a build context`, {
        code: "path_outside_sandbox",
        exitCode: ExitCode.badData,
      });
    }
    const { bytes, mode } = fileBytes(content);
    const to = join(folder, place);
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, bytes, { mode });
  }
}
