/** The operator's verbs: what whoever runs the bot does on the command line, and nobody does in chat. */
import { commands } from '../../commands/index.ts';
import { shorten } from '../../commands/lib/shorten.ts';
import { UserError } from '../../gpu/jobs/index.ts';
import { type Config, ConfigError, type Settings, withTokenProblems } from '../base/config.ts';
import { contentOf } from '../base/given-file.ts';
import { printableJson } from '../base/printable.ts';
import { configured, type PlatformDefinition, type PlatformVerb } from '../platforms/definition.ts';

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

export interface OperatorVerb {
	/** One line, without its full stop. */
	readonly summary: string;
	/** What comes after the verb: "FILE"; empty: nothing does. */
	readonly usage: string;
	/** What to type after the verb. */
	readonly example: string;
	/** With --json it prints one object. */
	readonly json?: true;
	/** @returns the exit status */
	run(order: Order): Promise<number>;
}

/** Files in examples. */
const COPY = 'flipside-copy.db';
const PICTURE = 'out/generate-a-dog-180.png';

/** @param platforms those that the bot may be on */
export function operatorVerbs(platforms: readonly PlatformDefinition[]): Readonly<Record<string, OperatorVerb>> {
	const theirs = platforms.flatMap(({ verbs = {} }) =>
		Object.entries(verbs).map(([word, verb]) => [word, platformVerb(verb)] as const),
	);
	const plain = { usage: '', example: '' };
	return {
		setup: {
			...plain,
			summary: 'Connect platforms: ask for tokens, test them and write them to .env',
			run: (order) => setup(platforms, order),
		},
		deploy: {
			...plain,
			summary: 'Register the commands with the platforms that need it; again after every update',
			run: (order) => deploy(platforms, order),
		},
		...Object.fromEntries(theirs),
		doctor: {
			...plain,
			summary: 'Check everything that a bot needs; exit status 1 if something has to be fixed',
			json: true,
			run: (order) => doctor(platforms, order),
		},
		backup: {
			summary: 'Copy the database to a file, also while a bot is running',
			usage: 'FILE',
			example: COPY,
			run: backup,
		},
		restore: {
			summary: 'Replace the database with a copy, while no bot is running',
			usage: 'FILE',
			example: COPY,
			run: restore,
		},
		show: {
			summary: 'Say how a picture was made: request, seed, model and version, from its PNG',
			usage: 'FILE',
			example: PICTURE,
			json: true,
			run: show,
		},
	};
}

/** Asks for tokens, checks them, and writes .env; see setup/. */
async function setup(platforms: readonly PlatformDefinition[], { words }: Order): Promise<number> {
	refuseWords('setup', words);
	const { setUp } = await import('./setup/setup.ts');
	const { stdin: input, stdout: output, env: environment } = process;
	return setUp({ input, output, environment, platforms, commands, envFile: '.env' });
}

/** Tells the services that want to know it beforehand which commands there are. */
async function deploy(platforms: readonly PlatformDefinition[], { words, config, print }: Order): Promise<number> {
	refuseWords('deploy', words);
	const deploying = configured(platforms, config()).filter(([platform]) => platform.deploy);
	if (deploying.length === 0) throw new ConfigError(platforms.flatMap((platform) => platform.deploy?.missing ?? []));
	for (const [platform, own] of deploying) {
		for (const line of (await platform.deploy?.run(own, commands)) ?? []) print(line);
	}
	return 0;
}

/** Looks at everything that a bot needs; status 1 when something has to be mended. */
async function doctor(platforms: readonly PlatformDefinition[], order: Order): Promise<number> {
	const { words, json, print } = order;
	refuseWords('doctor', words);
	const { examine, line } = await import('./doctor/doctor.ts');
	const config = () => withTokenProblems(platforms, order.config);
	const findings = [];
	for await (const finding of examine({ config, platforms, commands, envFile: '.env' })) {
		findings.push(finding);
		if (!json) print(line(finding));
	}
	const healthy = findings.every(({ status }) => status !== 'fail');
	if (json) print(printableJson({ ok: healthy, checks: findings }));
	return healthy ? 0 : 1;
}

/** Copies the database into a file, whether a bot is running or not. */
async function backup({ words, config, print }: Order): Promise<number> {
	const target = oneFile('backup', words, COPY);
	const { backUp } = await import('../store/backup.ts');
	backUp(config().dataDir, target);
	print(`Requests, settings and lists are copied to ${target}; the pictures are files in DATA_DIR/blobs.`);
	return 0;
}

/** Puts a copy in the place of the database, while no bot is running. */
async function restore({ words, config, print }: Order): Promise<number> {
	const source = oneFile('restore', words, COPY);
	const { restore: putBack } = await import('../store/backup.ts');
	const aside = putBack(config().dataDir, source);
	print(`${source} is the database now${aside ? `; the one from before is kept as ${aside}` : ''}.`);
	return 0;
}

/** Says how a picture was made. */
async function show({ words, json, print }: Order): Promise<number> {
	const file = oneFile('show', words, PICTURE);
	const { showPicture } = await import('./show.ts');
	const bytes = await contentOf(file).catch(() => {
		throw new UserError(`"${shorten(file, 80)}" cannot be read; give the path of a picture.`);
	});
	print(showPicture(bytes, file, commands, json));
	return 0;
}

function oneFile(verb: string, words: readonly string[], example: string): string {
	if (words.length === 1) return words[0];
	throw new UserError(`${verb} takes the name of one file, for example ${verb} ${example}.`);
}

const platformVerb = (verb: PlatformVerb<Settings>): OperatorVerb => ({
	...verb,
	run: async ({ words, config, print }) => {
		print(await verb.run(words, config().platformSettings, commands));
		return 0;
	},
});

function refuseWords(verb: string, words: readonly string[]): void {
	if (words.length > 0) throw new UserError(`${verb} takes no words; got "${words[0].slice(0, 40)}".`);
}
