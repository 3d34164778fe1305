/** What the bot remembers: see src/store/. */
export type { Place, PlaceKey, RequestRecord, RequestState, StoredAnswer, User } from './store/records.ts';
export { RequestStore } from './store/requests.ts';
