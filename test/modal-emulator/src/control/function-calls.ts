import type { App, Cloud } from "../cloud.ts";
import { AppFunction } from "../function/app-function.ts";
import { shortId } from "../grpc/ids.ts";
import { invalid, notFound } from "../grpc/status.ts";
import type { ControlCalls, Request } from "./control-api.ts";

/** modal.client.Function.FunctionType. */
const functionType = 2;

/** Functions and classes of apps, as far as they are web servers. */
export function functionCalls(cloud: Cloud): ControlCalls {
  const find = (app: App, name: string) =>
    cloud.functionsOf(app).find((one) => one.name === name) ?? null;
  const precreate = ({ appId = "", functionName = "" }: Request<"functionPrecreate">) => {
    const app = cloud.apps.get(appId);
    const known = find(app, functionName);
    if (known !== null) return known;
    const made = new AppFunction(cloud, { id: shortId("fu"), appId: app.id, name: functionName });
    cloud.functions.set(made.id, made);
    return made;
  };
  return {
    functionPrecreate(request) {
      const one = precreate(request);
      return { functionId: one.id, handleMetadata: handleOf(one) };
    },
    async functionCreate({ appId, function: definition, functionData }) {
      if (definition === undefined) {
        throw invalid(functionData ? "one choice of GPU at a time is emulated" : "no function");
      }
      for (const mountId of definition.mountIds ?? []) cloud.mounts.get(mountId);
      for (const secretId of definition.secretIds ?? []) cloud.secrets.get(secretId);
      for (const { volumeId } of definition.volumeMounts ?? []) cloud.volumes.get(volumeId);
      cloud.image(definition.imageId);
      const one = precreate({
        appId: appId ?? "",
        functionName: definition.functionName ?? "",
      });
      await one.deploy(definition);
      return {
        functionId: one.id,
        function: described(one),
        functionData: dataOf(one),
        handleMetadata: handleOf(one),
      };
    },
    functionGet({ appName = "", objectTag = "", environmentName }) {
      const app = cloud.deployedApp(appName, environmentName);
      const one = app === null ? null : find(app, objectTag);
      if (one === null) throw notFound(`Function '${objectTag}' of App '${appName}' not found`);
      return { functionId: one.id, handleMetadata: handleOf(one), function: dataOf(one) };
    },
    classGet({ appName = "", objectTag = "", environmentName }) {
      const app = cloud.deployedApp(appName, environmentName);
      const classId = app?.classIds[objectTag];
      if (classId === undefined)
        throw notFound(`Class '${objectTag}' of App '${appName}' not found`);
      return { classId, handleMetadata: { methods: [], appId: app?.id ?? "" } };
    },
    classCreate: ({ appId, existingClassId }) => ({
      classId: existingClassId || shortId("cs"),
      handleMetadata: { methods: [], appId: cloud.apps.get(appId).id },
    }),
  };
}

/** A function's definition with the addresses that it has. */
function described(one: AppFunction) {
  const methodDefinitions = Object.fromEntries(
    Object.entries(one.definition?.methodDefinitions ?? {}).map(([name, method]) => [
      name,
      { ...method, webUrl: one.webUrl(name) },
    ]),
  );
  return { ...one.definition, webUrl: one.webUrl(""), methodDefinitions };
}

/** The same as Modal's Python package reads it: with a choice of cards, of which there is one here. */
function dataOf(one: AppFunction) {
  const definition = described(one);
  return {
    functionName: one.name,
    webUrl: definition.webUrl,
    methodDefinitions: definition.methodDefinitions,
    methodDefinitionsSet: true,
    rankedFunctions: [{ rank: 0, function: definition }],
  };
}

/** What a client knows of a function. */
function handleOf(one: AppFunction) {
  const methods = Object.keys(one.definition?.methodDefinitions ?? {});
  const common = { functionType, appId: one.appId, definitionId: one.definitionId } as const;
  const methodHandleMetadata = Object.fromEntries(
    methods.map((name) => [
      name,
      { ...common, functionName: one.name.replace("*", name), webUrl: one.webUrl(name) },
    ]),
  );
  return { ...common, functionName: one.name, webUrl: one.webUrl(""), methodHandleMetadata };
}
