import type { Flags } from "./flags.ts";

/** A flag of a backend that is not the chosen one; undefined: there is none. */
export function strayFlag(flags: Flags): { flag: string; needs: string } | undefined {
  const { backend } = flags;
  const [option] = Object.keys(flags.slurm);
  const given = [
    { flag: "--cpu", value: flags.cpu, needs: ["modal", "container"] },
    { flag: "--gpu", value: flags.gpu, needs: ["modal"] },
    { flag: "--modal-setup", value: flags.modalSetup[0], needs: ["modal"] },
    { flag: "--modal-region", value: flags.modalRegion[0], needs: ["modal"] },
    { flag: "--modal-cloud", value: flags.modalCloud, needs: ["modal"] },
    { flag: "--modal-secret", value: flags.modalSecret[0], needs: ["modal"] },
    { flag: "--modal-volume", value: flags.modalVolume[0], needs: ["modal"] },
    { flag: "--container-engine", value: flags.containerEngine, needs: ["container", "slurm"] },
    { flag: "--container-runtime", value: flags.containerRuntime, needs: ["container", "slurm"] },
    { flag: "--container-option", value: flags.containerOption[0], needs: ["container", "slurm"] },
    { flag: `--slurm.${option}`, value: option, needs: ["slurm"] },
  ];
  const stray = given.find(({ value, needs }) => value !== undefined && !needs.includes(backend));
  return stray === undefined ? undefined : { flag: stray.flag, needs: stray.needs.join(" or ") };
}
