/**
 * Cites the sources of facts about Discord: schemas in its OpenAPI (discord/discord-api-spec, specs/openapi.json at 74fda0f of
 * July 2026), and pages of its documentation (docs.discord.com/developers).
 */
export const openApi = (schema: string) => `OpenAPI, ${schema}`;
export const docs = (page: string) => `documentation, ${page}`;
