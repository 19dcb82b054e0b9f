import type { Cloud, Secret } from "../cloud.ts";
import { shortId } from "../grpc/ids.ts";
import { invalid, notFound, precondition } from "../grpc/status.ts";
import type { ControlCalls } from "./control-api.ts";

/** Secrets. Values go in and into sandboxes; no RPC gives them out again. */
export function secretCalls(cloud: Cloud): ControlCalls {
  const metadata = ({ name, variables, environment, createdAt }: Secret) => ({
    name,
    keys: Object.keys(variables),
    environmentName: environment,
    createdAt,
  });
  return {
    secretGetOrCreate(request) {
      const { deploymentName = "", objectCreationType = 0, requiredKeys = [] } = request;
      const environment = cloud.environmentName(request.environmentName);
      const variables = filled(request.envDict);
      const secret = cloud.secrets.getOrCreate(
        { name: deploymentName, environment, type: objectCreationType },
        (name) => ({
          id: shortId("st"),
          name,
          environment,
          createdAt: Date.now() / 1000,
          variables,
        }),
        (existing) => (existing.variables = variables),
      );
      const missing = requiredKeys.filter((key) => key !== undefined && !(key in secret.variables));
      if (missing.length > 0) {
        throw precondition(`Secret '${secret.name}' is missing key(s): ${missing.join(", ")}`);
      }
      return { secretId: secret.id, metadata: metadata(secret) };
    },
    secretUpdate({ secretId, updates = [] }) {
      const { variables } = cloud.secrets.get(secretId);
      for (const { key, value } of updates) {
        if (key === undefined || key === "") throw invalid("a key is missing");
        if (value === undefined) delete variables[key];
        else variables[key] = value;
      }
      return {};
    },
    secretList(request) {
      const environmentName = cloud.environmentName(request.environmentName);
      const secrets = cloud.secrets.all(environmentName).filter(({ name }) => name !== "");
      return {
        environmentName,
        items: secrets.map((secret) => ({
          label: secret.name,
          secretId: secret.id,
          createdAt: secret.createdAt,
          environmentName,
          metadata: metadata(secret),
        })),
      };
    },
    secretDelete({ secretId }) {
      cloud.secrets.delete(secretId);
      return {};
    },
    secretGetInfo({ secretId }) {
      const secret = cloud.secrets.get(secretId);
      if (secret.name === "") throw notFound(`Secret ${secretId} not found`);
      return { metadata: metadata(secret) };
    },
  };
}

function filled(variables: Record<string, string | undefined> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}
