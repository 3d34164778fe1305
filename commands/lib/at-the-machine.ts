/**
 * Who sits at the machine that runs the bot has an id for each way to ask there. They are its operator, whom nobody may keep
 * out: only they could let themselves in again.
 */
const END = ':local';

/** @param place where they ask, such as the name of a platform */
export const atTheMachine = (place: string) => `${place}${END}`;

export const isAtTheMachine = (id: string) => id.endsWith(END);
