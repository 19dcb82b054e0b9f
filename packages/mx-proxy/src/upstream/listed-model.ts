import * as z from "zod";

/** The list of its models that an API gives. */
export const Listing = z.object({ data: z.array(z.looseObject({ id: z.string() })) });

/** A model as an API lists it. */
export type ListedModel = z.infer<typeof Listing>["data"][number];

/** A model as the list of an API shows it that says no more of it. */
export function listed(id: string, owner: string): ListedModel {
  return { id, object: "model", created: 0, owned_by: owner };
}
