import { nearestName } from "@mx/cli/nearest-name";
import type * as z from "zod";
import { settingError } from "./setting-error.ts";
import { typedValue, ValueError } from "./typed-value.ts";

/**
 * `--vllm.max_model_len=81920` and its like as typed settings. A `-` in a name stands for `_`, as engines spell their
 * own flags. Throws MxError 2 for a name that the schema has not, which lists those that it has, and for a value that is
 * not of its type.
 */
export function typedOverrides(
  namespace: string,
  schema: z.ZodObject,
  given: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const fields = schema.shape as Record<string, z.ZodType>;
  const names = Object.keys(fields);
  return Object.fromEntries(
    Object.entries(given).map(([spelt, text]) => {
      const name = spelt.replaceAll("-", "_");
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (field === undefined) {
        const near = nearestName(name, names);
        const guess = near === null ? "" : `did you mean --${namespace}.${near}? `;
        throw settingError(
          `--${namespace}.${spelt}: there is no such setting`,
          `${guess}--${namespace} has ${names.join(", ")}`,
        );
      }
      try {
        return [name, typedValue(field, text)];
      } catch (error) {
        if (!(error instanceof ValueError)) throw error;
        throw settingError(
          `--${namespace}.${spelt}: ${error.message}`,
          field.description ?? `--${namespace} has ${names.join(", ")}`,
          error,
        );
      }
    }),
  );
}
