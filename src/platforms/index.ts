/** The list of platforms. To add one, add a folder next to these and a row here. */
import { localConsole } from './console/index.ts';
import type { PlatformDefinition } from './definition.ts';
import { discord } from './discord/index.ts';
import { slack } from './slack/index.ts';

export const platforms: readonly PlatformDefinition[] = [localConsole, discord, slack];
