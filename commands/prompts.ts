/** /prompts: what can be drawn, from the prompts that a model knows and from one's own files of embeddings. */
import { MAX_EMBEDDED_PROMPTS, UserError } from '../gpu/jobs/index.ts';
import type { ModelSummary } from '../gpu/queue/runner.ts';
import type { CommandContext, Reply, Wording } from './lib/command.ts';
import { defineCommand } from './lib/command.ts';
import { counted } from './lib/counted.ts';
import { MAX_PROMPT_CHARACTERS, type Upload } from './lib/options.ts';
import { suggest } from './lib/parse-options.ts';
import type { PromptFile } from './lib/prompt-files.ts';
import { COURSE_PROMPTS } from './lib/prompts.ts';

export const prompts = defineCommand({
	name: 'prompts',
	summary: 'Show the prompts that can be drawn, or keep and make files of prompt embeddings',
	example: 'add own.pth',
	options: {
		action: {
			kind: 'choice',
			label: 'What to do',
			summary: 'list: what can be drawn; add, remove: a file of yours; export: make one with the encoder',
			positional: true,
			choices: ['list', 'add', 'remove', 'export'],
			default: 'list',
		},
		file: {
			kind: 'embeddings',
			label: 'File of embeddings',
			summary: 'For add: a .pth or .safetensors file of prompt embeddings',
			positional: true,
		},
		which: {
			kind: 'text',
			label: 'Which file or prompts',
			summary: "For remove: the name of a file; for export: prompts with ; between; default: the course's",
			positional: true,
			maxLength: 3000,
			example: 'a red fox; a snowy village',
		},
		model: {
			kind: 'model',
			label: 'Model to use',
			summary: 'The model whose prompts are listed, or whose text encoder reads the exported ones',
		},
	},
	personal: true,
	async run({ action, file, which, model }, context) {
		switch (action) {
			case 'add':
				return says(await add(file, context));
			case 'remove':
				return says(await remove(which ?? file?.name, context));
			case 'export':
				return exported(which, model, context);
			case 'list':
				// A person who sends only a file wants it kept.
				return says(file ? await add(file, context) : listed(model, context.promptFiles.list(), context.wording));
		}
	},
});

const says = (text: string): Reply => ({ text, figures: [] });

/** More would not fit in one message. */
const SHOWN_PROMPTS = 25;
const SHOWN_OF_FILE = 5;
const SHOWN_OF_LETTER = 5;

function listed(model: ModelSummary, files: readonly PromptFile[], wording: Wording): string {
	const own = files.map((file) => describe(file, model));
	return [known(model, wording), ...(own.length > 0 ? ['Your files:', ...own] : [])].join('\n');
}

function known({ name, knownPrompts, vocabulary }: ModelSummary, wording: Wording): string {
	if (vocabulary) {
		const { things } = vocabulary;
		const named = new Set(things.map(bareName));
		const others = COURSE_PROMPTS.filter((prompt) => !named.has(bareName(prompt)));
		return [
			`${name} knows ${things.length} things:`,
			...byLetter(things),
			'It also knows these prompts of the course:',
			...others,
		].join('\n');
	}
	if (!knownPrompts) return [`${name} reads any prompt; the course's are:`, ...COURSE_PROMPTS].join('\n');
	if (knownPrompts.length === 0) {
		return `${name} has no text encoder, and draws only what is in files of embeddings; add one with ${wording.line('prompts', { action: 'add' })}.`;
	}
	const lines = some(knownPrompts, SHOWN_PROMPTS);
	return [`${name} has no text encoder, only embeddings of these prompts:`, ...lines].join('\n');
}

/** Without its article: "the amalfi coast" is listed under A. */
const bareName = (thing: string) => thing.replace(/^(?:an?|the) /, '');

/** A line for each letter: "A: airplane, alien, … and 7 more". */
function byLetter(things: readonly string[]): readonly string[] {
	const lines = new Map<string, string[]>();
	for (const thing of things.toSorted((a, b) => bareName(a).localeCompare(bareName(b), 'en'))) {
		const letter = bareName(thing).charAt(0).toUpperCase();
		lines.set(letter, [...(lines.get(letter) ?? []), bareName(thing)]);
	}
	return [...lines].map(([letter, names]) => `${letter}: ${some(names, SHOWN_OF_LETTER).join(', ')}`);
}

function describe({ name, prompts, width }: PromptFile, model: ModelSummary): string {
	const unfit = width === model.textWidth ? '' : ` (not for ${model.name}: width ${width}, not ${model.textWidth})`;
	return `${name}${unfit}: ${some(prompts, SHOWN_OF_FILE).join('; ')}`;
}

/** The first of them, and how many more there are; the empty prompt is left out. */
function some(prompts: readonly string[], count: number): readonly string[] {
	const said = prompts.filter((prompt) => prompt.trim() !== '');
	const more = said.length - count;
	return more > 0 ? [...said.slice(0, count), `and ${more} more`] : said;
}

async function add(file: Upload | undefined, { promptFiles }: CommandContext): Promise<string> {
	if (!file) throw new UserError('add needs a file: send a .pth or .safetensors file of prompt embeddings with it.');
	const { name, prompts } = await promptFiles.add(file);
	const count = counted(prompts.length, 'prompt');
	const needs = prompts.some((prompt) => prompt.trim() === '')
		? ''
		: ' It lacks the empty prompt, which guidance needs: with a model that has no text encoder, use guidance 1.';
	return `${name} is kept, with ${count}: ${some(prompts, SHOWN_OF_FILE).join('; ')}. Only your requests use it.${needs}`;
}

async function remove(name: string | undefined, { promptFiles }: CommandContext): Promise<string> {
	const names = promptFiles.list().map((file) => file.name);
	if (names.length === 0) throw new UserError('You have no files of embeddings; /prompts add keeps one.');
	if (name === undefined) throw new UserError(`remove needs the name of one of your files: ${names.join(', ')}.`);
	const found = names.find((other) => other.toLowerCase() === name.toLowerCase());
	const gone = found === undefined ? undefined : await promptFiles.remove(found);
	if (gone === undefined) {
		throw new UserError(`You have no file called “${name}”${suggest(name, names)}; your files: ${names.join(', ')}.`);
	}
	const rest = gone ? 'is deleted' : 'is no longer yours, but stays stored while something else needs the same file';
	return `${found} ${rest}. Pictures that were made with it stay.`;
}

/** A file for torch.load, including the empty prompt, which guidance needs. */
async function exported(which: string | undefined, model: ModelSummary, context: CommandContext): Promise<Reply> {
	await refuseWithoutEncoder(model, context);
	const asked = which === undefined ? COURSE_PROMPTS : which.split(/[;\n]/).map((prompt) => prompt.trim());
	const prompts = [...new Set(['', ...asked])];
	if (prompts.length > MAX_EMBEDDED_PROMPTS) {
		const most = MAX_EMBEDDED_PROMPTS - 1;
		throw new UserError(`export takes at most ${most} prompts at once; got ${prompts.length - 1}.`);
	}
	if (prompts.some(({ length }) => length > MAX_PROMPT_CHARACTERS)) {
		throw new UserError(`A prompt may have at most ${MAX_PROMPT_CHARACTERS} characters; put ; between prompts.`);
	}
	const { file, notes } = await context.perform({ kind: 'embed', model: model.name, prompts });
	if (file === undefined) throw new Error('the embeddings that were made are not there');
	const bytes = await context.blobs.get(file);
	const count = prompts.length === 2 ? 'one prompt' : `${prompts.length - 1} prompts`;
	const text = `prompts.pth has ${count} and the empty one as ${model.name} reads them, for torch.load(weights_only=True) or ${context.wording.line('prompts', { action: 'add' })}.`;
	const attachments = [{ bytes, type: 'application/octet-stream', filename: 'prompts.pth' }];
	return { text: [text, ...notes].join(' '), figures: [], attachments };
}

async function refuseWithoutEncoder(model: ModelSummary, context: CommandContext): Promise<void> {
	if (!model.knownPrompts) return;
	const { usable } = await context.models();
	const others = usable.filter(({ stage, knownPrompts }) => stage === 1 && !knownPrompts).map(({ name }) => name);
	const instead = others.length > 0 ? `name a model that has one: ${others.join(', ')}` : 'no installed model has one';
	throw new UserError(`${model.name} has no text encoder to read prompts with; ${instead}.`);
}
