import type { StageConfigInput } from './config.ts';

/**
 * The deployments, by stage name; `-c stage=NAME` chooses one, `production` is the default.
 *
 * A stage lives in one account and Region; another Region is another stage. Stages that share a Region share Bedrock's
 * one logging configuration there: the second one names the destinations of the first in `logging`.
 *
 * `production` starts in shadow mode: it meters, alerts and reports whom it would stop, but touches no IAM. Read its
 * reports for a while, name the break-glass principals, then change `mode` to `enforce` in a reviewed commit.
 */
export const stages: Readonly<Record<string, Omit<StageConfigInput, 'stage'>>> = {
  production: {
    settings: { mode: 'shadow' },
  },
};
