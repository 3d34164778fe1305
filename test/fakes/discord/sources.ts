/**
 * Where facts about Discord were read: in its OpenAPI (discord/discord-api-spec, specs/openapi.json at 74fda0f of July 2026), by
 * the names of its schemas, and in its documentation (docs.discord.com/developers), by the names of its pages.
 */
export const openApi = (schema: string) => `OpenAPI, ${schema}`;
export const docs = (page: string) => `documentation, ${page}`;
