/** What the container backend is told besides what every backend is. */
export interface ContainerOptions {
  /** `docker`, `podman`, or the path of one of them; default: the first of the two that works. */
  engine?: string | undefined;
  /** OCI runtime, by the name or path that the engine knows; default: the engine's own. */
  runtime?: string | undefined;
  /** Further arguments of the engine's `create`, for hosts that need some. */
  options: string[];
  /** Image where a task names none, made ready before anything runs; default: one that is pulled by who needs it. */
  image?: string | undefined;
  /** Cores of a sandbox; default: all of the host's. */
  cpu?: number | undefined;
}
