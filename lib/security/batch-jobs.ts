import { Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { UserBudgetsTable } from '../data-storage/user-budgets-table.ts';
import { acknowledgeRole } from '../shared/acknowledge.ts';
import { BudgeteerFunction, type FunctionContext } from '../shared/budgeteer-function.ts';
import { allow } from '../shared/grant.ts';
import { ruleName } from '../shared/rules.ts';

export interface BatchJobsProps {
  readonly functions: FunctionContext;
  readonly userBudgets: UserBudgetsTable;
}

/**
 * Stops the batch jobs of whoever is suspended: a deny keeps nothing from going on that has begun. Bedrock does not list
 * who submitted a job, so that is noted when CloudTrail tells of it. Only this Region's jobs are seen.
 */
export class BatchJobStopper extends Construct {
  readonly fn: BudgeteerFunction<'jobs'>;

  constructor(scope: Construct, id: string, { functions, userBudgets }: BatchJobsProps) {
    super(scope, id);
    this.fn = new BudgeteerFunction(this, 'Function', {
      ...functions,
      name: 'jobs',
      description: 'Notes who submitted batch jobs, and stops those of whoever is suspended',
      environment: { BUDGETS_TABLE: userBudgets.tableName },
      timeout: Duration.minutes(2),
    });
    userBudgets.grantRecordJobs(this.fn);
    const jobs = Stack.of(this).formatArn({
      service: 'bedrock',
      resource: 'model-invocation-job',
      resourceName: '*',
    });
    allow(this.fn, ['bedrock:StopModelInvocationJob'], [jobs]);
    allow(this.fn, ['bedrock:ListModelInvocationJobs'], ['*']);
    acknowledgeRole(this.fn, {
      'IAM5[Resource::arn:<AWS::Partition>:bedrock:<AWS::Region>:<AWS::AccountId>:model-invocation-job/*]':
        'Any job may have to be stopped; what it did so far stays.',
      'IAM5[Resource::*]': 'Jobs can only be listed all together.',
    });
    new events.Rule(this, 'Submitted', {
      ruleName: ruleName(functions.stage, 'batch-jobs-submitted'),
      description: 'Somebody submitted a batch job',
      eventPattern: {
        source: ['aws.bedrock'],
        detailType: ['AWS API Call via CloudTrail'],
        detail: {
          eventSource: ['bedrock.amazonaws.com'],
          eventName: ['CreateModelInvocationJob'],
          errorCode: [{ exists: false }],
        },
      },
      targets: [new LambdaFunction(this.fn)],
    });
  }

  /** Enforcer: asks for jobs to be stopped. */
  grantAsk(enforcer: lambda.Function): void {
    allow(enforcer, ['lambda:InvokeFunction'], [this.fn.functionArn]);
  }
}
