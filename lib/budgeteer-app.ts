import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, type Stack, Tags } from 'aws-cdk-lib';
import { fencedRolesOf } from '../lambda/domain/settings.ts';
import { bundleHandlers, type HandlerCode } from './bundles.ts';
import { parseStageConfig, type StageConfig, type StageConfigInput } from './config.ts';
import { DataStorageStack } from './data-storage/data-storage-stack.ts';
import { EventIngestionStack } from './event-ingestion/event-ingestion-stack.ts';
import { IamEventsForwardingStack, needsForwarding } from './iam-events/iam-events-forwarding-stack.ts';
import { BillStack, hasBill } from './monitoring/bill-stack.ts';
import { MonitoringStack } from './monitoring/monitoring-stack.ts';
import { guardPriceBook } from './price-guard.ts';
import { refuseImpossible } from './regions/region-choices.ts';
import { DenyRemoval } from './security/deny-removal.ts';
import { OrganizationPolicyStack } from './security/organization-policy-stack.ts';
import { SecurityStack } from './security/security-stack.ts';
import { UnmeterableDeny } from './security/unmeterable-deny.ts';
import { deniesAnything } from './security/unmeterable-policy.ts';
import { physicalName } from './shared/naming.ts';
import { describeItself } from './workflow-orchestration/self-description.ts';
import { WorkflowOrchestrationStack } from './workflow-orchestration/workflow-orchestration-stack.ts';

export interface BuildOptions {
  /** @default a new app with the context of cdk.json */
  readonly app?: App;
  /** Where a new app writes its templates and assets. @default cdk.out */
  readonly outdir?: string;
  /** Where the functions' code comes from. @default the bundled entry points of lambda/handlers */
  readonly code?: HandlerCode;
}

/** One stage's stacks, ready for `app.synth()`. */
export interface BudgeteerApp {
  readonly app: App;
  readonly config: StageConfig;
  readonly security: SecurityStack;
  readonly dataStorage: DataStorageStack;
  readonly monitoring: MonitoringStack;
  readonly eventIngestion: EventIngestionStack;
  readonly workflowOrchestration: WorkflowOrchestrationStack;
}

/** Builds all stacks of a stage. @throws StageConfigError, PriceBookError where the configuration or a price is wrong */
export function buildApp(input: StageConfigInput, options: BuildOptions = {}): BudgeteerApp {
  const config = parseStageConfig(input);
  refuseImpossible(config);
  guardPriceBook();
  const { stage } = config;
  const app = options.app ?? createApp(options.outdir);
  const code = options.code ?? bundleHandlers(config.settings);
  const create = <P, S extends Stack>(
    StackClass: new (scope: App, id: string, props: P & { stackName: string; config: StageConfig }) => S,
    component: string,
    props: P,
  ): S => {
    const stackName = physicalName(stage, component);
    const stack = new StackClass(app, stackName, { ...props, stackName, config });
    tag(stack, component, config);
    return stack;
  };

  const security = create(SecurityStack, 'security', {});
  const { key, policies } = security;
  if (deniesAnything(config.denyUnmeterable)) {
    new UnmeterableDeny(security, 'UnmeterableDeny', { stage, what: config.denyUnmeterable });
  }
  const functions = { stage, code, key };

  const dataStorage = create(DataStorageStack, 'data-storage', { key });
  const { userBudgets, usageTracking, budgetAlerts, auditLogs, auditArchive, invocationLogBucket } =
    dataStorage;

  const monitoring = create(MonitoringStack, 'monitoring', {
    functions,
    userBudgets,
    usageTracking,
    budgetAlerts,
    auditLogs,
    auditArchive,
    invocationLogBucket,
  });
  const { operationsTopic, criticalTopic, givenUp } = monitoring;

  const eventIngestion = create(EventIngestionStack, 'event-ingestion', {
    functions,
    usageTracking,
    userBudgets,
    budgetAlerts,
    invocationLogBucket,
    operationsTopic,
    criticalTopic,
  });
  const workflowOrchestration = create(WorkflowOrchestrationStack, 'workflow-orchestration', {
    functions,
    userBudgets,
    usageTracking,
    budgetAlerts,
    policies,
    operationsTopic,
    givenUp,
  });
  describeItself(workflowOrchestration, config);
  // Nobody is stopped before metering works, and a removal begins where the denies are.
  workflowOrchestration.addStackDependency(eventIngestion);
  const removal = new DenyRemoval(workflowOrchestration, 'DenyRemoval', {
    functions,
    policies,
    userBudgets,
    fencedRoles: fencedRolesOf(config.settings),
  });
  removal.outlastFunctionsOf(workflowOrchestration);
  removal.endExecutionsOf(workflowOrchestration);
  // Last, and nothing waits for it: it fails where the payer of a linked account has not enabled budgets.
  if (hasBill(config)) create(BillStack, 'bill', {}).addStackDependency(workflowOrchestration);
  if (needsForwarding(config)) {
    const stackName = physicalName(stage, 'iam-events-forwarding');
    tag(new IamEventsForwardingStack(app, stackName, { stackName, config }), 'event-ingestion', config);
  }
  code.dispose?.();
  return { app, config, security, dataStorage, monitoring, eventIngestion, workflowOrchestration };
}

/**
 * The organisation's part of a stage, in an app of its own: it needs credentials of another account.
 * @throws StageConfigError where the configuration is wrong or names no organisation
 */
export function buildOrganization(input: StageConfigInput, app = createApp()): OrganizationPolicyStack {
  const config = parseStageConfig(input);
  const stackName = physicalName(config.stage, 'organization');
  const stack = new OrganizationPolicyStack(app, stackName, { stackName, config });
  tag(stack, 'security', config);
  return stack;
}

/** An app with the feature flags of cdk.json, which only the CDK's own command reads by itself. */
export function createApp(outdir?: string): App {
  const { context } = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'cdk.json'), 'utf8'));
  return new App({ context, ...(outdir && { outdir }) });
}

function tag(stack: Stack, component: string, { tags }: StageConfig): void {
  const values = {
    Environment: tags.environment,
    Component: component,
    CostCenter: tags.costCenter,
    BillingProject: tags.billingProject,
  };
  // Scalable targets are a table's settings, dashboards are views: cfn-lint knows no tags on either.
  const excludeResourceTypes = ['AWS::ApplicationAutoScaling::ScalableTarget', 'AWS::CloudWatch::Dashboard'];
  for (const [key, value] of Object.entries(values)) Tags.of(stack).add(key, value, { excludeResourceTypes });
}
