/**
 * Mantle names a model without date and version: `anthropic.claude-haiku-4-5*` for `…-4-5-20251001-v1:0`. Where the
 * version is all that tells a model from its family, it stays: `anthropic.claude-v2*`, and not every Claude.
 */
export function mantleName(model: string): string {
  const bare = model.replace(/(-\d{8})?(-v\d+)?(:\d+)?$/, '');
  return /\.[a-z]+$/.test(bare) ? `${model.replace(/:\d+$/, '')}*` : `${bare}*`;
}
