/** The operator's verbs for models. `flipside models` alone is the chat's command. */
import { optionIn } from '../../../commands/lib/typed-option.ts';
import { UserError } from '../../../gpu/jobs/index.ts';
import type { Config } from '../../base/config.ts';
import { printableJson } from '../../base/printable.ts';
import { untilInterrupted } from '../interrupted.ts';
import { type OperatorVerb, type Order, refuseWords } from '../verb.ts';
import { placesIn } from './plan.ts';
import type { PullOptions } from './pull.ts';
import { findRepository, REPOSITORIES, type Repository } from './repositories.ts';

const EXAMPLE = REPOSITORIES[0];

export const modelVerbs: Readonly<Record<string, OperatorVerb>> = {
	'models pull': {
		summary: 'Download a DeepFloyd model with its text encoder, or resume a download',
		usage: 'REPOSITORY',
		example: EXAMPLE.id,
		options: {
			'dry-run': 'Only list the files, with their sizes',
			'no-encoder': 'Leave the text encoder out, for those who have a file of embeddings',
		},
		choices: REPOSITORIES.map(({ id }) => id),
		json: true,
		long: true,
		run: pullVerb,
	},
	'models list': {
		summary: 'List installed models with their sizes, and what is missing',
		usage: '',
		example: '',
		json: true,
		run: listVerb,
	},
	'models use': {
		summary: 'Make a model the default, where a channel has none of its own',
		usage: 'NAME',
		example: EXAMPLE.name,
		run: useVerb,
	},
	'models remove': {
		summary: 'Delete a model; the text encoder stays as long as another model needs it',
		usage: 'NAME',
		example: `${EXAMPLE.name} --yes`,
		options: { yes: 'Do it: without this it only says what would go' },
		run: removeVerb,
	},
	'models verify': {
		summary: 'Compare the files of a pulled model with their checksums; exit status 1 if one is damaged',
		usage: 'NAME',
		example: EXAMPLE.name,
		json: true,
		long: true,
		run: verifyVerb,
	},
};

async function pullVerb(order: Order): Promise<number> {
	const { word, given } = read('models pull', order.words);
	const options = { dryRun: given.includes('dry-run'), encoder: !given.includes('no-encoder') };
	return pullModel(findRepository(word), options, order, order.config());
}

/** @returns the exit status */
export async function pullModel(
	repository: Repository,
	options: PullOptions,
	order: Pick<Order, 'json' | 'print' | 'complain' | 'meter'>,
	config: Pick<Config, 'dataDir' | 'modelDir' | 'hub'>,
): Promise<number> {
	const { report } = await import('./report.ts');
	const { createMeans, pull } = await import('./pull.ts');
	const means = { ...createMeans(config, placesIn(config)), meter: order.meter };
	return untilInterrupted(
		async (signal) => {
			const pulled = await pull(repository, options, { ...means, signal });
			if (pulled.kind === 'pulled') await tellBot(config.dataDir);
			order.print(report(repository, pulled, order.json));
			return 0;
		},
		() => order.complain(`Stopped; what has arrived is kept, and models pull ${repository.id} resumes there.`),
	);
}

async function listVerb({ words, json, config, print }: Order): Promise<number> {
	refuseWords('models list', words);
	const { listModels } = await import('./list.ts');
	const list = await listModels(placesIn(config()));
	print(json ? printableJson(list.json) : list.lines.join('\n'));
	return 0;
}

async function useVerb({ words, config, print }: Order): Promise<number> {
	const { word } = read('models use', words);
	const { useModel } = await import('./use.ts');
	const places = placesIn(config());
	print(await useModel(word, places));
	await tellBot(places.dataDir);
	return 0;
}

async function removeVerb({ words, config, print }: Order): Promise<number> {
	const { word, given } = read('models remove', words);
	const { removeModel } = await import('./remove.ts');
	const places = placesIn(config());
	print(await removeModel(word, given.includes('yes'), places));
	await tellBot(places.dataDir);
	return 0;
}

async function verifyVerb({ words, json, config, print, complain, meter }: Order): Promise<number> {
	const { word } = read('models verify', words);
	const { verifyModel } = await import('./verify.ts');
	return untilInterrupted(
		async (signal) => {
			const verified = await verifyModel(word, placesIn(config()), { meter, signal });
			const { name, files, damaged, missing } = verified;
			const bad = [...damaged.map((path) => `damaged: ${path}`), ...missing.map((path) => `missing: ${path}`)];
			const verdict = bad.length === 0 ? `All ${files} files are intact.` : `models pull ${name} downloads them again.`;
			print(json ? printableJson({ ok: bad.length === 0, ...verified }) : [...bad, verdict].join('\n'));
			return bad.length === 0 ? 0 : 1;
		},
		() => complain('Stopped; nothing was changed.'),
	);
}

async function tellBot(dataDir: string): Promise<void> {
	const { tellBot: tell } = await import('./tell-bot.ts');
	await tell(dataDir);
}

/** The one word that a verb takes, and the options that were given. @throws {UserError} for anything else */
function read(verb: string, words: readonly string[]): { readonly word: string; readonly given: readonly string[] } {
	const { options = {}, usage, example } = modelVerbs[verb];
	const names = Object.keys(options);
	const typed = words.map((word) => ({ word, name: optionIn(word, names)?.name }));
	const plain = typed.filter(({ name }) => name === undefined).map(({ word }) => word);
	const [word] = plain;
	if (plain.length !== 1) throw new UserError(`${verb} takes one ${usage}, for example ${verb} ${example}.`);
	return { word, given: typed.flatMap(({ name }) => name ?? []) };
}
