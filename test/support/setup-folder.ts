import { startEmulator, type Emulator } from "@mx/modal-emulator";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runBin, start, type Ended } from "./run-bin.ts";

export const setupYaml = `environment: lab
secrets:
  providers:
    PROVIDER_KEY:
    PROVIDER_URL: { default: "https://provider.example" }
    OTHER_KEY: { optional: true }
  gateway:
    MASTER_KEY: { generate: { prefix: sk-, length: 40 } }
  database:
    DB_USER: { default: lab }
    DB_PASSWORD: { generate: true }
  app:
    GATEWAY_KEY: { variable: MASTER_KEY }
volumes:
  results: { version: 2 }
  cache:
`;
export const providerKey = "provider-secret-value-1";

const writes =
  /^(Environment(Create|Delete)|Secret(GetOrCreate|Update|Delete)|Volume(GetOrCreate|Delete))$/;

/** A folder with a setup file and a .env file, and a Modal to set up. */
export class SetupFolder implements AsyncDisposable {
  readonly path = mkdtempSync(join(tmpdir(), "mx-setup-test-"));
  readonly emulator: Emulator;

  private constructor(emulator: Emulator) {
    this.emulator = emulator;
    this.write("mx.setup.yaml", setupYaml);
    this.write(".env", `PROVIDER_KEY="${providerKey}"\n`);
  }

  /** With `bwrap`, sandboxes can be made in it. */
  static async open(isolation: "none" | "bwrap" = "none"): Promise<SetupFolder> {
    return new SetupFolder(await startEmulator({ isolation }));
  }

  get env(): Record<string, string> {
    return { HOME: this.path, ...this.emulator.env };
  }

  run(...args: string[]): Promise<Ended> {
    return this.runWith({}, ...args);
  }

  async runWith(env: Record<string, string>, ...args: string[]): Promise<Ended> {
    const { stdout, stderr, exitCode } = await start(
      "mx-setup",
      args,
      { ...this.env, ...env },
      { cwd: this.path, stdin: "ignore" },
    );
    return { stdout: String(stdout), stderr: String(stderr), exitCode };
  }

  /** How many calls have changed something in the cloud, or tried to. */
  writes(): number {
    const counts = Object.entries(this.emulator.counts());
    return counts.reduce((sum, [rpc, count]) => sum + (writes.test(rpc) ? count : 0), 0);
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.path, name), text);
  }

  /** The file with the generated values; null: there is none. */
  generated(): Record<string, string> | null {
    const path = join(this.path, ".mx/secrets/lab.env");
    if (!existsSync(path)) return null;
    const lines = readFileSync(path, "utf8").matchAll(/^(\w+)=(.*)$/gm);
    return Object.fromEntries([...lines].map(([, name, value]) => [name ?? "", value ?? ""]));
  }

  /** The secrets that the cloud has, by name. */
  secrets(): Record<string, Record<string, string>> {
    return Object.fromEntries(
      this.emulator.secrets("lab").map(({ name, values }) => [name, values]),
    );
  }

  /** Every file below the folder, with its permission bits. */
  files(): { name: string; text: string; mode: number }[] {
    return readdirSync(this.path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => ({
        name: path.slice(this.path.length + 1),
        text: readFileSync(path, "utf8"),
        mode: statSync(path).mode & 0o777,
      }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.emulator.close();
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** mx-setup without a cloud. */
export const setupAlone = (args: string[]) => runBin("mx-setup", args, {});
