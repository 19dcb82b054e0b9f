/** The token that opens web functions with proxy auth: the headers Modal-Key and Modal-Secret. */
export const proxyToken = { key: "wk-emulated", secret: "ws-emulated" };
