/** The look of all figures: dark letters on warm paper, which suits light and dark chats alike. */
export const PAPER = '#faf9f6';
export const INK = '#211f1c';
/** For secondary text, such as details under a caption. */
export const SOFT_INK = '#6a655d';
/** For hairlines. */
export const RULE = '#dcd8cf';
/** From one line to the next, in ems. */
export const LINE_HEIGHT = 1.3;
