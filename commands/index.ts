/** Every command, in the order in which people meet them. To add one, write its file and a line here. */
import { anagram } from './anagram.ts';
import { block, unblock } from './block.ts';
import { compare } from './compare.ts';
import { course } from './course.ts';
import { denoise } from './denoise.ts';
import { edit } from './edit.ts';
import { generate } from './generate.ts';
import { createHelp } from './help.ts';
import { hybrid } from './hybrid.ts';
import { inpaint } from './inpaint.ts';
import type { Command } from './lib/command.ts';
import { mnist } from './mnist/index.ts';
import { models } from './models.ts';
import { noise } from './noise.ts';
import { prompts } from './prompts.ts';
import { queue } from './queue.ts';
import { reports } from './reports.ts';
import { createSettings } from './settings.ts';
import { toy } from './toy.ts';
import { upscale } from './upscale.ts';
import { words } from './words.ts';

export const commands: readonly Command[] = [
	generate,
	edit,
	noise,
	denoise,
	inpaint,
	anagram,
	hybrid,
	upscale,
	compare,
	...mnist,
	toy,
	course,
	queue,
	models,
	prompts,
	createSettings(() => commands),
	...words,
	block,
	unblock,
	reports,
	createHelp(() => commands),
];
