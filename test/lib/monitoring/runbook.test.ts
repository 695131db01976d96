import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, resources, stacksOf } from '../build.ts';

describe('The runbook', () => {
  it('has a heading for every alarm, and none for an alarm that does not exist', () => {
    const alarms = Object.values(stacksOf(build())).flatMap((stack) =>
      Object.values(resources(stack, 'AWS::CloudWatch::Alarm')).map(({ Properties }) =>
        String(Properties['AlarmName']).replace('bedrock-budgeteer-test-', ''),
      ),
    );
    const text = readFileSync(join(import.meta.dirname, '../../../docs/runbook.md'), 'utf8');
    const headings = [...text.matchAll(/^## ([a-z]+(?:-[a-z]+)+)$/gm)].map(([, heading]) => heading);

    expect(alarms.length).toBeGreaterThan(0);
    expect(headings.sort()).toEqual(alarms.sort());
  });
});
