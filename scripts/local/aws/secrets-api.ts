import { type AwsResponse, errorAnswer, jsonAnswer } from './aws-error.ts';
import type { AwsRequest } from './aws-request.ts';
import { type Ask, permission, type RequiredPermission, textOf } from './permission.ts';

/** @returns undefined for an operation that is not known. */
export function secretsPermissions({ operation, body }: Ask): RequiredPermission[] | undefined {
  return operation === 'GetSecretValue'
    ? [permission('secretsmanager:GetSecretValue', textOf(body, 'SecretId', operation))]
    : undefined;
}

/** The part of Secrets Manager's API that is asked: the authorizer has refused everything else. */
export function handleSecretsRequest(
  secrets: ReadonlyMap<string, string>,
  { body, protocol }: AwsRequest,
): AwsResponse {
  const arn = String(body['SecretId']);
  const SecretString = secrets.get(arn);
  if (SecretString === undefined) {
    const message = "Secrets Manager can't find the specified secret.";
    return errorAnswer(protocol, { code: 'ResourceNotFoundException', message });
  }
  const Name = arn
    .split(':')
    .at(-1)
    ?.replace(/-\w{6}$/, '');
  return jsonAnswer({ ARN: arn, Name, VersionId: 'local', SecretString, VersionStages: ['AWSCURRENT'] });
}
