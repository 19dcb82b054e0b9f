import type { Place } from "./place.ts";

/** The place of that name. What it needs, such as the SDK of Modal, is loaded here and not before. */
export async function openPlace(name: Place["name"]): Promise<Place> {
  switch (name) {
    case "local": {
      const { LocalPlace } = await import("./local/local-place.ts");
      return new LocalPlace();
    }
    case "modal": {
      const { ModalPlace } = await import("./modal/modal-place.ts");
      return new ModalPlace();
    }
    case "slurm": {
      const { SlurmPlace } = await import("./slurm/slurm-place.ts");
      return new SlurmPlace();
    }
  }
}
