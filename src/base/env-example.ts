/** The text of .env.example, which its test writes: every variable and what it is for. */
import type { ConfigPart } from './config.ts';
import type { Settings } from './setting.ts';
import { settings } from './settings.ts';

const INTRODUCTION = `
# \`npm run -s flipside -- setup\` asks for the tokens and writes .env. Or copy this file to .env and fill in what you need; every
# line is optional. The real environment wins over .env. Then run \`npm run -s flipside -- doctor\` to check everything.
`;

/** Platforms with an account come first, since those are what people set up. */
export function envExample(platforms: readonly Pick<ConfigPart, 'settings' | 'local'>[]): string {
	const accounts = platforms.filter(({ local }) => !local);
	const locals = platforms.filter(({ local }) => local);
	const paragraphs = [...accounts, { settings }, ...locals].flatMap((part) => paragraphsOf(part.settings));
	return `${[INTRODUCTION.trim(), ...paragraphs].join('\n\n')}\n`;
}

function paragraphsOf(part: Settings): readonly string[] {
	const paragraphs: string[] = [];
	for (const [name, { description }] of Object.entries(part)) {
		if (description === undefined) paragraphs.push(`${paragraphs.pop()}\n${name}=`);
		else paragraphs.push(`${description.replace(/^/gm, '# ')}\n${name}=`);
	}
	return paragraphs;
}
