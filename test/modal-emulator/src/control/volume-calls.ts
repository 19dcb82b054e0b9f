import { join } from "node:path";
import type { Cloud } from "../cloud.ts";
import { shortId } from "../grpc/ids.ts";
import { alreadyExists, invalid } from "../grpc/status.ts";
import { Volume } from "../volume/volume.ts";
import type { ControlCalls } from "./control-api.ts";

/** Volumes: by name, and what can be done to one as a whole. */
export function volumeCalls(cloud: Cloud): ControlCalls {
  const metadata = ({ name, version }: Volume) => ({ name, version });
  return {
    volumeGetOrCreate(request) {
      const { deploymentName = "", objectCreationType = 0 } = request;
      const environment = cloud.environmentName(request.environmentName);
      const version = (request.version as number) === 2 ? 2 : 1;
      const make = (name: string) => {
        const id = shortId("vo");
        return new Volume({
          id,
          name,
          environment,
          version,
          folder: join(cloud.folder, "volumes", id),
        });
      };
      const named = { name: deploymentName, environment, type: objectCreationType };
      const volume = cloud.volumes.getOrCreate(named, make, () => {
        throw invalid("a volume cannot be overwritten");
      });
      return { volumeId: volume.id, version: volume.version, metadata: metadata(volume) };
    },
    volumeGetById({ volumeId }) {
      const volume = cloud.volumes.get(volumeId);
      return { volumeId: volume.id, metadata: metadata(volume) };
    },
    volumeList({ environmentName }) {
      const environment = cloud.environmentName(environmentName);
      const volumes = cloud.volumes.all(environment).filter(({ name }) => name !== "");
      return {
        environmentName: environment,
        items: volumes.map((volume) => ({
          label: volume.name,
          volumeId: volume.id,
          createdAt: volume.createdAt,
          metadata: metadata(volume),
        })),
      };
    },
    volumeRename({ volumeId, name = "" }) {
      const volume = cloud.volumes.get(volumeId);
      if (cloud.volumes.named(name, volume.environment) !== null) {
        throw alreadyExists(`Volume '${name}' already exists`);
      }
      volume.name = name;
      return {};
    },
    volumeDelete({ volumeId }) {
      cloud.volumes.delete(volumeId);
      return {};
    },
    volumeHeartbeat({ volumeId }) {
      cloud.volumes.get(volumeId);
      return {};
    },
    // From outside there is nothing to commit or to reload: a container's own changes are committed by the container.
    volumeCommit({ volumeId }) {
      cloud.volumes.get(volumeId);
      return { skipReload: false };
    },
    volumeReload({ volumeId }) {
      cloud.volumes.get(volumeId);
      return {};
    },
  };
}
