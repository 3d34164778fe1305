/** Where the models are that come with the bot. */
import { fileURLToPath } from 'node:url';

/** The folder of the model directories that come with the code. */
export const BUNDLED = fileURLToPath(new URL('../../assets/models', import.meta.url));
