import { SignJWT } from "jose";
import { expect, test } from "vitest";
import { mintTrialKey, readTrialKey, type TrialKey } from "./index.ts";
import { signingKey } from "./signing-key.ts";

const secret = "a secret that is long enough";
const claims = {
  run_id: "20260214-103000-k3f9",
  key: "ab".repeat(32),
  task_id: "math-simple",
  trial: 1,
  attempt: 0,
  models: ["scripted", "org/other"],
  budget_usd: 0.25,
  budget_tokens: 5000,
};

test("a minted key reads back as its claims, with its expiry", async () => {
  const before = Date.now();
  const read = await readTrialKey(secret, await mintTrialKey(secret, claims, 60_000));
  expect(read).toMatchObject(claims);
  const { expires_at } = read as TrialKey;
  expect(expires_at).toBeGreaterThanOrEqual(before + 60_000);
  expect(expires_at).toBeLessThanOrEqual(Date.now() + 61_000);
});

test("a key without models and budgets is good for any", async () => {
  const { models: _, budget_usd: _usd, budget_tokens: _tokens, ...any } = claims;
  const read = await readTrialKey(secret, await mintTrialKey(secret, any, 60_000));
  expect(read).toEqual({ ...any, expires_at: expect.any(Number) });
});

test("a key that is good for no model at all, or for nothing, cannot be made", async () => {
  for (const wrong of [{ models: [] }, { models: [""] }, { budget_usd: 0 }, { budget_tokens: 0.5 }])
    await expect(mintTrialKey(secret, { ...claims, ...wrong }, 60_000)).rejects.toThrow();
});

test("a key with a claim that is not known is refused, because it may be a limit", async () => {
  const newer = new SignJWT({ ...claims, budget_calls: 3 })
    .setProtectedHeader({ alg: "HS256", typ: "mx-trial" })
    .setExpirationTime("1m");
  expect(await readTrialKey(secret, await newer.sign(signingKey(secret)))).toBe("invalid");
});

test("an expired key is refused, and said to be one only where it was good", async () => {
  expect(await readTrialKey(secret, await mintTrialKey(secret, claims, -2000))).toBe("expired");
  const forged = await mintTrialKey("another secret", claims, -2000);
  expect(await readTrialKey(secret, forged)).toBe("invalid");
});

test("a key signed with another secret is refused", async () => {
  expect(await readTrialKey(secret, await mintTrialKey("another secret", claims, 60_000))).toBe(
    "invalid",
  );
});

test("a key whose claims were changed is refused", async () => {
  const token = await mintTrialKey(secret, claims, 60_000);
  const [header, payload, signature] = token.split(".");
  const changed = JSON.parse(Buffer.from(payload ?? "", "base64url").toString());
  changed.trial = 0;
  const forged = Buffer.from(JSON.stringify(changed)).toString("base64url");
  expect(await readTrialKey(secret, `${header}.${forged}.${signature}`)).toBe("invalid");
});

test("a token without a signature algorithm is refused", async () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const exp = Math.floor(Date.now() / 1000) + 60;
  for (const alg of ["none", "HS512"]) {
    const token = `${part({ alg, typ: "mx-trial" })}.${part({ ...claims, exp })}.AAAA`;
    expect(await readTrialKey(secret, token)).toBe("invalid");
  }
});

test("a token of another kind, or with claims missing, or without expiry, is refused", async () => {
  const sign = async (payload: Record<string, unknown>, typ: string, expires: boolean) => {
    const token = new SignJWT(payload).setProtectedHeader({ alg: "HS256", typ });
    if (expires) token.setExpirationTime("1m");
    return await token.sign(signingKey(secret));
  };
  expect(await readTrialKey(secret, await sign(claims, "mx-trial", true))).toMatchObject(claims);
  expect(await readTrialKey(secret, await sign(claims, "JWT", true))).toBe("invalid");
  expect(await readTrialKey(secret, await sign({ run_id: "r" }, "mx-trial", true))).toBe("invalid");
  expect(await readTrialKey(secret, await sign(claims, "mx-trial", false))).toBe("invalid");
});

test.for(["", "sk-123", "a.b", "a.b.c", "..", "a b.c.d"])("%j is no trial key", async (token) => {
  expect(await readTrialKey(secret, token)).toBe("invalid");
});
