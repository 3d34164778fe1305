/**
 * Loads discord.js before Slack's client, as the bot does: whichever comes first makes its undici the global dispatcher, and
 * Slack's cannot send what discord.js uploads ("action is not a function").
 */
import 'discord.js';
