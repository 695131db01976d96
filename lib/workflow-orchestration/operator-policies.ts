import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge } from '../shared/acknowledge.ts';
import { ownPath, physicalName } from '../shared/naming.ts';
import type { FrontDoor } from './front-door.ts';

export interface OperatorPoliciesProps {
  readonly stage: string;
  readonly frontDoor: FrontDoor;
}

/** Policies to attach to people: who looks, who orders, who approves. Nothing here attaches them to anyone. */
export class OperatorPolicies extends Construct {
  constructor(scope: Construct, id: string, { stage, frontDoor }: OperatorPoliciesProps) {
    super(scope, id);
    const looks = this.#looks(stage);
    this.#policy(stage, 'Viewer', 'May see budgets, alerts, histories and executions', looks);
    this.#policy(stage, 'Operator', 'May order extensions, suspensions, halts and all other overrides', [
      ...looks,
      ...frontDoor.permissionsTo('orders'),
      this.#knowsNames(),
    ]);
    this.#policy(stage, 'Approver', "May answer other people's orders that need a second person", [
      ...looks,
      ...frontDoor.permissionsTo('approvals'),
    ]);
  }

  #policy(stage: string, name: string, description: string, statements: iam.PolicyStatement[]): void {
    const policy = new iam.ManagedPolicy(this, name, {
      managedPolicyName: `BedrockBudget${name}-${stage}`,
      path: ownPath,
      description,
      statements,
    });
    const why = 'Tables, machines, executions and stacks of this one stage, by the start of their names.';
    acknowledge(policy, {
      ...Object.fromEntries(this.#wildcards(stage).map((arn) => [`IAM5[Resource::${arn}]`, why])),
      ...Object.fromEntries(
        ['role', 'user'].map((kind) => [
          `IAM5[Resource::arn:<AWS::Partition>:iam::<AWS::AccountId>:${kind}/*]`,
          'Whoever orders may name anyone of the account.',
        ]),
      ),
    });
  }

  #looks(stage: string): iam.PolicyStatement[] {
    const [tables = '', executions = '', machines = '', stacks = ''] = this.#wildcards(stage, true);
    return [
      new iam.PolicyStatement({
        sid: 'SeeTables',
        actions: [
          'dynamodb:BatchGetItem',
          'dynamodb:DescribeTable',
          'dynamodb:GetItem',
          'dynamodb:Query',
          'dynamodb:Scan',
        ],
        resources: [tables],
      }),
      new iam.PolicyStatement({
        sid: 'SeeExecutions',
        actions: ['states:DescribeExecution', 'states:GetExecutionHistory', 'states:ListExecutions'],
        resources: [executions, machines],
      }),
      // The template says what the stage is, which every command needs to know.
      new iam.PolicyStatement({
        sid: 'SeeTheStage',
        actions: ['cloudformation:GetTemplateSummary'],
        resources: [stacks],
      }),
    ];
  }

  /** An order about a name that does not exist is refused before it is sent. */
  #knowsNames(): iam.PolicyStatement {
    const { partition, account } = Stack.of(this);
    return new iam.PolicyStatement({
      sid: 'KnowWhoExists',
      actions: ['iam:GetRole', 'iam:GetUser'],
      resources: ['role', 'user'].map((kind) => `arn:${partition}:iam::${account}:${kind}/*`),
    });
  }

  /** As ARNs, or as cdk-nag writes them. */
  #wildcards(stage: string, resolved = false): string[] {
    const start = physicalName(stage, '*');
    const kinds: [string, string, string][] = [
      ['dynamodb', 'table', '/'],
      ['states', 'execution', ':'],
      ['states', 'stateMachine', ':'],
      ['cloudformation', 'stack', '/'],
    ];
    return kinds.map(([service, resource, separator]) =>
      resolved
        ? `arn:${Stack.of(this).partition}:${service}:${Stack.of(this).region}:${Stack.of(this).account}:${resource}${separator}${start}`
        : `arn:<AWS::Partition>:${service}:<AWS::Region>:<AWS::AccountId>:${resource}${separator}${start}`,
    );
  }
}
