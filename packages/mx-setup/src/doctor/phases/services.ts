import * as z from "zod";
import { callService } from "../call-service.ts";
import { failed, notRun, ok, type Finding } from "../finding.ts";
import type { PhaseContext } from "../phase.ts";
import type { Service } from "../service.ts";

const Models = z.object({ data: z.array(z.object({ id: z.string() })) });
const shownModels = 5;

/** services: each answers, and is what it should be. */
export async function* services({ services, flags }: PhaseContext): AsyncGenerator<Finding> {
  if (services.length === 0) {
    yield notRun(
      "services",
      "no service is named",
      "--endpoint NAME=URL, or `services` in the setup file",
    );
  }
  const timeoutMs = flags.timeoutS * 1000;
  for (const service of services) {
    if (service.health !== null) yield await checkHealth(service, service.health, timeoutMs);
    if (service.url !== null) yield await checkModels(service, service.url, timeoutMs);
  }
}

async function checkHealth(service: Service, url: string, timeoutMs: number): Promise<Finding> {
  const name = `${service.name} is well`;
  const answer = await callService(service, url, { timeoutMs });
  if (answer.problem !== null) return unreachable(name, url, answer.problem);
  const good = answer.status >= 200 && answer.status < 300;
  return good
    ? ok(name, `${url} answers ${answer.status}`)
    : failed(name, `${url} answers ${answer.status}`, "look at the service's log");
}

/** The models that a service lists; a text says why there are none. */
export async function listModels(
  service: Service,
  url: string,
  timeoutMs: number,
): Promise<string[] | Finding> {
  const name = `${service.name} lists its models`;
  const at = `${url.replace(/\/$/, "")}/models`;
  const answer = await callService(service, at, { timeoutMs });
  if (answer.problem !== null) return unreachable(name, at, answer.problem);
  if (answer.status === 401 || answer.status === 403)
    return refused(name, at, answer.status, service);
  const models = Models.safeParse(answer.body);
  if (answer.status === 200 && models.success) return models.data.data.map(({ id }) => id);
  return failed(
    name,
    `${at} answers ${answer.status}, and not as an OpenAI-compatible API does`,
    "the URL should end in /v1; see that nothing else has taken the port",
  );
}

async function checkModels(service: Service, url: string, timeoutMs: number): Promise<Finding> {
  const models = await listModels(service, url, timeoutMs);
  if (!Array.isArray(models)) return models;
  const name = `${service.name} lists its models`;
  const lacking = service.models.filter((model) => !models.includes(model));
  if (lacking.length > 0) {
    return failed(
      name,
      `it does not list ${lacking.join(", ")}`,
      "add them to its configuration, or see that the URL is the right one",
    );
  }
  const rest = models.length > shownModels ? ", …" : "";
  return ok(name, `${models.length}: ${models.slice(0, shownModels).join(", ")}${rest}`);
}

export function unreachable(name: string, url: string, problem: string): Finding {
  return failed(name, `${url}: ${problem}`, "start the service, or correct its URL");
}

export function refused(
  name: string,
  url: string,
  status: number,
  { keyName, key }: Service,
): Finding {
  const fix =
    keyName === null
      ? "name the variable with its key: `api_key_env` in the setup file, --api-key-env with --endpoint"
      : key === null
        ? `set ${keyName}`
        : `${keyName} holds a key that it does not take`;
  return failed(name, `${url} answers ${status}`, fix);
}
