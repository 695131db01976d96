import { Aws, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { exemptTag } from '../../lambda/domain/control/iam-target.ts';
import { subjectOf } from '../../lambda/domain/subject.ts';
import type { UserBudgetsTable } from '../data-storage/user-budgets-table.ts';
import { acknowledgeRole } from '../shared/acknowledge.ts';
import { BudgeteerFunction, type FunctionContext } from '../shared/budgeteer-function.ts';
import { allow } from '../shared/grant.ts';
import { protectedArns } from './protected-arns.ts';

export interface SessionFenceProps {
  readonly functions: FunctionContext;
  readonly userBudgets: UserBudgetsTable;
  /** Names of the shared roles whose sessions are denied one by one. */
  readonly roles: readonly string[];
  /** Principals that nothing touches, as `user/NAME` or `role/NAME`. */
  readonly breakGlass: readonly string[];
}

/** Name of the one inline policy that fenced roles carry. */
export const fencePolicyName = (stage: string) => `BedrockBudgetFence-${stage}`;

/**
 * Denies single sessions of shared roles. IAM has no condition on an inline policy's name or content, so whoever may
 * write one on a role is its administrator: that is a function of its own, which reaches the named roles and no others,
 * and one at a time.
 */
export class SessionFence extends Construct {
  readonly fn: BudgeteerFunction<'fence'>;

  constructor(
    scope: Construct,
    id: string,
    { functions, userBudgets, roles, breakGlass }: SessionFenceProps,
  ) {
    super(scope, id);
    this.fn = new BudgeteerFunction(this, 'Function', {
      ...functions,
      name: 'fence',
      description: 'Denies single sessions of shared roles',
      environment: {
        BUDGETS_TABLE: userBudgets.tableName,
        FENCE_POLICY_NAME: fencePolicyName(functions.stage),
        PARTITION: Aws.PARTITION,
        ACCOUNT: Aws.ACCOUNT_ID,
      },
      timeout: Duration.minutes(1),
    });
    userBudgets.grantFence(this.fn);
    const arns = fencedRoleArns(this, roles);
    allow(this.fn, ['iam:GetRole', 'iam:GetRolePolicy', 'iam:PutRolePolicy', 'iam:DeleteRolePolicy'], arns);
    this.#sparesTheProtected(breakGlass);
    acknowledgeNamed(this.fn, roles);
  }

  /**
   * Writing is denied, deleting is not: a role that became protected gets rid of its fence. A break-glass session does
   * not protect the others of its role, which a deny of theirs leaves alone.
   */
  #sparesTheProtected(breakGlass: readonly string[]): void {
    const named = breakGlass.filter((subject) => subjectOf(subject).type !== 'session');
    this.fn.addToRolePolicy(
      new iam.PolicyStatement({
        sid: 'NeverFenceTheProtected',
        effect: iam.Effect.DENY,
        actions: ['iam:PutRolePolicy'],
        resources: protectedArns(Aws.PARTITION, named),
      }),
    );
    this.fn.addToRolePolicy(
      new iam.PolicyStatement({
        sid: 'NeverFenceTheExempt',
        effect: iam.Effect.DENY,
        actions: ['iam:PutRolePolicy'],
        resources: ['*'],
        conditions: { StringEquals: { [`aws:ResourceTag/${exemptTag}`]: 'true' } },
      }),
    );
  }

  /** Enforcer: leaves sessions to the fence. */
  grantInvoke(enforcer: lambda.Function): void {
    allow(enforcer, ['lambda:InvokeFunction'], [this.fn.functionArn]);
  }
}

/** The roles of these names, with and without a path. */
export const fencedRoleArns = (scope: Construct, roles: readonly string[]): string[] =>
  roles.flatMap((role) =>
    [role, `*/${role}`].map((resourceName) =>
      Stack.of(scope).formatArn({ service: 'iam', region: '', resource: 'role', resourceName }),
    ),
  );

/** Takes the fences off when the deployment is removed. */
export function grantLiftFences(lifter: lambda.Function, roles: readonly string[]): void {
  if (roles.length === 0) return;
  lifter.addToRolePolicy(
    new iam.PolicyStatement({
      sid: 'TakeOurFencesOff',
      actions: ['iam:DeleteRolePolicy', 'iam:GetRolePolicy'],
      resources: fencedRoleArns(lifter, roles),
    }),
  );
  acknowledgeNamed(lifter, roles);
}

const acknowledgeNamed = (grantee: lambda.Function, roles: readonly string[]) =>
  acknowledgeRole(
    grantee,
    Object.fromEntries(
      roles.map((role) => [
        `IAM5[Resource::arn:<AWS::Partition>:iam::<AWS::AccountId>:role/*/${role}]`,
        'The one named role, whatever its path.',
      ]),
    ),
  );
