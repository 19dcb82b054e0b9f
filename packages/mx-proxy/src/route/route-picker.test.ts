import { expect, test } from "vitest";
import type { Strategy } from "../config/config.ts";
import { plainUpstream } from "../config/plain-upstream.ts";
import { header } from "../call/headers.ts";
import { readAsked } from "../call/asked.ts";
import { Api } from "../upstream/api.ts";
import type { UpstreamRequest } from "../upstream/upstream.ts";
import { RoutePicker } from "./route-picker.ts";
import { Route } from "./route.ts";

function route(names: string[], strategy: Strategy = "least_outstanding"): Route {
  const tiers = names.map((name) => {
    const plain = plainUpstream(name, new URL(`https://${name}/v1`), null);
    const api = new Api({ ...plain, connectTimeoutMs: 1000 }, () => {});
    return [{ api, model: null, weight: 1, served: 0 }];
  });
  return new Route(tiers, strategy, []);
}

function request(headers: string[] = []): UpstreamRequest {
  const body = Buffer.from('{"model":"m","messages":[{"role":"user","content":"hello"}]}');
  const subject = { task: null, trial: 0, attempt: 0 };
  const asked = readAsked(body, undefined, "/v1/chat/completions");
  return {
    method: "POST",
    path: "/v1/chat/completions",
    headers,
    body,
    asked,
    trial: null,
    subject,
  };
}

test("tries go through the tiers, and after a pause begin with the first again", () => {
  const picker = new RoutePicker(request(), route(["a", "b", "c"]), []);
  expect([picker.pick(), picker.other(), picker.other()].map(({ api }) => api.name)).toEqual([
    "a",
    "b",
    "c",
  ]);
  expect(picker.hasOther()).toBe(false);
  expect(picker.pick().api.name).toBe("a");
  expect(picker.hasOther()).toBe(true);
});

test("one that is open or wants to be left alone is passed over, until no other is left", () => {
  const routes = route(["a", "b"]);
  const [a, b] = routes.candidates;
  if (a === undefined || b === undefined) throw new Error("none");
  for (let count = 0; count < 5; count += 1) a.api.breaker.failed();
  expect(new RoutePicker(request(), routes, []).pick()).toBe(b);
  const nobody = { owner: "", tokens: 0, slot: null, round: 0, go: () => {} };
  b.api.gate.tooMany(nobody, 10_000);
  const picker = new RoutePicker(request(), routes, []);
  expect(picker.pick()).toBe(b);
  expect(picker.hasOther()).toBe(false);
});

test("sticky calls to Modal carry a session, unless the client has one of its own", () => {
  const sent = (names: string[], strategy: Strategy, headers: string[] = []) => {
    const picker = new RoutePicker(request(headers), route(names, strategy), []);
    return header(picker.target(picker.pick()).headers, "modal-session-id");
  };
  const id = sent(["team--m.modal.run"], "sticky");
  expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect(sent(["team--m.modal.run"], "sticky")).toBe(id);
  expect(sent(["team--m.modal.run"], "sticky", ["modal-session-id", "mine"])).toBe("mine");
  expect(sent(["team--m.modal.run"], "least_outstanding")).toBeUndefined();
  expect(sent(["api.example.com"], "sticky")).toBeUndefined();
});
