import { ExitCode, MxError } from "@mx/cli";
import { replaceFile } from "@mx/store/replace-file";
import { mkdir } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";

/** Writes the files that a plan brings into the folder of its server. */
export async function placeFiles(dir: string, files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const inside = normalize(name);
    if (inside.startsWith("/") || inside.startsWith("..")) {
      throw new MxError(`${name} is not inside the server's folder`, {
        code: "bad_plan",
        exitCode: ExitCode.bug,
      });
    }
    const path = join(dir, inside);
    await mkdir(dirname(path), { recursive: true });
    await replaceFile(path, (file) => file.writeFile(text));
  }
}
