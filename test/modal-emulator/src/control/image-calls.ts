import { createHash } from "node:crypto";
import type { Cloud } from "../cloud.ts";
import { shortId } from "../grpc/ids.ts";
import { invalid, notFound } from "../grpc/status.ts";
import { Image } from "../image/image.ts";
import type { ControlCalls, Request } from "./control-api.ts";

/** Images: built once for each Dockerfile, with logs while that goes on. */
export function imageCalls(cloud: Cloud): ControlCalls {
  const tagKey = (tag = "", environmentName?: string) =>
    `${cloud.environmentName(environmentName)}/${tag}`;
  return {
    imageGetOrCreate(request) {
      cloud.apps.get(request.appId);
      const key = imageKey(request);
      const known = [...cloud.images.values()].findLast((image) => image.key === key);
      const isGood = known !== undefined && known.state !== "failed" && !request.forceBuild;
      const image = isGood ? known : startBuild(cloud, key, request);
      return {
        imageId: image.id,
        ...(image.state === "building" ? {} : { result: resultOf(image) }),
      };
    },
    async *imageJoinStreaming({ imageId, lastEntryId, timeout = 0 }) {
      const image = cloud.image(imageId);
      let sent = Number(lastEntryId || 0);
      const entries = () => {
        const taskLogs = image.log
          .slice(sent)
          .map((data) => ({ data, fileDescriptor: 1 as const }));
        sent = image.log.length;
        return { entryId: String(sent), taskLogs };
      };
      const until = performance.now() + (timeout || 55) * 1000;
      while (image.state === "building") {
        if (performance.now() > until) return; // the client asks again
        if (image.log.length > sent) yield entries();
        await Promise.race([image.built, new Promise((resolve) => setTimeout(resolve, 50))]);
      }
      if (image.log.length > sent) yield entries();
      yield { entryId: String(sent), result: resultOf(image), eof: true };
    },
    imageFromId: ({ imageId }) => ({ imageId: cloud.image(imageId).id }),
    imageDelete({ imageId }) {
      cloud.images.delete(cloud.image(imageId).id);
      return {};
    },
    imagePublish({ imageId, tag, environmentName }) {
      cloud.imageTags.set(tagKey(tag, environmentName), cloud.image(imageId).id);
      return { imageId: imageId ?? "", revisionId: shortId("rv") };
    },
    imageGetByTag({ tag, environmentName }) {
      const imageId = cloud.imageTags.get(tagKey(tag, environmentName));
      if (imageId === undefined) throw notFound(`Image '${tag}' not found`);
      return { imageId };
    },
  };
}

function startBuild(cloud: Cloud, key: string, request: Request<"imageGetOrCreate">): Image {
  const { dockerfileCommands = [], baseImages = [], secretIds = [] } = request.image ?? {};
  const commands = dockerfileCommands.filter((line) => line !== undefined);
  if (commands.length === 0) throw invalid("an image needs a Dockerfile");
  const base = baseImages[0]?.imageId;
  const image = new Image(shortId("im"), key, commands, base ? cloud.image(base) : null);
  const secrets = cloud.variables(secretIds.map((secretId) => ({ secretId })));
  cloud.images.set(image.id, image);
  image.built = cloud.builder.build(image, commands, secrets);
  return image;
}

function imageKey({ image, builderVersion }: Request<"imageGetOrCreate">): string {
  const { dockerfileCommands, baseImages, secretIds, gpuConfig, imageRegistryConfig } = image ?? {};
  const parts = [
    dockerfileCommands,
    baseImages,
    secretIds,
    gpuConfig,
    imageRegistryConfig,
    builderVersion,
  ];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

function resultOf({ state, exception }: Image) {
  return state === "built" ? { status: 1 as const } : { status: 2 as const, exception };
}
