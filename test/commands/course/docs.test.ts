/** Checks the tables of docs/course.md against the figures of /course. */
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { courseFigures, type FigureChoice } from '../../../commands/course/figures.ts';
import { EDITION_TRAININGS, type TrainingName, trainingLine } from '../../../commands/course/trainings.ts';
import { commands } from '../../../commands/index.ts';
import { findCommand } from '../../../commands/lib/find-command.ts';
import { requestLine } from '../../../commands/lib/request-line.ts';
import { shippedEpochs } from '../../../commands/mnist/shipped.ts';
import { FLOW_EPOCHS, FLOW_MODELS, planTraining } from '../../../gpu/jobs/index.ts';
import type { RunSummary } from '../../../gpu/queue/training-runner.ts';

const read = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');

const docs = await read('docs/course.md');
const [older, newer] = docs.split(/^## Part B, edition of 2025$/m);
const rowsIn = (text: string) =>
	[...text.matchAll(/^\| [\d.]+ \| .+ \| `(.+)` \| (\S+) \|$/gm)].map(([, line, id]) => ({ line, id }));

/** A run with all epochs and the table's placeholder as its id. */
const run = (model: 'denoiser' | 'flow-class'): RunSummary => ({
	id: 'ID',
	plan: planTraining({ model, preset: 'course-2025', seed: 7 }),
	who: 'Tess',
	started: new Date(0).toISOString(),
	status: { state: 'done', step: 1 },
	epochs: FLOW_EPOCHS,
	keptSteps: 1,
});

const bundled = JSON.parse(await read('assets/models/emoji-if/model_index.json'));
const { guidanceScale: guidance } = bundled.flipside;

/** The figures that need an own training. */
const own: Partial<Record<TrainingName, RunSummary>> = {
	'pure-noise': run('denoiser'),
	'no-schedule': run('flow-class'),
};
const flows = Object.fromEntries(FLOW_MODELS.map((model) => [model, FLOW_EPOCHS]));

describe.each<[text: string, choice: FigureChoice, prefix: string]>([
	[older, { guidance }, ''],
	[newer, { guidance, edition: 2025, own, shipped: flows }, 'b'],
])('edition %#', (text, choice, prefix) => {
	const rows = rowsIn(text);
	const figures = courseFigures(choice);

	/** A figure's requests as typed lines, in which a picture from another figure has its name in a chat. */
	function linesOf(id: string): string[] {
		const figure = figures.find((each) => each.id === id);
		return (figure?.rows ?? [])
			.flatMap(({ requests }) => requests)
			.map(({ command, options, image }) => {
				const name = typeof image === 'string' ? `${image}.png` : undefined;
				const made = image && !name ? 'generate-150.png' : undefined;
				const seed = 'seed' in findCommand(commands, command).options ? 150 : undefined;
				return requestLine(commands, command, { ...options, image: name ?? made, seed });
			});
	}

	test.each(rows)('figure $id is made by $line', ({ line, id }) => {
		expect(linesOf(id)).toContain(line);
	});

	test('every figure of the assignment has a row', () => {
		// The last figure of 2024 is our own.
		const ids = figures.map(({ id }) => id).filter((id) => id.startsWith(prefix) && (prefix || id !== 'b3'));
		expect([...new Set(rows.map(({ id }) => id))]).toEqual(ids);
	});
});

test('every training of 2025 has a line', () => {
	for (const name of EDITION_TRAININGS[2025]) expect(newer).toContain(`\n    ${trainingLine(name, 2025)}\n`);
});

test('the page says which flows are not shipped', async () => {
	const shipped = await shippedEpochs();
	const missing = FLOW_MODELS.filter((model) => !shipped[model]).map((model) => `\`${model}\``);
	const said = newer.match(/comes without the weights of ([^.]*)\.\*\*/)?.[1];
	expect(said).toBe(missing.length > 0 ? missing.join(' and ') : undefined);
});
