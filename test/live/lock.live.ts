import { DeleteObjectCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { auditArchiveName } from '../../lib/shared/naming.ts';
import { whoCalls } from '../../scripts/budgeteer/deployment/caller.ts';
import { onlyWith, stageUnderTest } from './support/live.ts';

/** Tries to delete the newest anchor for good. Where the lock does not hold, that anchor is lost: that is what it asks. */
jest.setTimeout(60_000);

onlyWith('BUDGETEER_LIVE_LOCK')('The lock of the audit archive', () => {
  it('refuses to delete a version, from an administrator too', async () => {
    const deployment = stageUnderTest();
    const { account } = await whoCalls(deployment);
    const client = new S3Client(deployment.aws);
    const Bucket = auditArchiveName(deployment.stage, account);
    const { Versions = [] } = await client.send(
      new ListObjectVersionsCommand({ Bucket, Prefix: 'anchors/' }),
    );
    const newest = Versions.filter(({ IsLatest }) => IsLatest).at(-1);
    if (!newest) throw new Error('There is no anchor yet: the first one is written at 03:43 UTC.');

    await expect(
      client.send(new DeleteObjectCommand({ Bucket, Key: newest.Key, VersionId: newest.VersionId })),
    ).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
