/**
 * Simulates a lab session: students ask, wait for their picture, think and ask again. The waiting line is the bot's own
 * (gpu/queue/fair.ts); only the time is simulated.
 */
import { MersenneTwister } from '../../gpu/diffusion/mersenne-twister.ts';
import { FairQueue, type FairWaiter } from '../../gpu/queue/fair.ts';

/** What students ask for. */
export interface Request {
	readonly evaluations: number;
	/** How often it is asked for, relative to the others. */
	readonly weight: number;
}

export interface Lab {
	readonly students: number;
	readonly devices: number;
	/** Jobs that a device runs at the same time. They share it equally. */
	readonly slots: number;
	/** How long a device takes for an evaluation, whoever it is for. */
	readonly secondsPerEvaluation: number;
	readonly requests: readonly Request[];
	/** Everybody asks for the first time within so many seconds. */
	readonly startSeconds: number;
	/** How long a student looks at a picture before asking again, on average. */
	readonly thinkingSeconds: number;
	/** When the session ends. */
	readonly seconds: number;
	readonly seed: number;
}

export interface Session {
	/** Seconds from each answered request to its picture, in ascending order. */
	readonly waits: readonly number[];
	/** The most requests that stood in line at the same time. */
	readonly longestLine: number;
}

interface RunningJob {
	readonly student: Student;
	left: number;
}

interface Student {
	readonly name: string;
	/** When they asked last, or will ask next. */
	asks: number;
}

export function simulate(lab: Lab): Session {
	const { students: count, devices: deviceCount, slots, secondsPerEvaluation, seconds } = lab;
	const random = uniform(lab.seed);
	const devices: RunningJob[][] = Array.from({ length: deviceCount }, () => []);
	const line = new FairQueue<RunningJob & FairWaiter>(deviceCount * slots);
	/** Those who are thinking. */
	const thinking = new Set<Student>();
	for (let i = 0; i < count; i++) thinking.add({ name: `student ${i}`, asks: lab.startSeconds * random() });
	const waits: number[] = [];
	let waiting = 0;
	let longestLine = 0;
	let now = 0;

	function ask(student: Student): void {
		thinking.delete(student);
		waiting++;
		const left = pick(lab.requests, random()).evaluations;
		line.join({ id: student.name, owner: student.name, student, left });
	}

	function start({ student, left }: RunningJob): void {
		waiting--;
		const leastBusy = devices.reduce((best, device) => (device.length < best.length ? device : best));
		leastBusy.push({ student, left });
	}

	function answer({ student }: RunningJob): void {
		waits.push(now - student.asks);
		line.ended({ owner: student.name });
		student.asks = now - lab.thinkingSeconds * Math.log(1 - random());
		thinking.add(student);
	}

	/** When the job of a device that has least left would be done, if no others came. */
	const endOf = (device: readonly RunningJob[]) =>
		now + Math.min(...device.map(({ left }) => left)) * device.length * secondsPerEvaluation;

	for (;;) {
		const asker = [...thinking].reduce<Student | undefined>((a, b) => (a && a.asks <= b.asks ? a : b), undefined);
		const busy = devices.filter((device) => device.length > 0);
		const next = Math.min(asker?.asks ?? Number.POSITIVE_INFINITY, ...busy.map(endOf));
		if (next > seconds) break;
		for (const device of busy) {
			const done = (next - now) / (secondsPerEvaluation * device.length);
			for (const job of device) job.left -= done;
		}
		now = next;
		if (asker?.asks === now) ask(asker);
		for (const [i, device] of devices.entries()) {
			// What is left of a job that is done may differ from 0 by rounding.
			const isDone = ({ left }: RunningJob) => left < 1e-6;
			device.filter(isDone).forEach(answer);
			devices[i] = device.filter((job) => !isDone(job));
		}
		for (let next = line.next(); next; next = line.next()) start(next);
		longestLine = Math.max(longestLine, waiting);
	}
	return { waits: waits.sort((a, b) => a - b), longestLine };
}

/** Numbers in 0..1, 1 excluded. */
function uniform(seed: number): () => number {
	const engine = new MersenneTwister(seed);
	return () => engine.next() / 2 ** 32;
}

/** @param at in 0..1: where in the sum of the weights */
function pick(requests: readonly Request[], at: number): Request {
	let left = at * requests.reduce((sum, { weight }) => sum + weight, 0);
	for (const request of requests) {
		left -= request.weight;
		if (left < 0) return request;
	}
	throw new RangeError('pick: there is nothing to pick from');
}
