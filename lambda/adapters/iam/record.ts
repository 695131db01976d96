import type { Tag } from '@aws-sdk/client-iam';
import type { IamRecord } from '../../use-cases/ports/iam.ts';

/** A user or role as IAM's answers have it; `Id` is its UserId or RoleId. */
interface Described {
  readonly Arn?: string | undefined;
  readonly Path?: string | undefined;
  readonly Id?: string | undefined;
  readonly Tags?: readonly Tag[] | undefined;
}

export const iamRecordOf = ({ Arn = '', Path = '/', Id = '', Tags = [] }: Described): IamRecord => ({
  arn: Arn,
  path: Path,
  uniqueId: Id,
  tags: Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])),
});
