import { noUsage, type Request } from "@mx/records";

/** The record of a call of which next to nothing is known. */
export const callEnded: Request = {
  type: "request",
  version: 1,
  id: "req-1",
  started_at: "2026-02-14T10:30:00.250Z",
  run_id: null,
  key: null,
  attempt: null,
  task_id: null,
  trial: null,
  method: "POST",
  path: "/v1/chat/completions",
  model: "m",
  model_served: null,
  upstream: "mine",
  status: 200,
  state: "ok",
  attempts: 1,
  streamed: false,
  usage: noUsage,
  cost_usd: null,
  ttft_ms: 12.5,
  elapsed_ms: 30,
  cache: "off",
};
