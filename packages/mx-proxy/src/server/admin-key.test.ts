import { expect, test } from "vitest";
import { adminKey } from "./admin-key.ts";

const strong = "3f9c1d7e5b2a48660718293a4b5c6d7e8f90";

test("on this machine alone a key is made up where there is none", () => {
  const made = adminKey({}, "127.0.0.2");
  expect(made).toMatch(/^mx-[\w-]{32}$/);
  expect(adminKey({}, "127.0.0.2")).not.toBe(made);
  expect(adminKey({ MX_PROXY_SECRET: "0123456789abcdef" }, "::1")).toBe("0123456789abcdef");
});

test("where others can reach the proxy there must be one that cannot be guessed, and it is not repeated", () => {
  expect(adminKey({ MX_PROXY_SECRET: strong }, "0.0.0.0")).toBe(strong);
  const weak = [
    "",
    "short-secret",
    "a".repeat(40),
    "12".repeat(20),
    strong.slice(0, 20),
    `${strong} x`,
  ];
  for (const given of [undefined, ...weak]) {
    const make = () => adminKey({ MX_PROXY_SECRET: given }, "0.0.0.0");
    expect(make).toThrow(expect.objectContaining({ code: "bad_secret", exitCode: 2 }));
    if (given !== undefined && given !== "") expect(make).not.toThrow(given);
  }
  expect(() => adminKey({ MX_PROXY_SECRET: "short" }, "127.0.0.1")).toThrow("not fit for a key");
});
