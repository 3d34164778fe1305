/** Trainings in words. */
import { coursePlan, stepsOfTraining, type TrainingPlan } from '../../gpu/jobs/index.ts';
import type { RunSummary } from '../../gpu/queue/training-runner.ts';

/** "class, hidden size 16 (course: 64), batch 64 (course: 128), …": including what differs from the course. */
export function describePlan(plan: TrainingPlan): string {
	const course = coursePlan(plan.model);
	const beside = (value: string | number, usual: string | number) =>
		value === usual ? `${value}` : `${value} (course: ${usual})`;
	const steps = formatCount(stepsOfTraining(plan));
	return [
		plan.input === 'noise' ? `${plan.model} on noise alone` : plan.model,
		`hidden size ${beside(plan.hidden, course.hidden)}`,
		`batch ${beside(plan.batchSize, course.batchSize)}`,
		plan.steps === undefined
			? `${plural(plan.epochs, 'epoch')}${plan.epochs === course.epochs ? '' : ` (course: ${course.epochs})`}, that is ${steps} steps`
			: `${steps} steps`,
		`learning rate ${beside(plan.learningRate, course.learningRate)}, decay ${beside(plan.decay, course.decay)}`,
		...(plan.ema === undefined ? [] : [`moving average of the weights ${plan.ema}`]),
		`seed ${plan.seed}`,
	].join(', ');
}

/** "class-20261123-140502: class, D 16, by Ann: done, 2,811 of 2,811 steps, loss 0.0312." And why it failed, if it did. */
export function describeRun({ id, plan, who, status, epochs, elsewhere }: RunSummary, isRunning: boolean): string {
	const { model, input, hidden } = plan;
	const of = input === 'noise' ? ' on noise alone' : '';
	const steps = `${formatCount(status.step)} of ${formatCount(stepsOfTraining(plan))} steps`;
	const unseen = elsewhere ? 'running in another process' : 'interrupted';
	const state = status.state === 'running' && !isRunning ? unseen : status.state;
	const loss = status.loss === undefined ? [] : [`loss ${formatLoss(status.loss)}`];
	const kept = epochs.length > 0 ? [`weights of ${describeEpochs(epochs)}`] : [];
	const why = status.message === undefined ? '' : ` ${status.message}`;
	return `${id}: ${model}${of}, D ${hidden}, by ${who}: ${[state, steps, ...loss, ...kept].join(', ')}.${why}`;
}

/** "epoch 5", "epochs 1 to 20", "epochs 1 to 3, 5". */
function describeEpochs(epochs: readonly number[]): string {
	const starts = epochs.filter((epoch) => !epochs.includes(epoch - 1));
	const ends = epochs.filter((epoch) => !epochs.includes(epoch + 1));
	const stretches = starts.map((start, i) => (start === ends[i] ? `${start}` : `${start} to ${ends[i]}`));
	return `epoch${epochs.length === 1 ? '' : 's'} ${stretches.join(', ')}`;
}

/** "2,811" */
export const formatCount = (count: number) => String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');

/** "2,811 steps", "1 step" */
export const describeSteps = (steps: number) => `${formatCount(steps)} step${steps === 1 ? '' : 's'}`;

export const formatLoss = (loss: number) => String(Number(loss.toPrecision(3)));

/** "0.5 GB" */
export const formatBytes = (bytes: number) => `${Math.max(0.1, bytes / 1e9).toFixed(1)} GB`;

const plural = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
