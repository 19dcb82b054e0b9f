import { describe, expect, test } from "vitest";
import { KeySetting } from "../file/setup-file.ts";
import type { Found, Sources } from "../values/sources.ts";
import { planKey, type KeyState } from "./key-plan.ts";

const given: Found = { value: "v", from: ".env", isGenerated: false };
const generated: Found = { value: "g", from: "lab.env", isGenerated: true };

/** Plans a key `K` as it would be with these sources and this state. */
function plan(
  setting: Record<string, unknown>,
  found: Found | null,
  state: Partial<KeyState> & { put?: string | null } = {},
) {
  const sources = { find: () => found, lookedIn: () => ".env" } as unknown as Sources;
  const known = new Map(state.put === undefined ? [] : [["K", state.put]]);
  return planKey("K", KeySetting.parse(setting), {
    isThere: false,
    known,
    digest: (value) => `digest of ${value}`,
    sources,
    rotating: new Set(),
    elsewhere: () => null,
    ...state,
  });
}

const generate = { generate: true };
const rotating = new Set(["K"]);

describe("a key that Modal does not have", () => {
  test.for([
    { setting: {}, found: given, expected: "add", value: "v" },
    { setting: {}, found: null, expected: "missing", value: null },
    { setting: { optional: true }, found: null, expected: "none", value: null },
    { setting: generate, found: null, expected: "add", value: null },
    { setting: generate, found: generated, expected: "add", value: "g" },
    { setting: generate, found: given, expected: "add", value: "v" },
  ])("$setting, found $found: $expected", ({ setting, found, expected, value }) => {
    expect(plan(setting, found)).toMatchObject({ change: expected, value });
  });

  test("it is not generated where only Modal has the value, under another name", () => {
    const planned = plan(generate, null, { elsewhere: () => "gateway" });
    expect(planned.change).toBe("missing");
    expect(planned.why).toContain("--rotate gateway");
  });
});

describe("a key that Modal has", () => {
  const isThere = true;
  test.for([
    { name: "as it was put", found: given, put: "digest of v", expected: "keep" },
    { name: "changed since", found: given, put: "digest of u", expected: "replace" },
    { name: "perhaps not arrived", found: given, put: null, expected: "replace" },
    { name: "put by others", found: given, put: undefined, expected: "keep" },
    { name: "without a value here", found: null, put: "digest of v", expected: "keep" },
  ])("$name: $expected", ({ found, put, expected }) => {
    const state = put === undefined ? { isThere } : { isThere, put };
    expect(plan({}, found, state).change).toBe(expected);
    // Neither is one that would be generated, was there nothing.
    expect(plan(generate, found, state).change).toBe(expected);
  });

  test("--rotate makes a generated one anew, sends another again, and says what has no value", () => {
    expect(plan(generate, generated, { isThere, rotating })).toMatchObject({
      change: "replace",
      rotate: true,
      value: null,
    });
    expect(plan(generate, null, { isThere, rotating })).toMatchObject({
      change: "replace",
      rotate: true,
    });
    expect(plan({}, given, { isThere, rotating })).toMatchObject({
      change: "replace",
      rotate: false,
      value: "v",
    });
    expect(plan({}, null, { isThere, rotating }).change).toBe("missing");
  });
});
