import type { SettingsInput } from '../../../lambda/contracts/settings.ts';
import type { BudgetSpec } from '../../../lambda/domain/settings.ts';

/** Who uses Bedrock in the story, and how. */

export interface Member {
  readonly arn: string;
  readonly modelId: string;
  /** Where a refused call goes instead; without one the caller gives up. */
  readonly fallback?: string;
  readonly region: string;
  readonly callsADay: number;
  /** Tokens of a usual call; each one varies by a third. */
  readonly tokens: { readonly input: number; readonly output: number; readonly cacheRead?: number };
  /** Share of calls that Bedrock throttles. */
  readonly throttled?: number;
  /** Share of calls whose input a guardrail blocks. */
  readonly blocked?: number;
  /** Also on weekends, and at any hour. */
  readonly machine?: boolean;
}

export const storyAccount = '111122223333';
const user = (name: string) => `arn:aws:iam::${storyAccount}:user/${name}`;
const session = (role: string, name: string) => `arn:aws:sts::${storyAccount}:assumed-role/${role}/${name}`;

const opus = 'global.anthropic.claude-opus-4-6-v1';
const sonnet = 'global.anthropic.claude-sonnet-4-5-20250929-v1:0';
const haiku = 'us.anthropic.claude-haiku-4-5-20251001-v1:0';
const novaLite = 'us.amazon.nova-lite-v1:0';
const novaPro = 'us.amazon.nova-pro-v1:0';

/** The agent: quiet by day, until one night its retry loop does not end. */
export const agent = {
  arn: session('research-agent', 'nightly'),
  modelId: opus,
  region: 'us-east-1',
  callsADay: 3,
  tokens: { input: 40_000, output: 3_000 },
  machine: true,
} as const satisfies Member;

export const loop = {
  from: new Date('2026-11-19T01:05:00Z'),
  everySeconds: 75,
  calls: 260,
  tokens: { input: 150_000, output: 8_000 },
} as const;

export const dmitri = {
  arn: user('dmitri'),
  modelId: sonnet,
  region: 'us-east-1',
  callsADay: 10,
  tokens: { input: 90_000, output: 9_000, cacheRead: 120_000 },
} as const satisfies Member;

export const carol = {
  arn: user('carol'),
  modelId: sonnet,
  fallback: novaLite,
  region: 'eu-west-1',
  callsADay: 11,
  tokens: { input: 85_000, output: 9_500, cacheRead: 60_000 },
} as const satisfies Member;

export const cast: readonly Member[] = [
  agent,
  dmitri,
  carol,
  {
    arn: user('alice'),
    modelId: sonnet,
    region: 'us-east-1',
    callsADay: 8,
    tokens: { input: 60_000, output: 6_000, cacheRead: 90_000 },
  },
  {
    arn: user('bob'),
    modelId: haiku,
    region: 'us-east-1',
    callsADay: 9,
    tokens: { input: 50_000, output: 5_000 },
    blocked: 0.06,
  },
  {
    arn: user('bob'),
    modelId: novaPro,
    region: 'us-east-1',
    callsADay: 4,
    tokens: { input: 80_000, output: 4_000 },
  },
  // A model that the price book does not have: a visible ceiling price until someone adds it.
  {
    arn: user('erin'),
    modelId: 'acme.frontier-preview-v1:0',
    region: 'us-west-2',
    callsADay: 2,
    tokens: { input: 27_000, output: 2_000 },
  },
  {
    arn: session('AWSReservedSSO_Analysts_0a1b2c3d4e5f6789', 'fatima@example.com'),
    modelId: sonnet,
    region: 'us-east-1',
    callsADay: 8,
    tokens: { input: 60_000, output: 8_000 },
  },
  {
    arn: session('ci-review', 'build'),
    modelId: novaLite,
    region: 'us-east-1',
    callsADay: 12,
    tokens: { input: 120_000, output: 6_000 },
    throttled: 0.15,
    machine: true,
  },
];

/** Warned and then suspended, without the milder step in between. */
const noRestriction = [
  { at: '50%', do: ['notify'] },
  { at: '80%', do: ['notify'] },
  { at: '95%', do: ['notify'] },
  { at: '100%', do: ['notify', 'suspend'] },
] satisfies BudgetSpec['thresholds'];

/** What the operator does a day after Dmitri's first refused call. */
export const raise = {
  subject: 'user/dmitri',
  spec: { monthUsd: '110.00', thresholds: noRestriction },
  reason: 'The quarter-end migration, agreed with the team lead.',
} as const;

export const storyStageSettings: SettingsInput = {
  mode: 'enforce',
  defaultBudget: { monthUsd: '50.00' },
  budgets: {
    'role/research-agent': { monthUsd: '80.00', thresholds: noRestriction },
    'role/ci-review': { monthUsd: '20.00' },
    'user/dmitri': { monthUsd: '50.00', thresholds: noRestriction },
  },
  teams: { 'team/apps': { members: ['user/alice', 'user/bob', 'user/carol'], monthUsd: '100.00' } },
  accountBudget: { monthUsd: '300.00' },
};
