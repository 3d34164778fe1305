/** Applies a channel's settings to a request's options. */
import type { Command } from '../../commands/lib/command.ts';
import { idleOptions } from '../../commands/lib/idle-options.ts';
import type { ChannelSettings } from '../../commands/lib/moderation.ts';
import type { OptionSpec, OptionSpecs, RawOptions } from '../../commands/lib/options.ts';
import { namesTimesteps, stepsOf } from '../../commands/lib/sampling.ts';
import { stageTwoSteps } from '../../commands/lib/upscale-option.ts';
import { countSteps, planSampling } from '../../gpu/diffusion/plan.ts';
import { UserError, upscalingChoice } from '../../gpu/jobs/index.ts';
import type { ModelList } from '../../gpu/queue/runner.ts';
import type { User } from '../store/records.ts';
import { mayUse } from './access.ts';

/**
 * Fills in the channel's own defaults, except the seed, which is set earlier. The channel's model is used only if it is
 * installed and of the required stage.
 */
export function withDefaults(
	specs: OptionSpecs,
	options: RawOptions,
	settings: ChannelSettings,
	models: ModelList,
): RawOptions {
	const filled: Record<string, RawOptions[string]> = { ...options };
	const { model: spec } = specs;
	if (settings.model !== undefined && spec?.kind === 'model' && isBlank(options.model)) {
		const installed = models.usable.find(({ name }) => name === settings.model);
		if (installed && installed.stage === (spec.stage ?? 1)) filled.model = installed.name;
	}
	for (const name of WAYS) {
		const value = settings[name];
		if (value !== undefined && isBlank(options[name]) && mayStandIn(name, value, specs)) filled[name] = value;
	}
	return filled;
}

/**
 * Fills in the most steps that the channel allows, if a request names no number and the default is higher.
 *
 * @param values the parsed `options`
 * @returns `options` itself if there is nothing to fill in
 */
export function withFewSteps(
	options: RawOptions,
	values: Readonly<Record<string, unknown>>,
	{ steps: most }: ChannelSettings,
	user: User,
): RawOptions {
	if (user.staff || most === undefined || namesTimesteps(options.timesteps)) return options;
	const few = {
		...(isBlank(options.steps) && (stepsOf(values) ?? 0) > most && { steps: most }),
		...(isBlank(options.reference) && referenceOf(values) > most && { reference: most }),
	};
	return Object.keys(few).length > 0 ? { ...options, ...few } : options;
}

/** Steps of a comparison's reference; 0 if there is none. */
const referenceOf = ({ reference }: Readonly<Record<string, unknown>>) =>
	typeof reference === 'number' ? reference : 0;

/** Options with a channel default that affect how pictures are made. */
const WAYS = ['guidance', 'sampler', 'fit'] as const;

function mayStandIn(name: (typeof WAYS)[number], value: unknown, specs: OptionSpecs): boolean {
	const { [name]: spec, model } = specs as Readonly<Record<string, OptionSpec | undefined>>;
	if (!spec || model?.kind !== 'model') return false;
	// Upscaling has its own sampler and guidance.
	if (name !== 'fit' && model.stage === 2) return false;
	const usual = 'default' in spec ? spec.default : undefined;
	// A command with its own default guidance, such as /denoise or the digits, takes it from the course's exercise.
	return name === 'guidance' ? usual === undefined : usual !== value;
}

/**
 * Drops channel defaults that would have no effect. For typed options that have none, the person is told so instead.
 *
 * @param values the parsed `filled`
 */
export function withoutIdleDefaults(
	command: Command,
	given: RawOptions,
	filled: RawOptions,
	values: Readonly<Record<string, unknown>>,
): RawOptions {
	const idle = idleOptions(command, filled, values).map(({ name }) => name);
	const isIdleDefault = (name: string) => idle.includes(name) && isBlank(given[name]);
	return Object.fromEntries(Object.entries(filled).filter(([name]) => !isIdleDefault(name)));
}

/** @throws {UserError} when the request exceeds what the channel allows people who are not staff */
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
	limit('reference', values.reference, settings.steps);
	limit('count', values.count, settings.count);
	limit('tries', values.tries, settings.count);
	if (values.upscale === true) checkUpscale(values, settings, user);
}

/** The flag `upscale` does what /upscale does. */
function checkUpscale(values: Readonly<Record<string, unknown>>, settings: ChannelSettings, user: User): void {
	if (!mayUse('upscale', user, settings)) {
		throw new UserError('In this channel only people with certain roles can upscale; leave upscale out, or ask staff.');
	}
	const sampling = values as Parameters<typeof stageTwoSteps>[0];
	const steps = countSteps(planSampling(upscalingChoice(stageTwoSteps(sampling))));
	if (settings.steps === undefined || steps <= settings.steps) return;
	throw new UserError(
		`upscale takes ${steps} steps of stage II, and this channel allows ${settings.steps}; give steps ${settings.steps} too, or leave it out.`,
	);
}

const isBlank = (value: unknown) => value === undefined || (typeof value === 'string' && value.trim() === '');
