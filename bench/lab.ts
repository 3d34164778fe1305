/** How long students wait in a lab, simulated with measured paces: for 30 to 3,000 students and 1 to 64 devices. */
import { costOf, type Job } from '../gpu/jobs/index.ts';
import { EXAMPLE_REF, SAMPLING } from './context.ts';
import { type Session, simulate } from './lab/simulate.ts';
import type { Table } from './table.ts';

/** Seconds for an evaluation where two make a batch, from bench/RESULTS.md. */
const DEVICES: Readonly<Record<string, number>> = {
	'IF-I-M on 2 threads of an AMD EPYC': 3.69 / 2,
	'IF-I-XL on an H100': 0.0482 / 2,
	'emoji-if on 2 threads of an Intel Xeon': 0.0369 / 2,
};

const STUDENTS = [30, 300, 3000];
const COUNTS = [1, 2, 4, 8, 16, 32, 64];

const prompts = ['an old man', 'a campfire'];
const sweep = { image: EXAMPLE_REF, starts: [1, 3, 5, 7, 10, 20], fit: 'crop' as const };

/** What a class asks for, and how often of ten times. */
const REQUESTS: readonly (readonly [Job, number])[] = [
	[{ kind: 'generate', ...SAMPLING, prompt: 'a dog', count: 1 }, 5],
	[{ kind: 'anagram', ...SAMPLING, prompts, views: ['flip'] }, 3],
	[{ kind: 'hybrid', ...SAMPLING, prompts, decomposition: 'frequency', sigma: 2, kernel: 33 }, 1],
	[{ kind: 'edit', ...SAMPLING, sampler: 'course', prompt: 'a house', ...sweep }, 1],
];

export async function benchLab(): Promise<Table> {
	const requests = REQUESTS.map(([job, weight]) => ({ evaluations: costOf(job), weight }));
	const times = { startSeconds: 60, thinkingSeconds: 90, seconds: 50 * 60 };
	const rows = Object.entries(DEVICES).flatMap(([name, secondsPerEvaluation]) =>
		COUNTS.map((devices) => {
			const session = (students: number) =>
				simulate({ students, devices, slots: 2, secondsPerEvaluation, requests, ...times, seed: 1 });
			return [name, String(devices), ...STUDENTS.map((students) => cell(session(students), students))];
		}),
	);
	return {
		title: 'A lab, simulated',
		header: ['device', 'devices', ...STUDENTS.map((students) => `${students.toLocaleString('en')} students`)],
		rows,
		notes: [
			'Each cell: the median and the 95th percentile of the time from a request to its picture, the longest line, and pictures per student.',
			'A session lasts 50 minutes. Everybody asks within the first minute, and again 90 s after each picture on average: of ten requests five for a picture, three for an anagram, one for a hybrid and one for a sweep of six edits.',
			'The line is the bot’s own; a device runs two jobs, which share it equally. Stage II, networks and chats take no time here.',
		],
	};
}

function cell({ waits, longestLine }: Session, students: number): string {
	if (waits.length === 0) return `none, line of ${longestLine}`;
	const at = (share: number) => duration(waits[Math.floor(share * (waits.length - 1))]);
	return `${at(0.5)}, ${at(0.95)}; ${longestLine}; ${(waits.length / students).toFixed(1)}`;
}

const duration = (seconds: number) => (seconds < 90 ? `${seconds.toFixed(0)} s` : `${(seconds / 60).toFixed(0)} min`);
