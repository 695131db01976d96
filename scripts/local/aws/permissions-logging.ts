import { type Ask, permission, type RequiredPermission, textOf } from './permission.ts';

/** @returns undefined for an operation that is not known. */
export function bedrockPermissions({ operation, body }: Ask): RequiredPermission[] | undefined {
  // Bedrock has no ARN for its logging configuration.
  const own = permission(`bedrock:${operation}`, '*');
  switch (operation) {
    case 'GetModelInvocationLoggingConfiguration':
    case 'DeleteModelInvocationLoggingConfiguration':
      return [own];
    case 'PutModelInvocationLoggingConfiguration': {
      const { cloudWatchConfig } = (body['loggingConfig'] ?? {}) as {
        cloudWatchConfig?: { roleArn: string };
      };
      if (!cloudWatchConfig) return [own];
      const passed = { 'iam:PassedToService': 'bedrock.amazonaws.com' };
      return [own, permission('iam:PassRole', cloudWatchConfig.roleArn, passed)];
    }
    default:
      return undefined;
  }
}

/** @returns undefined for an operation that is not known. */
export function logsPermissions({ operation, body, region, account }: Ask): RequiredPermission[] | undefined {
  if (operation === 'DescribeLogGroups') return [permission(`logs:${operation}`, '*')];
  if (operation !== 'DescribeSubscriptionFilters' && operation !== 'FilterLogEvents') return undefined;
  const name = textOf(body, 'logGroupName', operation);
  // IAM asks about the group with an empty stream behind it.
  return [permission(`logs:${operation}`, `arn:aws:logs:${region}:${account}:log-group:${name}:log-stream:`)];
}
