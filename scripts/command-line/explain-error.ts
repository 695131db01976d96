import { InputError } from './input-error.ts';

const credentialErrors = new Set([
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'SignatureDoesNotMatch',
  'TokenProviderError',
  'UnrecognizedClientException',
]);
const connectionErrors = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ECONNRESET', 'TimeoutError']);

/** What AWS answered, as one sentence that says what to do; an error of another kind is passed on as it is. */
export function explainError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof InputError) return error;
  const code = (error as { code?: string }).code;
  const said = error.message.replace(/\.?\s*$/, '').replaceAll('\n', ' ');
  if (credentialErrors.has(error.name)) {
    return new InputError(`AWS does not take the credentials (${said}): set AWS_PROFILE, or sign in again.`);
  }
  if (/AccessDenied|UnauthorizedOperation|AuthorizationError/.test(error.name)) {
    return new InputError(
      `AWS refuses this (${said}): docs/operators.md lists the permissions of each command.`,
    );
  }
  if (/ResourceNotFound|QueueDoesNotExist|NonExistentQueue|^NotFound|NoSuchBucket/.test(error.name)) {
    return new InputError(
      `AWS does not know what this needs (${said}): are stage and Region those of the deployment?`,
    );
  }
  if ((code !== undefined && connectionErrors.has(code)) || connectionErrors.has(error.name)) {
    return new InputError(
      `AWS cannot be reached (${said || code}): is AWS_ENDPOINT_URL, or the network, right?`,
    );
  }
  return error;
}
