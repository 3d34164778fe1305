/**
 * Cleans prompts for T5 as DeepFloyd IF's pipelines do: the captions that the model was trained on came from web pages and
 * were cleaned the same way. Source: diffusers, pipelines/deepfloyd_if/pipeline_if.py (_clean_caption), without its repair of
 * wrongly decoded text (ftfy).
 */
import { decodeHTML } from 'entities';

/** Word characters and word boundaries as in Python's re: letters and digits of all scripts. */
const WORD = '[\\p{L}\\p{N}_]';
const EDGE = `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`;

/** A pattern in which \w, \d and \b mean what they mean in Python. */
function python(pattern: string, flags = 'gu'): RegExp {
	const inClass = '\\p{L}\\p{N}_';
	const translated = pattern
		.replaceAll('\\w-', `${inClass}\\-`)
		.replaceAll('[\\w', `[${inClass}`)
		.replaceAll('\\w', WORD)
		.replaceAll('\\d', '\\p{Nd}')
		.replaceAll('\\b', EDGE);
	return new RegExp(translated, flags);
}

type Rule = readonly [pattern: RegExp, replacement: string];

/** Made for the first prompt: such patterns take longer to compile than most of the start. */
let rules: ReturnType<typeof makeRules> | undefined;

const DOMAIN = '[a-zA-Z0-9.\\-]+[.](?:com|co|ru|net|org|edu|gov|it)[\\w-/]*\\b\\/?(?!@)';
const FILE_TYPES = 'png|jpg|jpeg|bmp|webp|eps|pdf|apk|mp4';

function makeRules() {
	const beforeTags: readonly Rule[] = [
		[/<person>/g, 'person'],
		[python(`\\b(?:https?:(?:\\/{1,3}|[a-zA-Z0-9%])|${DOMAIN})`), ''],
		[python(`\\b(?:www:(?:\\/{1,3}|[a-zA-Z0-9%])|${DOMAIN})`), ''],
	];

	const afterTags: readonly Rule[] = [
		[python('@\\w+\\b'), ''],
		// Strokes, phonetic extensions, enclosed and compatibility characters, and Chinese and Japanese ideographs.
		[/[\u31c0-\u31ff\u3200-\u33ff\u3400-\u4dbf\u4dc0-\u4dff\u4e00-\u9fff]+/gu, ''],
		[
			/[\u002D\u058A\u05BE\u1400\u1806\u2010-\u2015\u2E17\u2E1A\u2E3A\u2E3B\u2E40\u301C\u3030\u30A0\uFE31\uFE32\uFE58\uFE63\uFF0D]+/gu,
			'-',
		],
		[/[`´«»“”¨]/g, '"'],
		[/[‘’]/g, "'"],
		[/&quot;?/g, ''],
		[/&amp/g, ''],
		[python('\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}'), ' '],
		[python('\\d:\\d\\d\\s+$'), ''],
		[/\\n/g, ' '],
		[python('#\\d{1,3}\\b'), ''],
		[python('#\\d{5,}\\b'), ''],
		[python('\\b\\d{6,}\\b'), ''],
		[python(`\\S+\\.(?:${FILE_TYPES})`), ''],
		[/["']{2,}/g, '"'],
		[/\.{2,}/g, ' '],
		[/[#®•©™&@·º½¾¿¡§~)(\][}{|\\/*]+/g, ' '],
		[/\s+\.\s+/g, ' '],
	];

	const atTheEnd: readonly Rule[] = [
		[python('\\b[a-zA-Z]{1,3}\\d{3,15}\\b'), ''],
		[python('\\b[a-zA-Z]+\\d+[a-zA-Z]+\\b'), ''],
		[python('\\b\\d+[a-zA-Z]+\\d+\\b'), ''],
		[/(?:worldwide\s+)?(?:free\s+)?shipping/g, ''],
		[/(?:free\s)?download(?:\sfree)?/g, ''],
		[python('\\bclick\\b\\s(?:for|on)\\s\\w+'), ''],
		[python(`\\b(?:${FILE_TYPES})(?:\\simages?)?`), ''],
		[python('\\bpage\\s+\\d+\\b'), ''],
		[python('\\b\\d*[a-zA-Z]+\\d+[a-zA-Z]+\\d+[a-zA-Z\\d]*\\b'), ' '],
		[python('\\b\\d+\\.?\\d*[xх×]\\d+\\.?\\d*\\b'), ''],
		[python('\\b\\s+:\\s+'), ': '],
		[python('(\\D[,\\.\\/])\\b'), '$1 '],
		[/\s+/g, ' '],
		[/^["']([\s\S]+)["']$/, '$1'],
		[/^['_,\-:;]/, ''],
		[/['_,\-:+]$/, ''],
		[/^\.\S+$/, ''],
	];

	return { beforeTags, afterTags, atTheEnd };
}

/** If there are more hyphens and underscores than this, they stand for spaces: this-is-my-cute-cat. */
const MANY_JOINERS = 3;

/** The cleaned prompt, in lower case; cleaned twice, as in the pipelines. */
export function cleanCaption(prompt: string): string {
	return cleanOnce(cleanOnce(prompt));
}

function cleanOnce(prompt: string): string {
	rules ??= makeRules();
	const { beforeTags, afterTags, atTheEnd } = rules;
	const plain = apply(afterTags, withoutTags(apply(beforeTags, unquoted(prompt).trim().toLowerCase())));
	const joiners = plain.match(/[-_]/g)?.length ?? 0;
	const parted = joiners > MANY_JOINERS ? plain.replace(/[-_]/g, ' ') : plain;
	return apply(atTheEnd, decodeHTML(decodeHTML(parted))).trim();
}

const apply = (rules: readonly Rule[], text: string) =>
	rules.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text);

/** The text of a piece of HTML. */
const withoutTags = (html: string) => decodeHTML(html.replace(/<!--.*?-->|<\/?[a-z][^>]*>/gs, ''));

/** Decodes URL quoting: "a+red%20car". */
function unquoted(text: string): string {
	const bytesOf = (quoted: string) => Buffer.from(quoted.replaceAll('%', ''), 'hex');
	return text.replaceAll('+', ' ').replace(/(?:%[0-9a-f]{2})+/gi, (quoted) => bytesOf(quoted).toString('utf8'));
}
