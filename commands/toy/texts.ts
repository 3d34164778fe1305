/** The texts of a toy: below its pictures, and their alt texts. */
import type { JobOf, ToyRecord, ToyRun } from '../../gpu/jobs/index.ts';
import { altText } from '../figures/picture.ts';
import { and } from '../lib/lists.ts';
import { METHOD_LOOKS } from './methods.ts';
import { stepsText } from './sheet.ts';

type ToyJob = JobOf<'toy'>;

/** "Moons" */
const nameOf = ({ shape }: ToyJob) => `${shape.charAt(0).toUpperCase()}${shape.slice(1)}`;

/** "Moons from noise, learned in two ways" */
export const titleOf = (job: ToyJob) =>
	`${nameOf(job)} from noise, learned ${job.methods.length > 1 ? 'in two ways' : `by ${namesOf(job)}`}`;

/** "DDPM and flow matching" */
const namesOf = ({ methods }: ToyJob) => and.format(methods.map((method) => METHOD_LOOKS[method].named));

/** "seed 7, 2,000 training steps, 500 points": how to reproduce it, together with the numbers of steps, which the sheet shows. */
const settingsOf = ({ seed, training, points }: ToyJob) =>
	`seed ${seed}, ${training.toLocaleString('en-GB')} training steps, ${points} points`;

/** What was made, why it looks that way, and which papers it follows. */
export function textOf(job: ToyJob, record: ToyRecord): string {
	const { runs, leastDistance } = record;
	return [
		`${nameOf(job)} by ${namesOf(job)}: ${settingsOf(job)}.`,
		...runs.map(({ method, detour }) =>
			METHOD_LOOKS[method].teaches(`${detour.toFixed(1)} times the straight distance`),
		),
		`Distance to the data: ${runs.map((run) => distancesOf(run, runs.length > 1)).join('; ')}; two draws of the data are ${leastDistance.toFixed(2)} apart.`,
	].join(' ');
}

/** "flow matching 0.30 in 5 steps, 0.11 in 100 steps" */
function distancesOf({ method, walks }: ToyRun, named: boolean): string {
	const few = walks[Math.floor(walks.length / 2)];
	const told = [...new Set([few, walks[walks.length - 1]])].map(
		({ steps, distance }) => `${distance.toFixed(2)} in ${stepsText(steps)}`,
	);
	return `${named ? `${METHOD_LOOKS[method].named} ` : ''}${told.join(', ')}`;
}

const pathsAlt = (job: ToyJob, { runs }: ToyRecord) =>
	`The data, ${job.points} points, and paths from noise to them: ${runs
		.map(
			({ method, detour }) =>
				`${METHOD_LOOKS[method].named} ${METHOD_LOOKS[method].paths}, ${detour.toFixed(1)} times the straight distance`,
		)
		.join('; ')}`;

const fieldAlt = () => 'Arrows show where the network sends each place, at five times from all noise to nearly none';

const stepsAlt = (_: ToyJob, { runs }: ToyRecord) =>
	`Where points end up after each number of steps, with the distance to the data: ${runs
		.map(
			({ method, walks }) =>
				`${METHOD_LOOKS[method].named} ${walks.map(({ steps, distance }) => `${steps}: ${distance.toFixed(2)}`).join(', ')}`,
		)
		.join('; ')}`;

const BAND_ALTS = [pathsAlt, fieldAlt, stepsAlt];

export function sheetAlt(job: ToyJob, record: ToyRecord, band?: number): string {
	const bands = band === undefined ? BAND_ALTS : [BAND_ALTS[band]];
	return altText(
		`${nameOf(job)}, learned by ${namesOf(job)}`,
		...bands.map((alt) => alt(job, record)),
		settingsOf(job),
	);
}

export function filmAlt(job: ToyJob, { runs }: ToyRecord): string {
	const total = stepsText(runs[0].walks[runs[0].walks.length - 1].steps);
	return altText(
		`An animation of ${job.points} points moving from noise to ${job.shape} in ${total}, by ${namesOf(job)}`,
		settingsOf(job),
	);
}
