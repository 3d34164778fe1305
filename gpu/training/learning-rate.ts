/** How the learning rate changes over a training. */
import { type Decay, stepsOfTraining, stepsPerEpoch, type TrainingPlan } from '../jobs/index.ts';

type Course = Pick<TrainingPlan, 'batchSize' | 'epochs' | 'steps' | 'learningRate' | 'decay'>;

/** The learning rate of a step, counted from 0, in a training over `digits` digits. */
export function learningRateAt(step: number, plan: Course, digits: number): number {
	return plan.learningRate * DECAYS[plan.decay](step, plan, digits);
}

const DECAYS: Readonly<Record<Decay, (step: number, plan: Course, digits: number) => number>> = {
	constant: () => 1,
	/** torch.optim.lr_scheduler.ExponentialLR with gamma = 0.1^(1/epochs), stepped after each epoch. */
	exponential: (step, plan, digits) => 0.1 ** (Math.floor(step / stepsPerEpoch(plan, digits)) / plan.epochs),
	/** Loshchilov & Hutter 2017, eq. 5, without restarts. */
	cosine: (step, plan, digits) => (1 + Math.cos((Math.PI * step) / stepsOfTraining(plan, digits))) / 2,
};
