import { expect, test } from "vitest";
import { networkPolicy } from "./network-policy.ts";
import { lifetimeMs } from "./lifetime.ts";

const limits = {
  memory_bytes: null,
  processes: null,
  open_files: null,
  output_bytes: null,
  workspace_bytes: null,
};
const spec = { id: "t", limits, env: {} };

test.for([
  { network: "none", policy: { blockNetwork: true } },
  { network: "full", policy: {} },
  {
    network: "model",
    modelUrl: "https://proxy.example.org:8443/v1",
    policy: { outboundDomainAllowlist: ["proxy.example.org"] },
  },
  {
    network: "model",
    modelUrl: "http://192.0.2.7:4000/v1",
    policy: { outboundCidrAllowlist: ["192.0.2.7/32"] },
  },
  {
    network: "model",
    modelUrl: "http://[2001:db8::7]/v1",
    policy: { outboundCidrAllowlist: ["2001:db8::7/128"] },
  },
] as const)("$network $modelUrl", ({ policy, network, ...given }) => {
  expect(networkPolicy({ ...spec, network, ...given })).toEqual(policy);
});

test("network `model` without a URL is refused", () => {
  expect(() => networkPolicy({ ...spec, network: "model" })).toThrow(/no way to the model/);
});

test("a sandbox lives for what its commands need and some slack, in whole seconds, a day at most", () => {
  expect(lifetimeMs(600_500)).toBe(901_000);
  expect(lifetimeMs(86_400_000)).toBe(86_400_000);
  expect(lifetimeMs(undefined)).toBe(86_400_000);
});
