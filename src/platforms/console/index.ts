/** The console's row in the list of platforms. */
import { definePlatform } from '../definition.ts';
import { ADDRESS, NAME, readConfig, settings, TITLE } from './settings.ts';

export const localConsole = definePlatform({
	name: NAME,
	title: TITLE,
	local: true,
	settings,
	readConfig,
	secretForms: [/([?&]token=)[\w-]+/g],

	async create(config, deps) {
		const { createConsole } = await import('./platform.ts');
		return createConsole({ ...config, ...deps });
	},

	port: ({ port }) => ({ name: NAME, variable: 'CONSOLE_PORT', port, host: ADDRESS }),
});
