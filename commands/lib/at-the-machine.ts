/**
 * The person at the machine that runs the bot has an id for each way of asking there. They are its operator, and nobody
 * may lock them out: only they could let themselves back in.
 */
const END = ':local';

/** @param place where they ask, such as the name of a platform */
export const atTheMachine = (place: string) => `${place}${END}`;

export const isAtTheMachine = (id: string) => id.endsWith(END);
