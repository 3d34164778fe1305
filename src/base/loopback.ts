/** Recognises addresses of this machine itself. */

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/** Whether a URL's hostname is this machine's own, which no other can reach. */
export const isLoopback = (hostname: string): boolean => LOOPBACK.test(hostname);
