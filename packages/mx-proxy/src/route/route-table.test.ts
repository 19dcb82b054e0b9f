import { expect, test } from "vitest";
import { emptyConfig, type ModelConfig } from "../config/config.ts";
import { plainUpstream } from "../config/plain-upstream.ts";
import { Api } from "../upstream/api.ts";
import { RouteTable } from "./route-table.ts";

function table(models: Record<string, string[]>, upstreams: Record<string, string[] | null>) {
  const all = Object.entries(upstreams).map(([name, listed]) => ({
    ...plainUpstream(name, new URL(`http://${name}.example/v1`), null),
    models: listed,
  }));
  const named = Object.entries(models).map(([name, targets]): ModelConfig => ({
    name,
    targets: targets.map((target) => {
      const [upstream = "", model = null, order = "0"] = target.split("|");
      return { upstream, model, order: Number(order), weight: 1 };
    }),
    strategy: null,
    fallbacks: [],
  }));
  const apis = all.map((one) => new Api({ ...one, connectTimeoutMs: 1000 }, () => {}));
  return new RouteTable({ ...emptyConfig, upstreams: all, models: named }, apis);
}

/** Where a model's calls go: upstream and model, tier by tier. */
function where(routes: RouteTable, model: string | null): string | null {
  const route = routes.find(model);
  if (route === null) return null;
  const name = (tier: (typeof route.tiers)[number]) =>
    tier.map((one) => `${one.api.name}:${one.model ?? "="}`).join("+");
  return route.tiers.map(name).join(" > ");
}

test("one upstream takes whatever is asked", () => {
  const routes = table({}, { a: null });
  expect(routes.isTransparent).toBe(true);
  for (const model of ["m", "org/m", null]) expect(where(routes, model)).toBe("a:=");
});

test("aliases, tiers, what upstreams list, and upstream/model", () => {
  const routes = table(
    { judge: ["a|gpt-5"], "team/both": ["b|x|1", "a|y|0", "b|z|0"] },
    { a: ["gpt-5", "org/shared"], b: ["org/shared", "own"] },
  );
  expect(routes.isTransparent).toBe(false);
  expect(where(routes, "judge")).toBe("a:gpt-5");
  expect(where(routes, "team/both")).toBe("a:y+b:z > b:x");
  expect(where(routes, "gpt-5")).toBe("a:=");
  expect(where(routes, "org/shared")).toBe("a:=+b:=");
  expect(where(routes, "b/own")).toBe("b:own");
  expect(where(routes, "b/some/thing")).toBe("b:some/thing");
  expect(where(routes, "nope")).toBe(null);
  expect(where(routes, null)).toBe("a:=");
  // The same route each time, so that it knows who was given how much.
  expect(routes.find("org/shared")).toBe(routes.find("org/shared"));
});

test("wildcards: the most exact one, with what the stars stand for", () => {
  const routes = table(
    { "openai/*": ["a|*"], "openai/gpt-4*": ["b|four*"], "x:*:y:*": ["a|*-*"], "*": ["b|last"] },
    { a: [], b: [] },
  );
  expect(where(routes, "openai/o3/mini")).toBe("a:o3/mini");
  expect(where(routes, "openai/gpt-4o")).toBe("b:fouro");
  expect(where(routes, "x:1:y:2")).toBe("a:1-2");
  expect(where(routes, "anything")).toBe("b:last");
});

test("a name whose upstream is not there is no name", () => {
  const routes = table({ gone: ["c|m"] }, { a: [], b: [] });
  expect(where(routes, "gone")).toBe(null);
  expect(routes.names).toEqual([]);
});
