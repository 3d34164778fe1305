/** Under which licence a model directory may be used, as far as its files say. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** DeepFloyd's own, which its repositories ask people to accept. */
const DEEPFLOYD = 'DeepFloyd IF License, https://github.com/deep-floyd/IF/blob/develop/LICENSE-MODEL';

/** The front matter of a model card: "license: apache-2.0". */
const IN_CARD = /^---\n[\s\S]*?^license(?:_name)?: *["']?([\w .-]{1,60}?)["']?$[\s\S]*?^---$/m;

/** How much of a card is read, in characters. */
const BEGINNING = 5000;

/**
 * A licence's name, or the file that holds it; undefined if nothing says.
 *
 * @param watermarked whether the model's index names DeepFloyd's watermark, as DeepFloyd's releases do
 */
export function licenceOf(directory: string, watermarked: boolean): string | undefined {
	const card = join(directory, 'README.md');
	const [, named] = (existsSync(card) && IN_CARD.exec(readFileSync(card, 'utf8').slice(0, BEGINNING))) || [];
	const file = readdirSync(directory).find((name) => /^licen[cs]es?\b/i.test(name));
	return watermarked ? DEEPFLOYD : (named ?? (file && `see ${file} in its folder`));
}
