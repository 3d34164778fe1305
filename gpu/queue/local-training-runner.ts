/** The TrainingRunner of a single machine. */
import { createHostedTrainingRunner } from './hosted-training-runner.ts';
import { createLocalTrainingHost, type LocalTrainingHostOptions } from './local-training-host.ts';
import type { TrainingRunner } from './training-runner.ts';

export type LocalTrainingRunnerOptions = LocalTrainingHostOptions;

export const createLocalTrainingRunner = (options: LocalTrainingRunnerOptions): TrainingRunner =>
	createHostedTrainingRunner({ ...options, host: createLocalTrainingHost(options) });
