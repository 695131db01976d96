import { Stack } from 'aws-cdk-lib';
import { CfnPolicy } from 'aws-cdk-lib/aws-organizations';
import type { Construct } from 'constructs';
import { type StageConfig, StageConfigError } from '../config.ts';
import {
  organizationPolicySize,
  serviceControlPolicyLimit,
  stageGuardPolicy,
  stagePolicy,
} from './organization-policy.ts';

export interface OrganizationPolicyStackProps {
  readonly stackName: string;
  readonly config: StageConfig;
}

/** Deployed by itself, with credentials of the organisation's management account. */
export class OrganizationPolicyStack extends Stack {
  /** @throws StageConfigError where the policy would be longer than AWS allows, or the stage has no `organization` */
  constructor(scope: Construct, id: string, { stackName, config }: OrganizationPolicyStackProps) {
    const { organization, region, stage } = config;
    if (organization === undefined) {
      throw new StageConfigError(`The stage "${stage}" has no \`organization\`: say whom the policy is for.`);
    }
    if (organization.denyUnmeterable.otherRegions && region === undefined) {
      throw new StageConfigError(
        '`organization.denyUnmeterable.otherRegions` needs `region`: the one that is metered.',
      );
    }
    super(scope, id, {
      stackName,
      env: {
        ...(organization.managementAccount && { account: organization.managementAccount }),
        region: 'us-east-1',
      },
      description: 'Bedrock Budgeteer: service control policy',
    });
    const { targetIds } = organization;
    const content = stagePolicy({ region, organization }, organization.suspendedUsers);
    const size = organizationPolicySize(content);
    if (size > serviceControlPolicyLimit) {
      throw new StageConfigError(
        `The service control policy has ${size} characters, AWS allows ${serviceControlPolicyLimit}: name fewer \`suspendedUsers\`.`,
      );
    }
    const type = 'SERVICE_CONTROL_POLICY';
    new CfnPolicy(this, 'Policy', {
      name: `BedrockBudget-${stage}`,
      description: 'Keeps the denies of Bedrock Budgeteer attached, and denies who these cannot reach',
      ...{ type, content, targetIds },
    });
    const guard = stageGuardPolicy({ region, organization });
    if (organizationPolicySize(guard) > serviceControlPolicyLimit) {
      throw new StageConfigError(
        `The service control policy that protects the stage has ${organizationPolicySize(guard)} characters, AWS allows ${serviceControlPolicyLimit}: name fewer \`administrators\` or \`meteredRegions\`.`,
      );
    }
    new CfnPolicy(this, 'Guard', {
      name: `BedrockBudgetGuard-${stage}`,
      description: 'Protects what Bedrock Budgeteer deploys, and denies what it cannot meter',
      ...{ type, content: guard, targetIds },
    });
  }
}
