import {
  LimitExceededException,
  NoSuchEntityException,
  UnmodifiableEntityException,
} from '@aws-sdk/client-iam';
import {
  type IamTarget,
  PolicyQuotaError,
  PrincipalGoneError,
  UnenforceableError,
} from '../../use-cases/ports/iam.ts';

/** IAM's errors in the words of the use cases; all others stay what they are. */
export function iamError(cause: unknown, { type, name }: IamTarget): unknown {
  if (cause instanceof NoSuchEntityException) {
    return new PrincipalGoneError(
      `There is no ${type} ${name} in this account (any more): ${cause.message}`,
      { cause },
    );
  }
  if (cause instanceof LimitExceededException) {
    return new PolicyQuotaError(
      `The ${type} ${name} has no free slot for a managed policy, or no room for an inline one: make some, or raise the quota.`,
      { cause },
    );
  }
  if (cause instanceof UnmodifiableEntityException) {
    return new UnenforceableError(`Only AWS can change the ${type} ${name}: use a service control policy.`, {
      cause,
    });
  }
  return cause;
}
