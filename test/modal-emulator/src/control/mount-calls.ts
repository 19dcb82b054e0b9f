import type { Cloud } from "../cloud.ts";
import { shortId } from "../grpc/ids.ts";
import { invalid } from "../grpc/status.ts";
import type { ControlCalls } from "./control-api.ts";

/** Mounts that Modal itself has made for each version of its client, such as `modal-client-mount-1.6.4`. */
const ofModal = /^(modal-client-mount-|python-build-standalone)/;

/** Mounts: files from the machine of whoever deploys, put into containers. */
export function mountCalls(cloud: Cloud): ControlCalls {
  return {
    mountBatchedCheckExistence: ({ sha256HexHashes = [] }) => ({
      missingSha256HexHashes: sha256HexHashes.filter(
        (hash) => hash !== undefined && cloud.blocks.get(hash) === undefined,
      ),
      checkedAt: new Date(),
    }),
    mountGetOrCreate(request) {
      const { deploymentName = "", objectCreationType = 0 } = request;
      const environment = cloud.environmentName(request.environmentName);
      const files = (request.files ?? []).map(({ filename = "", sha256Hex = "" }) => {
        if (cloud.blocks.get(sha256Hex) === undefined)
          throw invalid(`${filename} was not uploaded`);
        return { filename, sha256: sha256Hex };
      });
      const make = (name: string) => ({
        id: shortId("mo"),
        name,
        environment,
        createdAt: Date.now() / 1000,
        files,
      });
      const type = ofModal.test(deploymentName) ? 1 : objectCreationType;
      const named = { name: deploymentName, environment, type };
      const mount = cloud.mounts.getOrCreate(named, make, (known) => void (known.files = files));
      return { mountId: mount.id, handleMetadata: { contentChecksumSha256Hex: "" } };
    },
  };
}
