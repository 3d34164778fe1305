/** Under which licence a model directory may be used, as far as its files say. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** DeepFloyd's own, which its repositories ask people to accept. */
const DEEPFLOYD = 'DeepFloyd IF License, https://github.com/deep-floyd/IF/blob/develop/LICENSE-MODEL';

/** The front matter of a model card. */
const FRONT_MATTER = /^---\n([\s\S]*?)\n---(?:\n|$)/;

/** Its lines "license: apache-2.0" and, for other licences, "license_name: my-own". */
const NAMED = ['license_name', 'license'].map((key) => new RegExp(`^${key}: *["']?([\\w .-]{1,60}?)["']?$`, 'm'));

/** How much of a card is read, in characters. */
const BEGINNING = 5000;

/**
 * A licence's name, or the file that holds it; undefined if nothing says.
 *
 * @param watermarked whether the model's index names DeepFloyd's watermark, as DeepFloyd's releases do
 */
export function licenceOf(directory: string, watermarked: boolean): string | undefined {
	if (watermarked) return DEEPFLOYD;
	const named = namedIn(join(directory, 'README.md'));
	if (named !== undefined) return named;
	const file = readdirSync(directory).find((name) => /^licen[cs]es?\b/i.test(name));
	return file && `see ${file} in its folder`;
}

function namedIn(card: string): string | undefined {
	// Another kind of thing may have that name.
	if (!statSync(card, { throwIfNoEntry: false })?.isFile()) return undefined;
	const text = readFileSync(card, 'utf8').slice(0, BEGINNING).replaceAll('\r\n', '\n');
	const [, matter = ''] = FRONT_MATTER.exec(text) ?? [];
	return NAMED.map((pattern) => pattern.exec(matter)?.[1]).find((name) => name !== undefined);
}
