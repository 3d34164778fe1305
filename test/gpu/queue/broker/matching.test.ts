import { describe, expect, it } from 'vitest';
import type { JobOf } from '../../../../gpu/jobs/index.ts';
import { choose, strangersIn, unite } from '../../../../gpu/queue/broker/matching.ts';
import type { ModelList, ModelSummary } from '../../../../gpu/queue/runner.ts';
import { fakeJob } from '../recorder.ts';

/** @param names such as "fake", or "fake@2" for its second revision */
function listOf(...names: string[]): ModelList {
	const usable = names.map((text): ModelSummary => {
		const [name, revision = '1'] = text.split('@');
		const numbers = { sampleSize: 64, parameters: 1, guidanceScale: 4, textWidth: 8 };
		return { name, revision, summary: name, stage: 1, ...numbers };
	});
	return { usable, damaged: [] };
}

const offer = (name: string, models: ModelList, free = 1, loaded: readonly string[] = [], isSuspect = false) => {
	return { name, models, free, loaded: new Set(loaded), isSuspect };
};

describe('the worker for a job', () => {
	const job = fakeJob('a cat');
	const upscaled = { ...job, upscaler: { model: 'large', guidanceScale: 4, noiseLevel: 250 } };
	const all = listOf('fake', 'large');

	it('has its models, both if there are two', () => {
		const offers = [offer('small', listOf('fake')), offer('other', listOf('large')), offer('both', all)];
		expect(choose(upscaled, offers, all)?.name).toBe('both');
		expect(choose(job, [offers[1]], all)).toBeUndefined();
	});

	it('has the same revision as the others', () => {
		expect(choose(job, [offer('stranger', listOf('fake@2'), 9), offer('usual', listOf('fake'))], all)?.name).toBe(
			'usual',
		);
	});

	it('has room', () => expect(choose(job, [offer('full', all, 0)], all)).toBeUndefined());

	it('is probably alive, even if no other has its models', () => {
		const suspect = offer('suspect', all, 9, ['fake'], true);
		expect(choose(job, [suspect, offer('usual', all)], all)?.name).toBe('usual');
		expect(choose(job, [suspect, offer('other', listOf('large'))], all)).toBeUndefined();
	});

	it('has its models loaded, or else the most room', () => {
		const offers = [offer('idle', all, 3), offer('warm', all, 1, ['fake']), offer('busy', all, 1)];
		expect(choose(job, offers, all)?.name).toBe('warm');
		expect(choose(job, [offers[2], offers[0]], all)?.name).toBe('idle');
	});

	it('is any, for digits', () => {
		const digits: JobOf<'digits'> = {
			kind: 'digits',
			model: 'class',
			seed: 1,
			guidanceScale: 1,
			frames: false,
			digits: [1],
			count: 1,
		};
		expect(choose(digits, [offer('bare', listOf())], all)?.name).toBe('bare');
	});
});

describe('the models of several workers', () => {
	it('are all of them, the first of each name', () => {
		const united = unite([listOf('fake', 'small'), listOf('large', 'fake@2')]);
		expect(united.usable.map(({ name, revision }) => `${name}@${revision}`)).toEqual(['fake@1', 'small@1', 'large@1']);
		expect(strangersIn(listOf('large', 'fake@2'), united)).toEqual(['fake']);
	});

	it('are damaged only where no worker can use them', () => {
		const damaged = { usable: [], damaged: ['fake', 'odd'].map((name) => ({ name, damage: 'cut short' })) };
		expect(unite([damaged, listOf('fake')]).damaged.map(({ name }) => name)).toEqual(['odd']);
	});
});
