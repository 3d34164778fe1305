/** Entry point of the process that makes the daily copy: `backup-process.ts DATA_DIR TARGET`. */
import { backUp } from './backup.ts';

const [dataDir, target] = process.argv.slice(2);
backUp(dataDir, target);
process.disconnect?.();
