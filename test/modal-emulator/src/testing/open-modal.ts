import type { App, Image, ModalClient } from "modal";
import type { Emulator } from "../emulator.ts";
import type { EmulatorOptions } from "../options.ts";
import { startEmulator } from "../start-emulator.ts";

/** An emulator, and the real SDK talking to it. */
export interface OpenModal extends AsyncDisposable {
  emulator: Emulator;
  sdk: typeof import("modal");
  client: ModalClient;
  app: App;
  image: Image;
}

/** Starts an emulator and connects a client. The SDK reads its environment when a client is made, and once at import. */
export async function openModal(options: EmulatorOptions = {}): Promise<OpenModal> {
  const emulator = await startEmulator(options);
  Object.assign(process.env, emulator.env);
  const sdk = await import("modal");
  const client = new sdk.ModalClient({ logLevel: "error" });
  const app = await client.apps.fromName("test", { createIfMissing: true });
  const image = await client.images.fromRegistry("python:3.13-slim").build(app);
  return {
    emulator,
    sdk,
    client,
    app,
    image,
    async [Symbol.asyncDispose]() {
      client.close();
      await emulator.close();
    },
  };
}

/** Runs a command in a sandbox to its end. */
export async function run(sandbox: import("modal").Sandbox, argv: string[]) {
  const process = await sandbox.exec(argv);
  const [stdout, stderr, exitCode] = await Promise.all([
    process.stdout.readText(),
    process.stderr.readText(),
    process.wait(),
  ]);
  return { stdout, stderr, exitCode };
}
