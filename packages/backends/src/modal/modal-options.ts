/** A volume that sandboxes see. */
export interface VolumeMount {
  name: string;
  /** Absolute path inside. */
  path: string;
  readOnly: boolean;
}

/** What the Modal backend is told besides what every backend is. */
export interface ModalOptions {
  /** App that the sandboxes belong to; made where there is none. */
  app: string;
  /** Environment of the app, its secrets and volumes; default: the workspace's own. */
  environment?: string | undefined;
  /** Image where a task names none: a tag of a registry. */
  image: string;
  /** Commands of a Dockerfile (`RUN …`) or of a shell that are carried out once, when the image is built. */
  setup: string[];
  /** Cores of a sandbox; default: Modal's. */
  cpu?: number | undefined;
  /** Such as `H100` or `A100-80GB:2`; makes sandboxes of generation V1, as V2 has no GPUs. */
  gpu?: string | undefined;
  regions: string[];
  cloud?: string | undefined;
  /** Names of secrets whose keys become variables of every command. */
  secrets: string[];
  volumes: VolumeMount[];
  /** Seconds that a sandbox is asked for again while Modal cannot be reached or has no room. */
  waitSeconds: number;
}
