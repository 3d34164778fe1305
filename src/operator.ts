/** The operator's verbs: what whoever runs the bot does on the command line, and nobody does in chat. */
import { commands } from '../commands/index.ts';
import { UserError } from '../gpu/jobs.ts';
import { type Config, ConfigError } from './config.ts';

/** Takes the words after the verb; resolves with what to print. */
type Verb = (config: Config, words: readonly string[]) => Promise<string>;

async function deploy({ discord }: Config, words: readonly string[]): Promise<string> {
	if (words.length > 0) throw new UserError(`deploy takes no words; got "${words[0].slice(0, 40)}".`);
	if (!discord) {
		throw new ConfigError('DISCORD_TOKEN is missing: copy the bot token from the Discord developer portal into .env.');
	}
	const { deployCommands } = await import('./deploy.ts');
	const { names, messageCommands, inviteUrl } = await deployCommands({ commands, ...discord });
	return [
		`Registered with Discord: ${names.map((name) => `/${name}`).join(' ')}`,
		`In the menu of a message: ${messageCommands.join(', ')}`,
		`Invite the bot to a server: ${inviteUrl}`,
	].join('\n');
}

/** Prints what Slack is to be told about the app: `manifest`, `manifest --link`, or, for HTTP, with the bot's https address. */
async function manifest({ slack }: Config, words: readonly string[]): Promise<string> {
	const { manifestText } = await import('./chat/slack/manifest.ts');
	return manifestText(commands, slack?.commandPrefix, words);
}

export const operatorVerbs: Readonly<Record<string, Verb>> = { deploy, manifest };
