import { type CfnElement, Stack, Token, Validations } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';

/** Answers a finding of cdk-nag with the sentence that says why it stands. */
export function acknowledge(construct: IConstruct, findings: Readonly<Record<string, string>>): void {
  for (const [finding, reason] of Object.entries(findings)) {
    for (const id of spellings(construct, finding)) {
      Validations.of(construct).acknowledge({ id: `AwsSolutions-${id}`, reason });
    }
  }
}

/** In a stage that pins its account or Region, ARNs have them in place of the pseudo parameters, some or all. */
function spellings(construct: IConstruct, finding: string): ReadonlySet<string> {
  const { account, partition, region } = Stack.of(construct);
  const all = [finding];
  for (const [pseudo, value] of [
    ['<AWS::AccountId>', account],
    ['<AWS::Partition>', partition],
    ['<AWS::Region>', region],
  ] as const) {
    if (!Token.isUnresolved(value)) all.push(...all.map((id) => id.replaceAll(pseudo, value)));
  }
  return new Set(all);
}

/** The name that a finding on this construct's ARN has in it. */
export function logicalId(construct: IConstruct): string {
  return Stack.of(construct).getLogicalId(construct.node.defaultChild as CfnElement);
}

/** The same for a finding on what a function may do: its role stands beside it, not below. */
export function acknowledgeRole(fn: lambda.Function, findings: Readonly<Record<string, string>>): void {
  acknowledge(fn.role ?? fn, findings);
}

/** What a cross-stack reference is called in a finding. */
export function exportName(owner: IConstruct, value: string): string {
  return Stack.of(owner).resolve(Stack.of(owner).exportValue(value))['Fn::ImportValue'];
}
