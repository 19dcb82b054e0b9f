import { ExitCode, MxError } from "@mx/cli";
import { readFile } from "node:fs/promises";
import * as z from "zod";
import { PriceList } from "./price-list.ts";
import table from "./price-table.json" with { type: "json" };
import { PriceTable } from "./price.ts";

/** The prices of the package, and before them those of a file. Throws MxError where the file is none of prices. */
export async function openPrices(path: string | undefined): Promise<PriceList> {
  if (path === undefined) return new PriceList(table.prices);
  return new PriceList(await readPrices(path), table.prices);
}

async function readPrices(path: string): Promise<PriceTable["prices"]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new MxError(`--prices: the file cannot be read: ${(cause as Error).message}`, {
      code: "prices_not_readable",
      exitCode: ExitCode.usage,
      cause,
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badPrices(`${path}: not JSON`);
  }
  const result = PriceTable.safeParse(value);
  if (result.success) return result.data.prices;
  const { message, path: place } = result.error.issues[0] as z.core.$ZodIssue;
  throw badPrices(`${path}: ${place.join(".")}: ${message}`);
}

function badPrices(message: string): MxError {
  return new MxError(message, {
    code: "bad_prices",
    exitCode: ExitCode.badData,
    hint: '{"prices":[{"models":["my-model"],"input":0.5,"output":1.5}]}, in USD per million tokens',
  });
}
