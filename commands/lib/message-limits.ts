/** What fits in one message on every platform: each limit is that of the strictest platform. */

export const MAX_BUTTONS = 25;

/** For one picture. */
export const MAX_ALT_CHARACTERS = 1024;
