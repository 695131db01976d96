import { Stack } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { acknowledgeRole } from '../shared/acknowledge.ts';
import { allow } from '../shared/grant.ts';

/** Ingest asks IAM once a day for whoever is in use: path, unique id and tags, of which one names the team. */
export function grantLookUpPrincipals(ingest: lambda.Function): void {
  const everyone = (resource: string) =>
    Stack.of(ingest).formatArn({ service: 'iam', region: '', resource, resourceName: '*' });
  allow(ingest, ['iam:GetUser'], [everyone('user')]);
  allow(ingest, ['iam:GetRole'], [everyone('role')]);
  const why = 'Anyone may make a call; of whoever does, it may read and change nothing.';
  acknowledgeRole(ingest, {
    'IAM5[Resource::arn:<AWS::Partition>:iam::<AWS::AccountId>:user/*]': why,
    'IAM5[Resource::arn:<AWS::Partition>:iam::<AWS::AccountId>:role/*]': why,
  });
}

/** Ingest asks Bedrock which models the application inference profiles of this account and Region stand for. */
export function grantLookUpProfiles(ingest: lambda.Function): void {
  const profiles = Stack.of(ingest).formatArn({
    service: 'bedrock',
    resource: 'application-inference-profile',
    resourceName: '*',
  });
  allow(ingest, ['bedrock:GetInferenceProfile'], [profiles]);
  allow(ingest, ['bedrock:ListInferenceProfiles'], ['*']);
  acknowledgeRole(ingest, {
    'IAM5[Resource::arn:<AWS::Partition>:bedrock:<AWS::Region>:<AWS::AccountId>:application-inference-profile/*]':
      'A call may name any profile, also one made after the deployment.',
    'IAM5[Resource::*]': 'Listing profiles cannot be limited to a resource.',
  });
}
