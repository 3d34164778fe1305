/** The ids of placements: a job or a training has a new one each time that it is handed out. */
import { randomUUID } from 'node:crypto';

const SEPARATOR = '~';

/** @param id the job's, or the training's run */
export const newPlacement = (id: string): string => `${id}${SEPARATOR}${randomUUID().slice(0, 8)}`;

/** What has that placement: a log in which it is named can be followed from one machine to another. An id of another kind stays. */
export const placedIn = (placement: string): string => placement.split(SEPARATOR)[0];
