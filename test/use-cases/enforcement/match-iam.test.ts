import { matchIam, NotReadBackError } from '../../../lambda/use-cases/enforcement/match-iam.ts';
import { type IamTarget, UnenforceableError } from '../../../lambda/use-cases/ports/iam.ts';
import { MemoryIam } from '../../support/memory-iam.ts';

const alice: IamTarget = { type: 'user', name: 'alice' };
const sleep = async () => {};

describe('making IAM match', () => {
  it('attaches the stronger deny before the weaker one goes, so that there is no gap', async () => {
    const iam = new MemoryIam();
    iam.carried.add('restricted');
    await matchIam(alice, 'suspended', { iam, sleep });
    expect(iam.calls).toEqual(['attach suspended', 'detach restricted']);
  });

  it('writes nothing where IAM is right already', async () => {
    const iam = new MemoryIam();
    iam.carried.add('suspended');
    await matchIam(alice, 'suspended', { iam, sleep });
    expect(iam.calls).toEqual([]);
  });

  it('takes off everything of ours, and nothing else, where nothing is wanted', async () => {
    const iam = new MemoryIam();
    iam.carried.add('suspended').add('restricted');
    await matchIam(alice, 'none', { iam, sleep });
    expect(iam.carried.size).toBe(0);
  });

  it('lets the weaker deny make way where it holds the last slot', async () => {
    const iam = new MemoryIam();
    iam.carried.add('restricted');
    iam.freeSlots = 1;
    await matchIam(alice, 'suspended', { iam, sleep });
    expect([...iam.carried]).toEqual(['suspended']);
  });

  it('says that it cannot where no slot is free', async () => {
    const iam = new MemoryIam();
    iam.freeSlots = 0;
    await expect(matchIam(alice, 'suspended', { iam, sleep })).rejects.toThrow(UnenforceableError);
  });

  it('waits until IAM shows what was written, and no longer than its patience', async () => {
    const iam = new MemoryIam();
    iam.staleReadings = 5;
    await matchIam(alice, 'suspended', { iam, sleep });
    expect([...iam.carried]).toEqual(['suspended']);
    const stubborn = new MemoryIam();
    stubborn.staleReadings = 1000;
    await expect(matchIam(alice, 'suspended', { iam: stubborn, sleep })).rejects.toThrow(NotReadBackError);
  });
});
