/** The operator's verbs: what the person who runs the bot does on the command line, and no one does in chat. */
import { commands } from '../../commands/index.ts';
import { shorten } from '../../commands/lib/shorten.ts';
import { UserError } from '../../gpu/jobs/index.ts';
import { ConfigError, withTokenProblems } from '../base/config.ts';
import { line } from '../base/finding.ts';
import { contentOf } from '../base/given-file.ts';
import { printableJson } from '../base/printable.ts';
import type { Settings } from '../base/setting.ts';
import { configured, type PlatformDefinition, type PlatformVerb } from '../platforms/definition.ts';
import { cudaVerbs } from './cuda/verbs.ts';
import { findRepository } from './models/repositories.ts';
import { modelVerbs, pullModel } from './models/verbs.ts';
import type { OperatorVerb, Order } from './verb.ts';
import { workers } from './workers.ts';

/** File names for the examples. */
const COPY = 'flipside-copy.db';
const PICTURE = 'out/generate-a-dog-180.png';

/** @param platforms every platform that the bot supports */
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
			summary: 'Register the commands with the platforms that need it; repeat after every update',
			run: (order) => deploy(platforms, order),
		},
		...Object.fromEntries(theirs),
		doctor: {
			...plain,
			summary: 'Check everything that a bot needs; exit status 1 if something has to be fixed',
			json: true,
			run: (order) => doctor(platforms, order),
		},
		worker: {
			...plain,
			summary: "Run a bot's jobs on this machine too, taking them from the broker in QUEUE_URL",
			run: async (order) => {
				refuseWords('worker', order.words);
				const { runWorker } = await import('./worker/worker.ts');
				return runWorker(order);
			},
		},
		backup: {
			summary: 'Copy the database to a new file, even while a bot is running',
			usage: 'FILE',
			example: COPY,
			run: backup,
		},
		restore: {
			summary: 'Replace the database with a copy, while no bot is running; the old one is kept',
			usage: 'FILE',
			example: COPY,
			run: restore,
		},
		workers,
		...modelVerbs,
		...cudaVerbs,
		show: {
			summary: 'Show how a picture was made, from its PNG: request, seed, model and version',
			usage: 'FILE',
			example: PICTURE,
			json: true,
			run: show,
		},
	};
}

async function setup(platforms: readonly PlatformDefinition[], order: Order): Promise<number> {
	refuseWords('setup', order.words);
	const { setUp } = await import('./setup/setup.ts');
	const { readToken } = await import('./models/token.ts');
	const models = {
		endpoint: () => order.config().hub.endpoint,
		hasToken: () => readToken(order.config().hub) !== undefined,
		async pull(repository: string, token?: string) {
			const config = order.config();
			const hub = { ...config.hub, token: token ?? config.hub.token };
			await pullModel(findRepository(repository), { dryRun: false, encoder: true }, order, { ...config, hub });
		},
	};
	const { stdin: input, stdout: output, env: environment } = process;
	return setUp({ input, output, environment, platforms, commands, envFile: '.env', models });
}

async function deploy(platforms: readonly PlatformDefinition[], { words, config, print }: Order): Promise<number> {
	refuseWords('deploy', words);
	const deploying = configured(platforms, config()).filter(([platform]) => platform.deploy);
	if (deploying.length === 0) throw new ConfigError(platforms.flatMap((platform) => platform.deploy?.missing ?? []));
	for (const [platform, own] of deploying) {
		for (const line of (await platform.deploy?.run(own, commands)) ?? []) print(line);
	}
	return 0;
}

async function doctor(platforms: readonly PlatformDefinition[], order: Order): Promise<number> {
	const { words, json, print } = order;
	refuseWords('doctor', words);
	const { examine } = await import('./doctor/doctor.ts');
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

async function backup({ words, config, print }: Order): Promise<number> {
	const target = oneFile('backup', words, COPY);
	const { backUp } = await import('../store/backup.ts');
	backUp(config().dataDir, target);
	print(`Copied the database to ${target}. It does not contain the pictures, which are files in DATA_DIR/blobs.`);
	return 0;
}

async function restore({ words, config, print }: Order): Promise<number> {
	const source = oneFile('restore', words, COPY);
	const { restore: putBack } = await import('../store/backup.ts');
	const aside = putBack(config().dataDir, source);
	print(`Restored the database from ${source}${aside ? `; the previous one is kept as ${aside}` : ''}.`);
	return 0;
}

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
	// An unset variable of a script gives an empty word.
	if (words.length === 1 && words[0] !== '') return words[0];
	throw new UserError(`${verb} takes one file name, for example ${verb} ${example}.`);
}

const platformVerb = (verb: PlatformVerb<Settings>): OperatorVerb => ({
	...verb,
	run: async ({ words, config, print }) => {
		print(await verb.run(words, config().platformSettings, commands));
		return 0;
	},
});

function refuseWords(verb: string, words: readonly string[]): void {
	if (words.length > 0) throw new UserError(`${verb} takes no arguments; got "${words[0].slice(0, 40)}".`);
}
