import { MxError } from "@mx/cli";
import { canonicalJson, sha256, type Build } from "@mx/records";
import { buildImage } from "./build-image.ts";
import type { Engine } from "./engine.ts";
import { engineError } from "./engine-failure.ts";

/** An image that is here. */
export interface LocalImage {
  /** What `create` is told. */
  name: string;
  /** Digest of its configuration. */
  id: string;
  user: string;
  env: Record<string, string>;
  /** Null: `/`, which is nobody's workspace. */
  workdir: string | null;
}

interface Inspected {
  Id: string;
  Config?: { User?: string; Env?: string[] | null; WorkingDir?: string } | null;
}

const pullMs = 1_800_000;

/** The images of a run: each is looked up, and pulled or built where it is not here, once. */
export class ImageStore {
  readonly #engine: Engine;
  readonly #note: (text: string) => void;
  readonly #abort: AbortSignal | undefined;
  readonly #images = new Map<string, Promise<LocalImage>>();

  /** `note` is told what takes long, and what a build says. */
  constructor(o: {
    engine: Engine;
    note: (text: string) => void;
    abort?: AbortSignal | undefined;
  }) {
    this.#engine = o.engine;
    this.#note = o.note;
    this.#abort = o.abort;
  }

  /** The image of this name. Throws MxError 69 where it cannot be had. */
  image(name: string): Promise<LocalImage> {
    return this.#once(name, async () => (await this.#inspect(name)) ?? this.#pull(name));
  }

  /** The image that a Dockerfile and its context make; built once, by whichever run comes first. */
  build(build: Build): Promise<LocalImage> {
    const tag = `mx-build:${sha256(canonicalJson(build)).slice(0, 32)}`;
    return this.#once(tag, async () => {
      const there = await this.#inspect(tag);
      if (there !== null) return there;
      this.#note(`building ${tag}`);
      await buildImage(this.#engine, tag, build, { note: this.#note, signal: this.#abort });
      return (await this.#inspect(tag)) ?? missing(tag);
    });
  }

  #once(name: string, make: () => Promise<LocalImage>): Promise<LocalImage> {
    let image = this.#images.get(name);
    if (image === undefined) {
      image = make();
      this.#images.set(name, image);
      // What the engine has refused it would refuse a thousand trials; anything else may go better the next time.
      image.catch((error: unknown) => {
        if (!(error instanceof MxError)) this.#images.delete(name);
      });
    }
    return image;
  }

  async #pull(name: string): Promise<LocalImage> {
    const whole = this.#engine.kind === "podman" ? qualified(name) : name;
    this.#note(`pulling ${whole}`);
    const { exitCode, stderr } = await this.#engine.run(["pull", "--quiet", whole], {
      timeoutMs: pullMs,
      signal: this.#abort,
    });
    if (exitCode !== 0) {
      throw engineError(`the image ${name} could not be pulled`, stderr, "image_unavailable");
    }
    return (await this.#inspect(whole)) ?? missing(name);
  }

  /** Null: it is not here. */
  async #inspect(name: string): Promise<LocalImage | null> {
    const { exitCode, stdout } = await this.#engine.run(["image", "inspect", name]);
    if (exitCode !== 0) return null;
    const [found] = JSON.parse(stdout.toString("utf8")) as Inspected[];
    if (found === undefined) return null;
    const { User = "", Env, WorkingDir = "" } = found.Config ?? {};
    return {
      name,
      id: found.Id.replace(/^(?!sha256:)/, "sha256:"),
      user: User,
      env: Object.fromEntries((Env ?? []).map((entry) => entry.split(/=(.*)/s, 2))),
      workdir: WorkingDir === "" || WorkingDir === "/" ? null : WorkingDir,
    };
  }
}

/** Podman asks which registry is meant, or refuses; docker has always meant its own. */
function qualified(name: string): string {
  const [first = "", ...rest] = name.split("/");
  if (rest.length > 0 && (/[.:]/.test(first) || first === "localhost")) return name;
  return rest.length > 0 ? `docker.io/${name}` : `docker.io/library/${name}`;
}

function missing(name: string): never {
  throw engineError(`the image ${name} is not there, although the engine has made it`, "");
}
