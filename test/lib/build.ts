import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { type BudgeteerApp, buildApp } from '../../lib/budgeteer-app.ts';
import type { HandlerCode } from '../../lib/bundles.ts';
import type { StageConfigInput } from '../../lib/config.ts';

// CDK's own validation of every template costs seconds; the synth of the gate keeps it on.
process.env['CDK_VALIDATION'] = 'false';

/** Templates do not depend on what the code says, so nothing is bundled for their tests. */
const noCode: HandlerCode = { of: () => lambda.Code.fromInline('export {};') };

/** What only a stage with webhooks has is looked at like everything else. */
export const settingsWithWebhook: StageConfigInput['settings'] = {
  mode: 'enforce',
  webhooks: [
    {
      name: 'ops',
      secretArn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:ops-AbCdEf',
      format: 'slack',
    },
  ],
};

/** A stage that differs from the defaults in what the test is about. */
export function build(overrides: Partial<StageConfigInput> = {}): BudgeteerApp {
  return buildApp({ stage: 'test', settings: settingsWithWebhook, ...overrides }, { code: noCode });
}

export type Resource = { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> };

export function resources(stack: Stack, type: string): Readonly<Record<string, Resource>> {
  return Template.fromStack(stack).findResources(type) as Record<string, Resource>;
}

export function stacksOf(budgeteer: BudgeteerApp): Readonly<Record<string, Stack>> {
  const { security, dataStorage, monitoring, eventIngestion, workflowOrchestration } = budgeteer;
  return {
    security,
    'data-storage': dataStorage,
    monitoring,
    'event-ingestion': eventIngestion,
    'workflow-orchestration': workflowOrchestration,
  };
}

/** Intrinsics as a person would write them: `<Holds.Arn>`, `<import UserBudgets.Arn>`; the rest as it is. */
export function readable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  const [key, argument] = Object.entries(value)[0] ?? [];
  if (Object.keys(value).length === 1) {
    if (key === 'Ref') return `<${argument}>`;
    if (key === 'Fn::GetAtt') return `<${(argument as string[]).join('.')}>`;
    if (key === 'Fn::ImportValue') return `<import ${exported(String(argument))}>`;
    if (key === 'Fn::Join') {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map(readable).join(separator);
    }
  }
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, readable(inner)]));
}

/** `UserBudgets.Arn` for the export of that attribute, `UserBudgets` for that of the name. */
function exported(name: string): string {
  const [, kind, id, attribute] =
    /ExportsOutput(Ref|FnGetAtt)(\w+?)[0-9A-F]{8}(\w*)[0-9A-F]{8}$/.exec(name) ?? [];
  return kind === 'FnGetAtt' ? `${id}.${attribute}` : String(id);
}
