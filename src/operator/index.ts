/** The operator's verbs: what whoever runs the bot does on the command line, and nobody does in chat. */
import { fileURLToPath } from 'node:url';
import { commands } from '../../commands/index.ts';
import { UserError } from '../../gpu/jobs.ts';
import { type Config, ConfigError } from '../base/config.ts';

/** What was asked for. */
export interface Order {
	/** Those after the verb. */
	readonly words: readonly string[];
	readonly json: boolean;
	/** @throws {ConfigError} with every problem of the configuration */
	readonly config: () => Config;
	/** Shows a line, or several, on stdout. */
	readonly print: (text: string) => void;
}

/** @returns the exit status */
type Verb = (order: Order) => Promise<number>;

async function deploy({ words, config, print }: Order): Promise<number> {
	refuseWords('deploy', words);
	const { discord } = config();
	if (!discord) {
		throw new ConfigError('DISCORD_TOKEN is missing: copy the bot token from the Discord developer portal into .env.');
	}
	const { deployCommands } = await import('../platforms/discord/deploy.ts');
	const { names, messageCommands, inviteUrl } = await deployCommands({ commands, ...discord });
	print(`Registered with Discord: ${names.map((name) => `/${name}`).join(' ')}`);
	print(`In the menu of a message: ${messageCommands.join(', ')}`);
	print(`Invite the bot to a server: ${inviteUrl}`);
	return 0;
}

/** Prints what Slack is to be told about the app: `manifest`, `manifest --link`, or, for HTTP, with the bot's https address. */
async function manifest({ words, config, print }: Order): Promise<number> {
	const { manifestText } = await import('../platforms/slack/manifest.ts');
	print(manifestText(commands, config().slack?.commandPrefix, words));
	return 0;
}

/** Looks at everything that a bot needs; status 1 when something has to be mended. */
async function doctor({ words, json, config, print }: Order): Promise<number> {
	refuseWords('doctor', words);
	const { examine, line } = await import('./doctor/doctor.ts');
	const { withTokenProblems } = await import('../base/token-problems.ts');
	const findings = [];
	for await (const finding of examine({ config: () => withTokenProblems(config), commands })) {
		findings.push(finding);
		if (!json) print(line(finding));
	}
	const healthy = findings.every(({ status }) => status !== 'fail');
	if (json) print(JSON.stringify({ ok: healthy, checks: findings }));
	return healthy ? 0 : 1;
}

/** Asks for tokens, checks them, and writes .env; see setup/. */
async function setup({ words }: Order): Promise<number> {
	refuseWords('setup', words);
	const { setUp } = await import('./setup/setup.ts');
	const exampleFile = fileURLToPath(new URL('../../.env.example', import.meta.url));
	const { stdin: input, stdout: output, env: environment } = process;
	return setUp({ input, output, environment, commands, envFile: '.env', exampleFile });
}

function refuseWords(verb: string, words: readonly string[]): void {
	if (words.length > 0) throw new UserError(`${verb} takes no words; got "${words[0].slice(0, 40)}".`);
}

export const operatorVerbs: Readonly<Record<string, Verb>> = { setup, deploy, manifest, doctor };
