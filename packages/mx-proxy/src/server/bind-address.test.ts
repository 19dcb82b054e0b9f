import { hostname } from "node:os";
import { expect, test } from "vitest";
import { isLoopback, localUrl, reachableUrl } from "./bind-address.ts";

test.for(["127.0.0.1", "127.0.0.2", "127.255.0.9", "::1", "localhost", "::ffff:127.0.0.1"])(
  "%s is reached from this machine only",
  (host) => expect(isLoopback(host)).toBe(true),
);

test.for(["0.0.0.0", "::", "10.0.0.1", "128.0.0.1", "::2", "example.com", "127.0.0.1.nip.io", ""])(
  "%j may be reached from elsewhere",
  (host) => expect(isLoopback(host)).toBe(false),
);

test("programs on this machine and elsewhere get a URL that they can use", () => {
  expect(localUrl("0.0.0.0", 80)).toBe("http://127.0.0.1:80/v1");
  expect(localUrl("::", 80)).toBe("http://[::1]:80/v1");
  expect(localUrl("127.0.0.2", 80)).toBe("http://127.0.0.2:80/v1");
  expect(reachableUrl("0.0.0.0", 80)).toBe(`http://${hostname()}:80/v1`);
  expect(reachableUrl("::1", 80)).toBe("http://[::1]:80/v1");
});
