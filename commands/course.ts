/** /course: every figure of the course, as one web page. */
import { type Edition, MAX_SEED } from '../gpu/jobs/index.ts';
import { anagram } from './anagram.ts';
import { checkFigures, courseFigures, FIGURE_IDS } from './course/figures.ts';
import { forecast } from './course/forecast.ts';
import { ownRuns, ownRunsOption } from './course/own-runs.ts';
import { loadRecordings } from './course/recorded.ts';
import { type MadeFigure, makeFigure, planFigure, type Report } from './course/run.ts';
import { EDITIONS } from './course/trainings.ts';
import { denoise } from './denoise.ts';
import { edit } from './edit.ts';
import { generate } from './generate.ts';
import { hybrid } from './hybrid.ts';
import { inpaint } from './inpaint.ts';
import { defineCommand } from './lib/command.ts';
import { COURSE_VALUES } from './lib/course-values.ts';
import { describeDuration } from './lib/duration.ts';
import { Cancelled } from './lib/perform-errors.ts';
import { mnist } from './mnist/index.ts';
import { shippedEpochs, shippedRevision } from './mnist/shipped.ts';
import { noise } from './noise.ts';
import { upscale } from './upscale.ts';

/** Whoever asks for what takes longer is asked whether it is to start: nobody expects that of one line. */
const SURPRISING_SECONDS = 60;

const COMMANDS = [noise, denoise, generate, edit, inpaint, anagram, hybrid, upscale, ...mnist];

export const course = defineCommand({
	name: 'course',
	summary: 'Make the figures of both parts of the course, as one web page',
	example: '--figures 1.1,1.4',
	staffOnly: true,
	options: {
		figures: {
			kind: 'names',
			label: 'Which figures',
			summary: "Only these, by the assignment's numbers",
			choices: FIGURE_IDS,
			maxCount: FIGURE_IDS.length,
			default: FIGURE_IDS,
		},
		edition: {
			kind: 'choice',
			label: 'Year of the assignment',
			summary: "The year of the assignment's part B: a diffusion in 2024, flow matching since 2025",
			choices: EDITIONS.map(String),
			default: '2024',
		},
		quick: {
			kind: 'flag',
			label: 'A quick preview',
			summary: 'Only a few steps for each picture: shows that everything works, not how well',
		},
		seed: {
			kind: 'integer',
			label: 'Random seed',
			summary: 'One seed for all figures',
			min: 0,
			max: MAX_SEED,
			default: COURSE_VALUES.seed,
			example: 180,
		},
		model: { kind: 'model', label: 'Model to use', summary: 'One of the models that /models lists' },
		run: ownRunsOption,
		photo: {
			kind: 'image',
			label: 'First photo',
			summary: 'A picture of your own instead of the test picture, in 1.1 to 1.7',
		},
		photo2: {
			kind: 'image',
			label: 'Second photo',
			summary: 'One instead of the second picture of 1.7, 1.7.2 and 1.7.3',
		},
		photo3: {
			kind: 'image',
			label: 'Third photo',
			summary: 'One instead of the third picture of 1.7, 1.7.2 and 1.7.3',
		},
	},
	async run({ figures: ids, edition: year, quick, seed, model, run, photo, photo2, photo3 }, context) {
		const edition = Number(year) as Edition;
		// All figures means all that the edition has.
		if (ids.length < FIGURE_IDS.length) checkFigures(ids, edition);
		const own = await ownRuns(run, edition, context.training);
		const recorded = await loadRecordings();
		const shipped = await shippedEpochs();
		const report: Report = {
			commands: COMMANDS,
			edition,
			own,
			recorded,
			shipped,
			digits: await shippedRevision(),
			models: await context.models(),
			model,
			seed,
			quick,
		};
		const photos = [photo, photo2, photo3];
		const all = courseFigures({ edition, own, recorded, shipped, photos, guidance: model.guidanceScale });
		const figures = all.filter(({ id }) => ids.includes(id));
		const plan = await Promise.all(figures.map((figure) => planFigure(report, figure, context)));
		const together = await forecast(report, plan.flat(), context);
		if (together.seconds > SURPRISING_SECONDS) context.askFirst(together.seconds);
		context.tell(`${count(figures.length)}, about ${describeDuration(together.seconds)} in all.`);
		context.together(together);

		const made: MadeFigure[] = [];
		for (const [i, figure] of figures.entries()) {
			context.tell(`Figure ${figure.id} (${i + 1} of ${figures.length}): ${figure.title}.`);
			made.push(
				await makeFigure(report, figure, context).catch((error: unknown) => {
					throw error instanceof Cancelled && i > 0 ? new Cancelled(keptText(i, figures.length)) : error;
				}),
			);
		}
		const { coursePage } = await import('./course/page.ts');
		return {
			text: `${count(figures.length)} with the model ${model.name} and the seed ${seed}${describeGaps(made)}.`,
			figures: [],
			attachments: [{ bytes: await coursePage(report, made), type: 'text/html', filename: 'course.html' }],
		};
	},
});

/** "; 2 pictures could not be made, the page says why", and the same for figures whose weights are missing. */
function describeGaps(made: readonly MadeFigure[]): string {
	const failed = made.flatMap(({ rows }) => rows.flat()).filter(({ reply }) => 'failure' in reply).length;
	const missing = made.filter(({ figure }) => figure.rows.some((row) => row.missing)).length;
	return [
		failed > 0 ? `; ${failed} pictures could not be made, the page says why` : '',
		missing > 0
			? `; ${missing === 1 ? 'one needs' : `${missing} need`} weights that are missing, the page says what trains them`
			: '',
	].join('');
}

/** Results are kept by job, so asking for the same again takes only as long as the rest. */
const keptText = (finished: number, all: number) =>
	`${finished} of ${count(all)} ${finished === 1 ? 'is' : 'are'} finished and kept: running the same /course again makes only the rest.`;

const count = (n: number) => (n === 1 ? 'One figure' : `${n} figures`);
