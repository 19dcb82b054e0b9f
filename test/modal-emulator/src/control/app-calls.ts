import type { App, Cloud } from "../cloud.ts";
import { shortId } from "../grpc/ids.ts";
import { notFound } from "../grpc/status.ts";
import { creation } from "../named-objects.ts";
import type { ControlCalls } from "./control-api.ts";

/** modal.client.AppState. */
export const appStates = { deployed: 3, stopped: 5, initializing: 6 } as const;

/** Apps: what sandboxes and functions belong to. */
export function appCalls(cloud: Cloud): ControlCalls {
  const living = (app: App) =>
    [...cloud.sandboxes.values()].filter(({ spec, result }) => spec.appId === app.id && !result);
  return {
    appGetOrCreate({ appName = "", environmentName, objectCreationType = 0 }) {
      const environment = cloud.environmentName(environmentName);
      let app = cloud.deployedApp(appName, environment);
      if (app === null && (objectCreationType as number) === creation.lookup) {
        throw notFound(`App '${appName}' not found in environment '${environment}'`);
      }
      const createdAt = Date.now() / 1000;
      app ??= cloud.apps.add({
        id: shortId("ap"),
        name: appName,
        description: appName,
        environment,
        createdAt,
        stoppedAt: null,
        tags: {},
        classIds: {},
      });
      return { appId: app.id, handleMetadata: metadata(app) };
    },
    appLookup({ appName = "", environmentName }) {
      const app = cloud.deployedApp(appName, environmentName);
      if (app === null) throw notFound(`App '${appName}' not found`);
      return { appId: app.id };
    },
    appGetInfo: ({ appId }) => ({ info: metadata(cloud.apps.get(appId)) }),
    appGetLifecycle: ({ appId }) => ({ lifecycle: lifecycle(cloud.apps.get(appId)) }),
    appList: ({ environmentName }) => ({
      apps: cloud.apps.all(cloud.environmentName(environmentName)).map((app) => ({
        appId: app.id,
        name: app.name,
        description: app.name || app.description,
        state: stateOf(app),
        createdAt: app.createdAt,
        stoppedAt: app.stoppedAt ?? 0,
        nRunningTasks: living(app).length,
      })),
    }),
    async appStop({ appId }) {
      const app = cloud.apps.get(appId);
      app.stoppedAt ??= Date.now() / 1000;
      const result = { status: "terminated", exitcode: 0, exception: "" } as const;
      await Promise.all(cloud.functionsOf(app).map((one) => one.stop()));
      await Promise.all(living(app).map((sandbox) => sandbox.end(result)));
      return {};
    },
    taskList: ({ environmentName, appId }) => ({
      tasks: [...cloud.sandboxes.values()]
        .filter(({ spec, result }) => !result && (!appId || spec.appId === appId))
        .filter(({ spec }) => spec.environment === cloud.environmentName(environmentName))
        .map(({ spec, createdAt }) => ({
          taskId: spec.taskId,
          appId: spec.appId,
          startedAt: createdAt,
        })),
    }),
    async containerStop({ taskId }) {
      const sandbox = cloud.tasks.get(taskId ?? "");
      if (sandbox === undefined) throw notFound(`Task ${taskId} not found`);
      await sandbox.end({ status: "terminated", exitcode: 0, exception: "" });
      return {};
    },
  };
}

function stateOf({ stoppedAt, name }: App) {
  if (stoppedAt !== null) return appStates.stopped;
  return name === "" ? appStates.initializing : appStates.deployed;
}

function lifecycle(app: App) {
  return {
    appStates: stateOf(app),
    createdAt: app.createdAt,
    createdBy: "emulated",
    deployedAt: app.createdAt,
    stoppedAt: app.stoppedAt ?? 0,
    version: 1,
  };
}

function metadata(app: App) {
  return {
    appId: app.id,
    name: app.name,
    description: app.name,
    environmentName: app.environment,
    lifecycle: lifecycle(app),
  };
}
