import { ExitCode, MxError } from "@mx/cli";
import type { BackendOptions } from "../backend-options.ts";
import { limitReport } from "../exec/limit-report.ts";
import { modalError } from "./client/modal-failure.ts";
import { openModalClient, type ModalConnection } from "./client/open-modal-client.ts";
import { withDeadline } from "./client/with-deadline.ts";
import { ImageStore } from "./image-store.ts";
import { ModalBackend, type ModalResources } from "./modal-backend.ts";
import type { ModalOptions } from "./modal-options.ts";
import { toolVolume } from "./tool-volume.ts";

const lookupMs = 60_000;

/** What holds each limit: Modal knows none of processes, or of what a sandbox writes. */
const enforcedBy = {
  wall_ms: "clock",
  memory_bytes: "modal",
  processes: null,
  open_files: "rlimit",
  output_bytes: "watch",
  workspace_bytes: null,
};

/** Opens the backend whose sandboxes run at Modal. Calls nobody yet: `prepare` does. Throws MxError 2 without credentials. */
export async function openModal({
  limits,
  tools = [],
  readOnlyMounts = [],
  runId,
  env,
  modal: options,
  note = () => {},
  abort,
}: BackendOptions): Promise<ModalBackend> {
  if (options === undefined) throw new Error("the modal backend needs its options");
  if (readOnlyMounts.length > 0) {
    throw new MxError("a sandbox in the cloud sees no folder of this host", {
      code: "mount_unsupported",
      exitCode: ExitCode.usage,
      hint: "give --modal-volume NAME:/path in place of --mount",
    });
  }
  const connection = await openModalClient(env, { environment: options.environment });
  return new ModalBackend({
    connection,
    resources: () => resources(connection, options, tools, note),
    options,
    limits: limitReport(limits, enforcedBy),
    runId,
    note,
    abort,
  });
}

/** Finds the app, builds the image and brings the tools there, so that a thousand sandboxes need not each do that. */
async function resources(
  connection: ModalConnection,
  options: ModalOptions,
  given: NonNullable<BackendOptions["tools"]>,
  note: (text: string) => void,
): Promise<ModalResources> {
  const { sdk, environment } = connection;
  const where = environment === "" ? {} : { environment };
  const find = <T>(call: Promise<T>, what: string) =>
    withDeadline(call, lookupMs, what).catch((error: unknown) => {
      throw modalError(error, what);
    });
  const app = await find(
    sdk.apps.fromName(options.app, { ...where, createIfMissing: true }),
    `app ${options.app}`,
  );
  const images = new ImageStore(connection, app, { setup: options.setup, note });
  const [tools, secrets, volumes] = await Promise.all([
    toolVolume(connection, given),
    Promise.all(
      options.secrets.map((name) => find(sdk.secrets.fromName(name, where), `secret ${name}`)),
    ),
    Promise.all(
      options.volumes.map(async ({ name, path, readOnly }) => {
        const volume = await find(sdk.volumes.fromName(name, where), `volume ${name}`);
        return [path, readOnly ? volume.withMountOptions({ readOnly }) : volume] as const;
      }),
    ),
    images.image(options.image),
  ]);
  const needsNode = given.some(({ name }) => /\.[cm]?js$/.test(name));
  return { app, images, tools, needsNode, secrets, volumes: Object.fromEntries(volumes) };
}
