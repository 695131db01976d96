import { type Ask, permission, type RequiredPermission, textOf } from './permission.ts';

/** Operations on one object, and the permission that each needs. */
const onObject = new Map(
  Object.entries({
    GetObject: 'GetObject',
    HeadObject: 'GetObject',
    GetObjectAttributes: 'GetObjectAttributes',
    PutObject: 'PutObject',
    CreateMultipartUpload: 'PutObject',
    UploadPart: 'PutObject',
    CompleteMultipartUpload: 'PutObject',
    AbortMultipartUpload: 'AbortMultipartUpload',
    DeleteObject: 'DeleteObject',
    PutObjectRetention: 'PutObjectRetention',
    GetObjectRetention: 'GetObjectRetention',
    GetObjectTagging: 'GetObjectTagging',
    PutObjectTagging: 'PutObjectTagging',
  }),
);

const onBucket = new Map(
  Object.entries({
    HeadBucket: 'ListBucket',
    GetBucketLocation: 'GetBucketLocation',
    GetBucketVersioning: 'GetBucketVersioning',
    GetBucketNotificationConfiguration: 'GetBucketNotification',
    PutBucketNotificationConfiguration: 'PutBucketNotification',
  }),
);

/** @returns undefined for an operation that is not known. */
export function s3Permissions({ operation, body }: Ask): RequiredPermission[] | undefined {
  if (operation === 'ListBuckets') return [permission('s3:ListAllMyBuckets', '*')];
  const bucket = () => `arn:aws:s3:::${textOf(body, 'Bucket', operation)}`;
  const object = () => `${bucket()}/${textOf(body, 'Key', operation)}`;

  const bucketAction = onBucket.get(operation);
  if (bucketAction) return [permission(`s3:${bucketAction}`, bucket())];
  const objectAction = onObject.get(operation);
  if (objectAction) {
    // A lock given along with the object needs a permission of its own.
    const locked = operation === 'PutObject' && body['ObjectLockMode'] !== undefined;
    const versioned = body['VersionId'] !== undefined && ['GetObject', 'DeleteObject'].includes(operation);
    const own = permission(`s3:${objectAction}${versioned ? 'Version' : ''}`, object());
    return locked ? [own, permission('s3:PutObjectRetention', object())] : [own];
  }
  switch (operation) {
    case 'ListObjects':
    case 'ListObjectsV2': {
      const prefix = body['Prefix'];
      return [
        permission('s3:ListBucket', bucket(), prefix === undefined ? {} : { 's3:prefix': String(prefix) }),
      ];
    }
    case 'ListObjectVersions': {
      const prefix = body['Prefix'];
      return [
        permission(
          's3:ListBucketVersions',
          bucket(),
          prefix === undefined ? {} : { 's3:prefix': String(prefix) },
        ),
      ];
    }
    case 'CopyObject': {
      const source = decodeURIComponent(textOf(body, 'CopySource', operation)).replace(/^\//, '');
      return [
        permission('s3:GetObject', `arn:aws:s3:::${source.split('?')[0]}`),
        permission('s3:PutObject', object()),
      ];
    }
    case 'DeleteObjects': {
      const { Objects: objects = [] } = (body['Delete'] ?? {}) as { Objects?: { Key: string }[] };
      return objects.map(({ Key: key }) => permission('s3:DeleteObject', `${bucket()}/${key}`));
    }
    default:
      return undefined;
  }
}
