/** Mantle names a model without date and version: `anthropic.claude-haiku-4-5*` for `…-4-5-20251001-v1:0`. */
export const mantleName = (model: string): string => `${model.replace(/(-\d{8})?(-v\d+)?(:\d+)?$/, '')}*`;
