/** Thrown by `withDeadline`: the other side did not answer in time. It may still do what it was asked to. */
export class DeadlineError extends Error {
  constructor(what: string, ms: number) {
    super(`${what}: no answer within ${ms / 1000} s`);
    this.name = "DeadlineError";
  }
}

/**
 * The SDK waits for ever for a server that says nothing. This gives up after `ms`; what comes later goes to
 * `late`, so that a sandbox that was made after all can be ended.
 */
export async function withDeadline<T>(
  call: Promise<T>,
  ms: number,
  what: string,
  late?: (value: T) => void,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let isLate = false;
  call.then(
    (value) => {
      if (isLate) late?.(value);
    },
    () => {},
  );
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      isLate = true;
      reject(new DeadlineError(what, ms));
    }, ms);
  });
  try {
    return await Promise.race([call, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
