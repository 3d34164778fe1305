/** Reads the noise schedule of a model directory. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { assertSameForwardProcess, scheduleFromConfig } from '../diffusion/config.ts';
import type { Schedule } from '../diffusion/schedule.ts';
import { readJson } from './json.ts';

/**
 * The schedule in scheduler/ of a model directory. Stage II also has an image_noising_scheduler/, for its low-resolution
 * picture. Throws a ModelError if the schedule is not supported, or if the two add different noise.
 */
export async function readSchedule(directory: string): Promise<Schedule> {
	const path = pathOf(directory);
	const schedule = scheduleFromConfig(await readJson(path), path);
	const noisingPath = noisingPathOf(directory);
	if (existsSync(noisingPath)) assertSameForwardProcess(await readJson(noisingPath), noisingPath, schedule);
	return schedule;
}

/** The files that it is read from. */
export const scheduleFiles = (directory: string): readonly string[] => [
	pathOf(directory),
	...[noisingPathOf(directory)].filter((path) => existsSync(path)),
];

const pathOf = (directory: string) => join(directory, 'scheduler', 'scheduler_config.json');
const noisingPathOf = (directory: string) => join(directory, 'image_noising_scheduler', 'scheduler_config.json');
