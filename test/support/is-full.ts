/** True where the long forms of tests are wanted as well. */
export const isFull = process.env["MX_FULL"] !== undefined;
