import { expect, test } from "vitest";
import { parseConfig } from "./cluster-config.ts";

test("limits, version and accounting are read from the configuration", () => {
  const text = `Configuration data as of 2026-11-21T20:22:12
AccountingStorageBackupHost = (null)
AccountingStorageType   = accounting_storage/slurmdbd
MaxArraySize            = 1001
MaxJobCount             = 10000
MinJobAge               = 300 sec
SLURM_VERSION           = 22.05.8
`;
  expect(parseConfig(text)).toEqual({
    version: "22.05.8",
    accounting: true,
    limits: { maxArraySize: 1001, maxJobs: 10_000, minJobAgeS: 300 },
  });
});

test("without accounting sacct is not asked", () => {
  expect(parseConfig("AccountingStorageType = accounting_storage/none\n").accounting).toBe(false);
});
