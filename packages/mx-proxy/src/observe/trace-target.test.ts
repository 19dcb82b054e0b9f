import { expect, test } from "vitest";
import { traceTarget } from "./trace-target.ts";

const langfuse = {
  LANGFUSE_HOST: "https://lf.example.com/",
  LANGFUSE_PUBLIC_KEY: "pk-lf-1",
  LANGFUSE_SECRET_KEY: "sk-lf-2",
};

test("a collector is named by the variables of OpenTelemetry", () => {
  expect(traceTarget({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://otel.example.com:4318/" })).toEqual({
    url: "http://otel.example.com:4318/v1/traces",
    headers: {},
    name: "otel.example.com:4318",
    secrets: [],
  });
  const own = traceTarget({
    ...langfuse,
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://ignored",
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://traces.example.com/in",
    OTEL_EXPORTER_OTLP_HEADERS: "Authorization=Bearer%20key-1, x-team=a",
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: "x-team=b=c",
  });
  expect(own).toMatchObject({
    url: "https://traces.example.com/in",
    headers: { authorization: "Bearer key-1", "x-team": "b=c" },
  });
  expect(own?.secrets).toContain("key-1");
});

test("Langfuse gets its keys as it wants them", () => {
  expect(traceTarget(langfuse)).toMatchObject({
    url: "https://lf.example.com/api/public/otel/v1/traces",
    headers: {
      authorization: `Basic ${Buffer.from("pk-lf-1:sk-lf-2").toString("base64")}`,
      "x-langfuse-ingestion-version": "4",
    },
    name: "lf.example.com",
  });
  const base = { ...langfuse, LANGFUSE_BASE_URL: "http://localhost:3000" };
  expect(traceTarget(base)?.url).toBe("http://localhost:3000/api/public/otel/v1/traces");
});

test.for([
  {},
  { ...langfuse, LANGFUSE_SECRET_KEY: "" },
  { ...langfuse, LANGFUSE_HOST: undefined },
  { ...langfuse, OTEL_SDK_DISABLED: "true" },
])("%j names nothing", (env) => {
  expect(traceTarget(env)).toBeNull();
});

test.for([
  { OTEL_EXPORTER_OTLP_ENDPOINT: "otel:4317" },
  { OTEL_EXPORTER_OTLP_ENDPOINT: "http://me:secret@otel" },
  { OTEL_EXPORTER_OTLP_ENDPOINT: "http://otel", OTEL_EXPORTER_OTLP_HEADERS: "secret" },
  { OTEL_EXPORTER_OTLP_ENDPOINT: "http://otel", OTEL_EXPORTER_OTLP_HEADERS: "a=secret%" },
])("%j is a mistake, and no secret is said", (env) => {
  expect(() => traceTarget(env)).toThrow(/^OTEL_EXPORTER_OTLP_\w+ (is|holds|cannot)/);
  expect(() => traceTarget(env)).not.toThrow("secret");
});
