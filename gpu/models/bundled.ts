/** Where the bundled models are. */
import { fileURLToPath } from 'node:url';

/** The folder of the model directories that ship with the code. */
export const BUNDLED = fileURLToPath(new URL('../../assets/models', import.meta.url));
