import { ExitCode, MxError } from "@mx/cli";
import type { App, Image } from "modal";
import { sha256, type Build } from "@mx/records";
import { modalError } from "./client/modal-failure.ts";
import type { ModalConnection } from "./client/open-modal-client.ts";
import { Status } from "./client/raw.ts";
import { imageCommands } from "./image-commands.ts";
import { withRetries } from "./retry-policy.ts";

const buildPolicy = { firstMs: 500, mostMs: 10_000, forMs: 60_000 };
const instruction = /^(RUN|ENV|WORKDIR|COPY|ARG|USER|SHELL|LABEL|ENTRYPOINT|CMD)\s/;

/** The images of a run: each is built once, whoever asks first, with its log on the way. */
export class ImageStore {
  readonly #connection: ModalConnection;
  readonly #app: App;
  readonly #setup: string[];
  readonly #note: (text: string) => void;
  readonly #images = new Map<string, Promise<Image>>();
  #builder: Promise<string> | null = null;

  /** `setup`: commands on top of each image; `note` is told what a build says. */
  constructor(
    connection: ModalConnection,
    app: App,
    { setup, note }: { setup: string[]; note: (text: string) => void },
  ) {
    this.#connection = connection;
    this.#app = app;
    this.#setup = setup.map((line) => (instruction.test(line) ? line : `RUN ${line}`));
    this.#note = note;
  }

  /** The image of a registry's tag, with the set-up on top. Throws MxError 69 where it cannot be built. */
  image(tag: string): Promise<Image> {
    return this.#once(tag, () => [`FROM ${tag}`]);
  }

  /**
   * The image of a sandbox, with its name: what a Dockerfile makes, the one that is named, or the `usual` one. Throws as
   * `image` does, and what `imageCommands` throws.
   */
  async of(
    { build, image }: { build?: Build; image?: string },
    usual: string,
  ): Promise<{ tag: string; image: Image }> {
    if (build === undefined)
      return { tag: image ?? usual, image: await this.image(image ?? usual) };
    const commands = imageCommands(build);
    const tag = `build-${sha256(commands.join("\n")).slice(0, 12)}`;
    return { tag, image: await this.#once(tag, () => commands) };
  }

  #once(tag: string, commands: () => string[]): Promise<Image> {
    let image = this.#images.get(tag);
    if (image === undefined) {
      image = this.#build(tag, [...commands(), ...this.#setup]);
      this.#images.set(tag, image);
      // One that failed for want of Modal may be asked for again.
      image.catch((error: unknown) => {
        if ((error as MxError).code !== "modal_image_failed") this.#images.delete(tag);
      });
    }
    return image;
  }

  async #build(tag: string, commands: string[]): Promise<Image> {
    const { sdk } = this.#connection;
    try {
      const imageId = await withRetries(() => this.#buildOnce(tag, commands), buildPolicy);
      return await sdk.images.fromId(imageId);
    } catch (error) {
      throw modalError(error, `the image ${tag} could not be built`);
    }
  }

  async #buildOnce(tag: string, commands: string[]): Promise<string> {
    const { raw, sdk } = this.#connection;
    this.#builder ??= sdk.getImageBuilderVersion(this.#app.environmentName);
    const builder = await this.#builder.catch((error: unknown) => {
      this.#builder = null;
      throw error;
    });
    const { imageId, result } = await raw.image(this.#app.appId, commands, builder);
    const end = result ?? (await raw.followBuild(imageId, (text) => this.#say(tag, text)));
    if (end.status === Status.success) return imageId;
    throw new MxError(`the image ${tag} could not be built: ${end.exception.trim()}`, {
      code: "modal_image_failed",
      exitCode: ExitCode.unavailable,
      hint: "the lines above are the build's own; see --image and --modal-setup",
    });
  }

  #say(tag: string, text: string): void {
    for (const line of text.split("\n")) if (line.trim() !== "") this.#note(`${tag}: ${line}`);
  }
}
