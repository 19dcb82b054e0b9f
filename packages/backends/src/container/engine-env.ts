/** Variables that an engine's command line works with. */
const known =
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_\w+|TMPDIR|SHELL|XDG_\w+|DBUS_SESSION_BUS_ADDRESS|DOCKER_\w+|BUILDKIT_\w+|BUILDAH_\w+|PODMAN_\w+|CONTAINERS?_\w+|STORAGE_\w+|REGISTRY_\w+|SSL_CERT_\w+|(https?|no|all)_proxy)$/i;

/** The environment of an engine's command line: a model's key in ours is none of its business. */
export function engineEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => known.test(name)));
}
