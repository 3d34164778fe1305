/** The wizard’s last question, about a model. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../../../gpu/errors.ts';
import type { ModelOffer } from '../../../../src/operator/setup/offer-model.ts';
import { BOT_TOKEN as DISCORD_TOKEN } from '../../../fakes/discord/world.ts';
import { TOKEN as HUB_TOKEN } from '../../../fakes/hub.ts';
import { beginSetup, ENTER, openSurroundings, type Surroundings } from './terminal.ts';

let around: Surroundings;

beforeEach(async () => {
	around = await openSurroundings();
});
afterEach(() => around.close());

describe('a model', () => {
	/** To somebody whose Discord is set up. */
	const offered = (more: Partial<ModelOffer> = {}) => {
		const pulled: unknown[] = [];
		const pull: ModelOffer['pull'] = async (...what) => void pulled.push(what);
		const wizard = beginSetup(
			around,
			{ DISCORD_TOKEN },
			{ endpoint: () => 'https://hub', hasToken: () => false, pull, ...more },
		);
		return { ...wizard, pulled };
	};

	test('is offered last, and Enter alone declines', async () => {
		const wizard = offered();
		await wizard.answer('Which platforms should the bot connect to?', ENTER);
		await wizard.answer('Download a DeepFloyd model now?', ENTER);
		expect(await wizard.ended).toBe(0);
		expect(wizard.pulled).toEqual([]);
	});

	test('is downloaded once the settings are written, with a token that is hidden and kept', async () => {
		const wizard = offered();
		await wizard.answer('Which platforms should the bot connect to?', ENTER);
		await wizard.answer('Download a DeepFloyd model now?', 'y');
		await wizard.answer('Which one?', ENTER);
		await wizard.answer('Hugging Face token', HUB_TOKEN, ENTER);
		expect(await wizard.ended).toBe(0);
		expect(wizard.all()).toContain('Accept the licence at https://hub/DeepFloyd/IF-I-M-v1.0');
		expect(wizard.all()).not.toContain(HUB_TOKEN);
		expect(await around.written()).toMatchObject({ HF_TOKEN: HUB_TOKEN });
		expect(wizard.pulled).toEqual([['DeepFloyd/IF-I-M-v1.0', HUB_TOKEN]]);
	});

	test('that does not come leaves the settings, and says what to do', async () => {
		const wizard = offered({
			hasToken: () => true,
			pull: () => Promise.reject(new UserError('The disk is full; make room.')),
		});
		await wizard.answer('Which platforms should the bot connect to?', ENTER);
		await wizard.answer('Download a DeepFloyd model now?', 'y');
		await wizard.answer('Which one?', ENTER);
		expect(await wizard.ended).toBe(0);
		expect(wizard.all()).toContain('The disk is full; make room. Then run models pull DeepFloyd/IF-I-M-v1.0.');
	});
});
