/** What the settings of a channel do to the options of a request. */
import type { ChannelSettings } from '../../commands/lib/moderation.ts';
import type { OptionSpecs, RawOptions } from '../../commands/lib/options.ts';
import { namesTimesteps, stepsOf } from '../../commands/lib/sampling.ts';
import { COURSE_TIMESTEPS } from '../../gpu/diffusion/timesteps.ts';
import { UserError } from '../../gpu/jobs/index.ts';
import type { ModelList } from '../../gpu/queue/runner.ts';
import type { User } from '../store/records.ts';

/**
 * Fills in what the channel has its own default for. The model of the settings stands in only where it is installed and of
 * the stage asked for.
 */
export function withDefaults(
	specs: OptionSpecs,
	options: RawOptions,
	settings: ChannelSettings,
	user: User,
	models: ModelList,
): RawOptions {
	const filled: Record<string, RawOptions[string]> = { ...options };
	const { model: spec } = specs;
	if (settings.model !== undefined && spec?.kind === 'model' && isBlank(options.model)) {
		const installed = models.usable.find(({ name }) => name === settings.model);
		if (installed && installed.stage === (spec.stage ?? 1)) filled.model = installed.name;
	}
	const limited = !user.staff && settings.steps !== undefined && settings.steps < COURSE_TIMESTEPS.length;
	if (limited && 'steps' in specs && isBlank(options.steps) && !namesTimesteps(options.timesteps)) {
		filled.steps = settings.steps;
	}
	return filled;
}

/** @throws {UserError} when more is asked for than the channel allows to others than staff */
export function checkChannelLimits(
	values: Readonly<Record<string, unknown>>,
	settings: ChannelSettings,
	user: User,
): void {
	if (user.staff) return;
	const limit = (name: string, value: unknown, most: number | undefined) => {
		if (most === undefined || typeof value !== 'number' || value <= most) return;
		throw new UserError(`${name} may be at most ${most} in this channel; got ${value}.`);
	};
	limit('steps', stepsOf(values), settings.steps);
	limit('count', values.count, settings.count);
	limit('tries', values.tries, settings.count);
}

const isBlank = (value: unknown) => value === undefined || (typeof value === 'string' && value.trim() === '');
