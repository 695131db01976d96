import type { Stack } from 'aws-cdk-lib';
import { readable, resources } from '../build.ts';

export interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly [field: string]: unknown;
}
export interface Definition {
  readonly StartAt: string;
  readonly TimeoutSeconds: number;
  readonly States: Readonly<Record<string, State>>;
}

/** The definition that is deployed, with `<Holds.Arn>` where the function's ARN will stand. */
export function definitionOf(stack: Stack, machine: string): Definition {
  const found = Object.values(resources(stack, 'AWS::StepFunctions::StateMachine')).find(({ Properties }) =>
    String(Properties['StateMachineName']).endsWith(`-${machine}`),
  );
  const text = String(readable(found?.Properties['DefinitionString']));
  return JSON.parse(
    text.replace(/<(Holds|Enforcer|EnforceEveryone|Overrides)[0-9A-F]{8}\.Arn>/g, '<$1.Arn>'),
  );
}
