import { ExitCode, MxError } from "@mx/cli";
import { deviationOf, type KnownSpread } from "./spread-source.ts";

/**
 * The spread of passes with the rate `mean`, from which nothing else is known: p(1-p) is the variance between tasks
 * plus sigma^2, and true differences vary by twice the former at most, where the arms have nothing to do with each
 * other. What is not given is the worst case of that; with neither, that every task is always or never solved, so
 * that further trials of it say nothing new.
 */
export function spreadOfMean(
  mean: number,
  given: { omega: number | undefined; sigma: number | undefined },
): KnownSpread {
  const all = mean * (1 - mean);
  const { omega, sigma } = given;
  if (sigma !== undefined && sigma ** 2 > all * (1 + 1e-9)) {
    throw impossible(`--sigma ${sigma}`, Math.sqrt(all), mean);
  }
  if (omega !== undefined && omega ** 2 > 2 * all * (1 + 1e-9)) {
    throw impossible(`--omega ${omega}`, Math.sqrt(2 * all), mean);
  }
  const known = { tasks: null, clustered: false };
  if (omega !== undefined && sigma !== undefined) {
    return { omega, sigmaA: sigma, sigmaB: sigma, source: "--omega and --sigma", ...known };
  }
  if (omega !== undefined) {
    const within = deviationOf(all - omega ** 2 / 2);
    const source = `--omega, and sigma the largest that a mean of ${mean} leaves`;
    return { omega, sigmaA: within, sigmaB: within, source, ...known };
  }
  const within = sigma ?? 0;
  const source =
    sigma === undefined
      ? `mean ${mean}, worst case: every task always or never solved, and the arms unrelated`
      : `--sigma, and omega the largest that a mean of ${mean} leaves: the arms unrelated`;
  return {
    omega: deviationOf(2 * (all - within ** 2)),
    sigmaA: within,
    sigmaB: within,
    source,
    ...known,
  };
}

function impossible(flag: string, most: number, mean: number): MxError {
  return new MxError(`${flag} is more than passes with a mean of ${mean} can have`, {
    code: "usage",
    exitCode: ExitCode.usage,
    hint: `at most ${most.toFixed(4)}`,
  });
}
