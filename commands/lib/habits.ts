/** What people type out of habit from other bots and programs, or from talking to people. */

/** What the commands of other bots and programs are called here. */
export const HABITS = called({
	generate: ['imagine', 'dream', 'draw', 'create', 'make', 'image', 'picture', 'art', 'txt2img', 'text2img'],
	edit: ['img2img', 'remix', 'restyle', 'sketch', 'variation'],
	inpaint: ['fill', 'erase', 'replace', 'inpainting'],
	anagram: ['illusion', 'ambigram'],
	hybrid: ['blend', 'mix'],
	upscale: ['enlarge', 'enhance', 'superres'],
	queue: ['cancel', 'stop', 'status', 'jobs'],
	'mnist train': ['train', 'digits'],
	help: ['info', 'start', 'about', 'commands'],
});

/** The table inverted: what a command is called here, by its name elsewhere. */
function called(names: Readonly<Record<string, readonly string[]>>): ReadonlyMap<string, string> {
	return new Map(Object.entries(names).flatMap(([ours, theirs]) => theirs.map((name) => [name, ours] as const)));
}

const DRAW = /^(?:imagine|draw|create|make|dream|paint):?$/i;
const FOR_WHOM = /^(?:me|us)$/i;

/** Words that start the name of a thing: "imagine all the people" is a prompt. */
const THING = /^(?:an?|the|some|my|our|two|three)$/i;

/** The thing in "draw me a cat", where the words are an order to draw it; otherwise the words as they are. */
export function withoutOrder(words: readonly string[]): readonly string[] {
	if (!DRAW.test(words[0] ?? '')) return words;
	const thing = words.slice(FOR_WHOM.test(words[1] ?? '') ? 2 : 1);
	const isThing = THING.test(thing[0] ?? '') && thing.length > 1;
	return isThing || /\s/.test(thing[0] ?? '') ? thing : words;
}

const GREETING =
	/^(?:hi+|hello|hey+|hallo|hiya|howdy|yo|greetings|good (?:morning|day|afternoon|evening|night)|thanks|thank you|thx|ty|cheers|bye|goodbye|ok|okay|test)(?: (?:there|all|everyone|bot|flipside|again|a lot|so much|very much|you))*[\s.!?)(:;-]*$/i;

/** Whether a line only says hello or thanks, and names nothing to draw. */
export const isGreeting = (line: string): boolean => GREETING.test(line.replaceAll(',', ''));
