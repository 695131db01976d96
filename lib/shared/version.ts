import manifest from '../../package.json' with { type: 'json' };

/** Of the product: what is deployed, and the command that asks it, both carry it (`MAJOR.MINOR.PATCH`). */
export const version: string = manifest.version;
