import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testContainers, type TestContainers } from "../testing/container-image.ts";
import { scratchBase } from "../testing/test-backend.ts";
import { cleanFolder } from "./clean-folder.ts";
import { hasSelinux } from "./engine-abilities.ts";

const found = await testContainers();

test.skipIf(typeof found === "string")(
  "a folder is cleaned with the limits and the runtime that sandboxes are made with",
  { timeout: 60_000 },
  async () => {
    const { engine, image, runtime } = found as TestContainers;
    const folder = join(scratchBase(), "sandbox");
    for (const name of ["workspace", ".hidden", "..odd"]) {
      mkdirSync(join(folder, name), { recursive: true });
      writeFileSync(join(folder, name, "file"), "x");
    }
    await cleanFolder(engine, image, folder, { runtime, options: [], selinux: hasSelinux() });
    expect(existsSync(folder)).toBe(false);
  },
);
