import type { StageConfigInput } from './config.ts';

/**
 * The deployments, by stage name; `-c stage=NAME` chooses one, `production` is the default.
 *
 * An account and region can hold only one: Bedrock has one logging configuration there, and the deny policies have
 * fixed names that operators and the enforcer's permissions rely on.
 *
 * `production` starts in shadow mode: it meters, alerts and reports whom it would stop, but touches no IAM. Read its
 * reports for a while, name the break-glass principals, then change `mode` to `enforce` in a reviewed commit.
 */
export const stages: Readonly<Record<string, Omit<StageConfigInput, 'stage'>>> = {
  production: {
    settings: { mode: 'shadow' },
  },
};
