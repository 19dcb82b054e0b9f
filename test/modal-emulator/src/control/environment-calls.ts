import type { Cloud } from "../cloud.ts";
import { alreadyExists, invalid, notFound } from "../grpc/status.ts";
import { creation } from "../named-objects.ts";
import type { ControlCalls } from "./control-api.ts";

const builderVersion = "2025.06";
const nameForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Environments: names within which apps, secrets and volumes have theirs. */
export function environmentCalls(cloud: Cloud): ControlCalls {
  const create = (name: string) => {
    if (!nameForm.test(name)) throw invalid(`'${name}' is no name for an environment`);
    return cloud.addEnvironment(name);
  };
  return {
    environmentGetOrCreate({ deploymentName, objectCreationType = 0 }) {
      const name = deploymentName || "main";
      let environment = cloud.environments.get(name);
      if (environment === undefined && (objectCreationType as number) === creation.lookup) {
        throw notFound(`Environment '${name}' not found`);
      }
      environment ??= create(name);
      return {
        environmentId: environment.id,
        metadata: { name, settings: { imageBuilderVersion: builderVersion, webhookSuffix: "" } },
      };
    },
    environmentCreate({ name = "" }) {
      if (cloud.environments.has(name)) throw alreadyExists(`Environment '${name}' already exists`);
      create(name);
      return {};
    },
    environmentList: () => ({
      items: Array.from(cloud.environments.values(), ({ id, name, createdAt }) => ({
        name,
        createdAt,
        environmentId: id,
        default: name === "main",
      })),
    }),
    async environmentDelete({ name = "" }) {
      if (!cloud.environments.delete(name)) throw notFound(`Environment '${name}' not found`);
      for (const objects of [cloud.apps, cloud.secrets, cloud.volumes]) {
        for (const { id } of objects.all(name)) objects.delete(id);
      }
      const result = { status: "terminated", exitcode: 0, exception: "" } as const;
      const sandboxes = [...cloud.sandboxes.values()];
      const theirs = sandboxes.filter(({ spec }) => spec.environment === name);
      await Promise.all(theirs.map((sandbox) => sandbox.end(result)));
      return {};
    },
  };
}
