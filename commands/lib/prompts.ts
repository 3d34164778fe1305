/** The prompts that come with the course's assignment; also offered while typing. */
export const COURSE_PROMPTS: readonly string[] = [
	'a high quality photo',
	'an oil painting of a snowy mountain village',
	'a photo of the amalfi coast',
	'a photo of a man',
	'a photo of a hipster barista',
	'a photo of a dog',
	'an oil painting of people around a campfire',
	'an oil painting of an old man',
	'a lithograph of waterfalls',
	'a lithograph of a skull',
	'a man wearing a hat',
	'a rocket ship',
	'a pencil',
];
