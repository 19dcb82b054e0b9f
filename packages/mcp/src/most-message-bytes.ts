/** The largest message that is read of a server. */
export const mostMessageBytes = 32 * 1024 * 1024;
