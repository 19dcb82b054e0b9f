import type { App, Cloud } from "../cloud.ts";
import { shortId } from "../grpc/ids.ts";
import { invalid } from "../grpc/status.ts";
import { appStates } from "./app-calls.ts";
import type { ControlCalls } from "./control-api.ts";

/** What `modal deploy` does with an app: it is made without a name, filled, and published under one. */
export function deployCalls(cloud: Cloud): ControlCalls {
  return {
    appGetByDeploymentName(request) {
      const app = cloud.deployedApp(request.name ?? "", request.environmentName);
      const environmentName = cloud.environmentName(request.environmentName);
      return { appId: app?.id ?? "", environmentName };
    },
    appCreate({ description = "", environmentName, tags = {} }) {
      const app = cloud.apps.add({
        id: shortId("ap"),
        name: "",
        description,
        environment: cloud.environmentName(environmentName),
        createdAt: Date.now() / 1000,
        stoppedAt: null,
        tags: textOf(tags),
        classIds: {},
      });
      return { appId: app.id, appPageUrl: pageOf(app), appLogsUrl: pageOf(app) };
    },
    appHeartbeat: ({ appId }) => {
      cloud.apps.get(appId);
      return {};
    },
    appGetLayout({ appId }) {
      const app = cloud.apps.get(appId);
      const functionIds = Object.fromEntries(
        cloud.functionsOf(app).map(({ name, id }) => [name, id]),
      );
      return { appLayout: { functionIds, classIds: app.classIds, objects: [] } };
    },
    appPublish({ appId, name = "", appState = 0, tags = {}, functionIds = {}, classIds = {} }) {
      if ((appState as number) !== appStates.deployed)
        throw invalid("only deployments are emulated");
      const app = cloud.apps.get(appId);
      const kept = new Set(Object.values(functionIds));
      for (const one of cloud.functionsOf(app)) {
        if (!kept.has(one.id)) cloud.functions.delete(one.id);
        else one.publish();
      }
      Object.assign(app, { name, tags: textOf(tags), classIds: textOf(classIds) });
      return { url: pageOf(app), deployedAt: Date.now() / 1000, serverWarnings: [] };
    },
    appClientDisconnect({ appId }) {
      const app = cloud.apps.get(appId);
      if (app.name === "") app.stoppedAt ??= Date.now() / 1000;
      return {};
    },
    appSetTags({ appId, tags = {} }) {
      cloud.apps.get(appId).tags = textOf(tags);
      return {};
    },
    appGetTags: ({ appId }) => ({ tags: cloud.apps.get(appId).tags }),
  };
}

const pageOf = ({ id }: App) => `https://modal.com/apps/emulated/main/${id}`;

function textOf(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}
