import { expect, test } from "vitest";
import { addressOf } from "../config/address-of.ts";
import { providerHeaders, providerPath, type Address } from "./provider.ts";

function address(provider: string, base: string, more: Partial<Address> = {}): Address {
  const defaults = { apiVersion: null, key: "k-123", headers: [] };
  return { provider, base: addressOf(provider, base), ...defaults, ...more };
}

const chat = "/v1/chat/completions";

test.for([
  ["openai", "https://api.openai.com/v1", chat, "/v1/chat/completions"],
  ["openai", "http://localhost:8000", chat, "/v1/chat/completions"],
  ["groq", "https://api.groq.com/openai/v1", chat, "/openai/v1/chat/completions"],
  ["openrouter", "https://openrouter.ai/api/v1/", chat, "/api/v1/chat/completions"],
  ["anthropic", "https://api.anthropic.com", "/v1/messages?beta=true", "/v1/messages?beta=true"],
] as const)("%s at %s: %s goes to %s", ([provider, base, path, expected]) => {
  expect(providerPath(address(provider, base), path, "m")).toBe(expected);
});

test.for([
  [
    "https://r.openai.azure.com",
    "2024-06-01",
    chat,
    "dep",
    "/openai/deployments/dep/chat/completions?api-version=2024-06-01",
  ],
  [
    "https://r.openai.azure.com/",
    "2024-06-01",
    "/v1/embeddings",
    "a b",
    "/openai/deployments/a%20b/embeddings?api-version=2024-06-01",
  ],
  [
    "https://r.openai.azure.com",
    "2024-06-01",
    "/v1/files?limit=2",
    null,
    "/openai/files?limit=2&api-version=2024-06-01",
  ],
  [
    "https://r.openai.azure.com",
    "2025-04-01-preview",
    "/v1/responses",
    "dep",
    "/openai/responses?api-version=2025-04-01-preview",
  ],
  ["https://r.openai.azure.com", "v1", chat, "dep", "/openai/v1/chat/completions"],
  [
    "https://r.openai.azure.com",
    "preview",
    chat,
    "dep",
    "/openai/v1/chat/completions?api-version=preview",
  ],
  ["https://r.openai.azure.com/openai/v1/", "v1", chat, "dep", "/openai/v1/chat/completions"],
  [
    "https://gw.example/azure/openai/deployments/d1",
    "2024-06-01",
    chat,
    "dep",
    "/azure/openai/deployments/d1/chat/completions?api-version=2024-06-01",
  ],
] as const)("azure at %s, version %s: %s", ([base, apiVersion, path, model, expected]) => {
  expect(providerPath(address("azure", base, { apiVersion }), path, model)).toBe(expected);
});

test("keys go where each API wants them", () => {
  const sent = ["accept", "*/*"];
  const headers = (provider: string, path: string, more: string[] = []) =>
    providerHeaders(address(provider, "https://x.example/v1"), path, [...sent, ...more]);
  expect(headers("openai", chat)).toEqual([...sent, "authorization", "Bearer k-123"]);
  expect(headers("azure", chat)).toEqual([...sent, "api-key", "k-123"]);
  expect(headers("anthropic", "/v1/messages")).toEqual([
    ...sent,
    "anthropic-version",
    "2023-06-01",
    "x-api-key",
    "k-123",
  ]);
  expect(headers("anthropic", "/v1/messages", ["Anthropic-Version", "2024-01-01"])).toEqual([
    ...sent,
    "Anthropic-Version",
    "2024-01-01",
    "x-api-key",
    "k-123",
  ]);
  expect(headers("anthropic", chat)).toContain("Bearer k-123");
});

test("configured headers go before those of the client", () => {
  const headers = [["x-team", "evals"]] as const;
  const one = address("openai", "https://x.example", { headers, key: null });
  expect(providerHeaders(one, chat, ["X-Team", "mine", "accept", "*/*"])).toEqual([
    "accept",
    "*/*",
    "x-team",
    "evals",
  ]);
});

test("a configured header goes before the key and what is usual, and nothing is sent twice", () => {
  const own = [["authorization", "Basic abc"]] as const;
  const one = address("openai", "https://x.example", { headers: own });
  expect(providerHeaders(one, chat, [])).toEqual(["authorization", "Basic abc"]);
  const version = [["anthropic-version", "2024-01-01"]] as const;
  const other = address("anthropic", "https://x.example", { headers: version });
  expect(providerHeaders(other, "/v1/messages", [])).toEqual([
    "anthropic-version",
    "2024-01-01",
    "x-api-key",
    "k-123",
  ]);
});

test("a deployment's name with half a character of UTF-16 is a name all the same", () => {
  const azure = address("azure", "https://r.openai.azure.com", { apiVersion: "2024-06-01" });
  expect(providerPath(azure, chat, "m\ud800")).toContain("/deployments/m%EF%BF%BD/chat");
});
