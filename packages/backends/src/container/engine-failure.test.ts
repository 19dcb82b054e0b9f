import { expect, test } from "vitest";
import { engineEnv } from "./engine-env.ts";
import { engineError } from "./engine-failure.ts";

test.for<[string, RegExp]>([
  ["permission denied while trying to connect to /var/run/docker.sock", /usermod -aG docker/],
  [
    "Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?",
    /systemctl start docker/,
  ],
  ["Error: initializing source docker://x: manifest unknown", /--image/],
  ["dial tcp: lookup registry: no such host", /load the image by hand/],
  ["OCI: error setting rlimit type 7: operation not permitted", /--container-runtime runc/],
  ["something else", /--container-option/],
])("%s", ([said, hint]) => {
  const error = engineError("it failed", `first\n${said}\n`);
  expect(error).toMatchObject({ exitCode: 69, hint: expect.stringMatching(hint) });
  expect(error.message).toBe(`it failed: first; ${said}`);
});

test("an engine gets no key of a model", () => {
  const env = {
    PATH: "/bin",
    OPENAI_API_KEY: "secret",
    DOCKER_HOST: "unix:///x",
    https_proxy: "p",
    MX_PROXY_SECRET: "s",
  };
  expect(engineEnv(env)).toEqual({ PATH: "/bin", DOCKER_HOST: "unix:///x", https_proxy: "p" });
});
