/**
 * `setup`: asks for what the bot needs on each platform, checks it, and writes everything to .env at the end, so that stopping
 * early changes nothing.
 */
import { cancel, intro, outro } from '@clack/prompts';
import type { Command } from '../../../commands/lib/command.ts';
import { UserError } from '../../../gpu/jobs/index.ts';
import { envExample } from '../../base/env-example.ts';
import type { PlatformDefinition } from '../../platforms/definition.ts';
import { misspeltNames } from '../doctor/names.ts';
import { INTERRUPTED } from '../verb.ts';
import { readText, withValues, writePrivate } from './env-file.ts';
import { type ModelOffer, offerModel } from './offer-model.ts';
import { Ended, type Questions, questionsOn, type Terminal } from './questions.ts';
import { Settings } from './settings.ts';
import { createWizard } from './wizard.ts';

export interface SetupDeps extends Terminal {
	readonly platforms: readonly PlatformDefinition[];
	readonly commands: readonly Command[];
	/** Where the settings are written; a new file starts as a copy of .env.example. */
	readonly envFile: string;
	/** The variables set outside the file, which win. */
	readonly environment: NodeJS.ProcessEnv;
	/** Absent: no model is offered. */
	readonly models?: ModelOffer;
}

type Connectable = PlatformDefinition & Required<Pick<PlatformDefinition, 'setup'>>;

const canConnect = (platform: PlatformDefinition): platform is Connectable => platform.setup !== undefined;

/**
 * @returns the exit status
 * @throws {UserError} if there is no terminal
 */
export async function setUp(deps: SetupDeps): Promise<number> {
	const { input, output, envFile, environment, platforms } = deps;
	if (!input.isTTY || !output.isTTY) throw new UserError(byHand(platforms));
	const before = await readText(envFile);
	const settings = new Settings(before ?? '', environment);
	const ask = questionsOn(deps);
	intro('Flipside', { output });
	try {
		const afterwards = await askAll(settings, ask, deps);
		await writePrivate(envFile, withValues(before ?? envExample(platforms), settings.changes));
		const names = Object.keys(settings.changes);
		const what = names.length > 0 ? `Written to ${envFile}: ${names.join(', ')}` : `${envFile} is unchanged`;
		ask.good(`${what}. Only this user can read it.`);
		for (const { text } of misspeltNames(platforms, envFile)) ask.warn(text);
		for (const work of afterwards) await work();
	} catch (error) {
		if (!(error instanceof Ended)) throw error;
		cancel('Nothing was written.', { output });
		return INTERRUPTED;
	}
	outro('Start the bot with npm start, and check everything with npm run -s flipside -- doctor.', { output });
	return 0;
}

/** @returns what is left to do once the settings are written */
async function askAll(
	settings: Settings,
	ask: Questions,
	{ platforms, commands, models }: SetupDeps,
): Promise<(() => Promise<void>)[]> {
	const isSet = ({ setup }: Connectable) => settings.get(setup.variables[0]) !== undefined;
	const offered = platforms.filter(canConnect);
	const chosen = await ask.several(
		`Which platforms should the bot connect to? (${hint(platforms)})`,
		offered.map((platform) => ({
			value: platform.name,
			label: platform.title,
			hint: isSet(platform) ? 'has a token' : undefined,
		})),
		offered.filter(isSet).map(({ name }) => name),
	);
	const afterwards: (() => Promise<void>)[] = [];
	for (const { name, setup } of offered) {
		if (chosen.includes(name)) afterwards.push(await setup.connect(createWizard(ask, settings), commands));
	}
	if (models) afterwards.push(...(await offerModel(ask, settings, models)));
	return afterwards;
}

/** A sentence for each platform that needs no setup. */
function hint(platforms: readonly PlatformDefinition[]): string {
	const titles = platforms.filter(({ local }) => local).map(({ title }) => `${title} needs nothing.`);
	return titles.map((sentence) => sentence[0].toUpperCase() + sentence.slice(1)).join(' ');
}

function byHand(platforms: readonly PlatformDefinition[]): string {
	const variables = platforms.filter(canConnect).map(({ setup }) => setup.variables.join(' and '));
	const deploying = platforms.filter(({ deploy }) => deploy).map(({ title }) => title);
	return `setup asks questions, so it needs a terminal; without one, set ${variables.join(', or ')}, in .env (see .env.example), then run deploy for ${deploying.join(' and ')}.`;
}
