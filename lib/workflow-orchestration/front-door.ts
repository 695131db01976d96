import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { UserBudgetsTable } from '../data-storage/user-budgets-table.ts';
import { acknowledge } from '../shared/acknowledge.ts';
import { BudgeteerFunction, type FunctionContext } from '../shared/budgeteer-function.ts';
import { physicalName } from '../shared/naming.ts';
import type { OverrideMachine } from './override-machine.ts';

export interface FrontDoorProps {
  readonly functions: FunctionContext;
  readonly userBudgets: UserBudgetsTable;
  readonly override: OverrideMachine;
  /** `api` where Lambda has no function URLs: a regional HTTP API, which hands over the same event. */
  readonly form: 'url' | 'api';
}

/**
 * Where operators order and approvers answer, each at an address of its own that IAM guards. What makes it a front door: the
 * requester is who signed, not who a body claims; a direct start of the machine works too, and is recorded as claimed.
 */
export class FrontDoor extends Construct {
  readonly orders: BudgeteerFunction<'front-door'>;
  readonly approvals: BudgeteerFunction<'approvals'>;
  readonly #calls: Readonly<Record<'orders' | 'approvals', iam.PolicyStatement[]>>;

  constructor(scope: Construct, id: string, { functions, userBudgets, override, form }: FrontDoorProps) {
    super(scope, id);
    const common = {
      ...functions,
      environment: {
        BUDGETS_TABLE: userBudgets.tableName,
        OVERRIDE_MACHINE_ARN: override.machine.stateMachineArn,
      },
      timeout: Duration.seconds(30),
    };
    this.orders = new BudgeteerFunction(this, 'Orders', {
      ...common,
      name: 'front-door',
      description: "Starts operators' orders in the name of who signed them",
    });
    userBudgets.grantBeginOverrides(this.orders);
    override.grantStart(this.orders);
    this.approvals = new BudgeteerFunction(this, 'Approvals', {
      ...common,
      name: 'approvals',
      description: 'Answers orders that wait for a second person',
    });
    userBudgets.grantReadOverrides(this.approvals);
    override.grantAnswer(this.approvals);
    this.#calls =
      form === 'url'
        ? {
            orders: this.#url('OrdersUrl', this.orders),
            approvals: this.#url('ApprovalsUrl', this.approvals),
          }
        : this.#api(functions.stage);
  }

  /** What a person needs to order, or to approve. */
  permissionsTo(door: 'orders' | 'approvals'): iam.PolicyStatement[] {
    return this.#calls[door];
  }

  #output(id: string, value: string): void {
    new CfnOutput(this, id, { value, description: 'Takes POST requests signed with SigV4' });
  }

  /**
   * A function URL asks for both actions ("Control access to Lambda function URLs"). Invoked past its URL, a door would
   * believe whatever caller it is told: so the second action is granted through the URL only.
   */
  #url(id: string, fn: lambda.Function): iam.PolicyStatement[] {
    this.#output(id, fn.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.AWS_IAM }).url);
    return [
      new iam.PolicyStatement({
        sid: 'FindTheDoor',
        actions: ['lambda:GetFunctionUrlConfig'],
        resources: [fn.functionArn],
      }),
      new iam.PolicyStatement({
        sid: 'CallTheDoor',
        actions: ['lambda:InvokeFunctionUrl'],
        resources: [fn.functionArn],
        conditions: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
      }),
      new iam.PolicyStatement({
        sid: 'OnlyThroughItsUrl',
        actions: ['lambda:InvokeFunction'],
        resources: [fn.functionArn],
        conditions: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } },
      }),
    ];
  }

  /** One API with a route for each door: IAM authorises the route, and API Gateway writes the caller into the event. */
  #api(stage: string): Record<'orders' | 'approvals', iam.PolicyStatement[]> {
    const api = new apigateway.HttpApi(this, 'Api', {
      apiName: physicalName(stage, 'front-door'),
      description: 'Where operators order and approvers answer, signed with SigV4',
      defaultAuthorizer: new HttpIamAuthorizer(),
    });
    const doors = { orders: this.orders, approvals: this.approvals };
    const open = (door: keyof typeof doors) => {
      const fn = doors[door];
      api.addRoutes({
        path: `/${door}`,
        methods: [apigateway.HttpMethod.POST],
        integration: new HttpLambdaIntegration(`${door}Integration`, fn),
      });
      this.#output(`${door === 'orders' ? 'Orders' : 'Approvals'}Url`, `${api.apiEndpoint}/${door}`);
      return [
        new iam.PolicyStatement({
          sid: 'FindTheDoor',
          actions: ['cloudformation:DescribeStacks'],
          resources: [Stack.of(this).stackId],
        }),
        new iam.PolicyStatement({
          sid: 'CallTheDoor',
          actions: ['execute-api:Invoke'],
          resources: [
            Stack.of(this).formatArn({
              service: 'execute-api',
              resource: api.apiId,
              resourceName: `$default/POST/${door}`,
            }),
          ],
        }),
      ];
    };
    acknowledge(api, {
      APIG1: 'Each request is in the log of the function that answers it, and each order in the audit trail.',
    });
    return { orders: open('orders'), approvals: open('approvals') };
  }
}
