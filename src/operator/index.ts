/** The operator's verbs: what whoever runs the bot does on the command line, and nobody does in chat. */
import { commands } from '../../commands/index.ts';
import { UserError } from '../../gpu/jobs/index.ts';
import { type Config, ConfigError, type Settings, withTokenProblems } from '../base/config.ts';
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

/** @returns the exit status */
type Verb = (order: Order) => Promise<number>;

/** @param platforms those that the bot may be on */
export function operatorVerbs(platforms: readonly PlatformDefinition[]): Readonly<Record<string, Verb>> {
	const theirs = platforms.flatMap(({ verbs = {} }) =>
		Object.entries(verbs).map(([word, verb]) => [word, platformVerb(verb)] as const),
	);
	return {
		setup: (order) => setup(platforms, order),
		deploy: (order) => deploy(platforms, order),
		...Object.fromEntries(theirs),
		doctor: (order) => doctor(platforms, order),
		backup,
		restore,
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
	const target = oneFile('backup', words);
	const { backUp } = await import('../store/backup.ts');
	backUp(config().dataDir, target);
	print(`Requests, settings and lists are copied to ${target}; the pictures are files in DATA_DIR/blobs.`);
	return 0;
}

/** Puts a copy in the place of the database, while no bot is running. */
async function restore({ words, config, print }: Order): Promise<number> {
	const source = oneFile('restore', words);
	const { restore: putBack } = await import('../store/backup.ts');
	const aside = putBack(config().dataDir, source);
	print(`${source} is the database now${aside ? `; the one from before is kept as ${aside}` : ''}.`);
	return 0;
}

function oneFile(verb: string, words: readonly string[]): string {
	if (words.length === 1) return words[0];
	throw new UserError(`${verb} takes the name of one file, for example ${verb} flipside-copy.db.`);
}

const platformVerb =
	(verb: PlatformVerb<Settings>): Verb =>
	async ({ words, config, print }) => {
		print(await verb.run(words, config().platformSettings, commands));
		return 0;
	};

function refuseWords(verb: string, words: readonly string[]): void {
	if (words.length > 0) throw new UserError(`${verb} takes no words; got "${words[0].slice(0, 40)}".`);
}
