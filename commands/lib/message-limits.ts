/** What every platform has room for in one message: of each limit, that of the strictest. */

export const MAX_BUTTONS = 25;

/** Of one picture. */
export const MAX_ALT_CHARACTERS = 1024;
