import { IAMClient } from '@aws-sdk/client-iam';
import type { AwsAccess } from '../deployment/deployment.ts';

/** A CloudTrail trail that covers the Region. */
export interface Trail {
  readonly name: string;
  /** Undefined where it could not be read: an organisation's trail belongs to another account. */
  readonly logging: boolean | undefined;
  /** Whether writes to AWS's APIs are among what it records. */
  readonly managementEvents: boolean | undefined;
}

/** Asks CloudTrail: an operation's name and its input, to its answer. */
export type AskCloudTrail = (operation: string, input: object) => Promise<Readonly<Record<string, unknown>>>;

/** The trails of a Region, those of the organisation included. */
export async function findTrails(ask: AskCloudTrail): Promise<Trail[]> {
  const { trailList } = await ask('DescribeTrails', { includeShadowTrails: true });
  const trails = (trailList ?? []) as readonly { Name?: string; TrailARN?: string }[];
  return Promise.all(
    trails.map(async ({ Name: name = '', TrailARN = '' }) => {
      try {
        const { IsLogging } = await ask('GetTrailStatus', { Name: TrailARN });
        const selectors = await ask('GetEventSelectors', { TrailName: TrailARN });
        return { name, logging: IsLogging === true, managementEvents: recordsWrites(selectors) };
      } catch {
        return { name, logging: undefined, managementEvents: undefined };
      }
    }),
  );
}

interface Selectors {
  readonly EventSelectors?: readonly { IncludeManagementEvents?: boolean; ReadWriteType?: string }[];
  readonly AdvancedEventSelectors?: readonly {
    FieldSelectors?: readonly { Field?: string; Equals?: readonly string[] }[];
  }[];
}

function recordsWrites({ EventSelectors, AdvancedEventSelectors }: Selectors): boolean {
  const basic = EventSelectors?.some(
    ({ IncludeManagementEvents, ReadWriteType }) => IncludeManagementEvents && ReadWriteType !== 'ReadOnly',
  );
  const advanced = AdvancedEventSelectors?.some(({ FieldSelectors = [] }) => {
    const equals = (field: string) => FieldSelectors.find(({ Field }) => Field === field)?.Equals;
    return equals('eventCategory')?.includes('Management') && !equals('readOnly')?.includes('true');
  });
  return basic === true || advanced === true;
}

const version = 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101';

/** Three questions do not ask for a client of their own: any client knows the credentials and how to sign. */
export function cloudTrailOf(aws: AwsAccess): AskCloudTrail {
  const { config } = new IAMClient(aws);
  return async (operation, input) => {
    const suffix = aws.region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
    // As the SDK's clients take it; a local stack is named there.
    const endpoint = aws.endpoint ?? process.env['AWS_ENDPOINT_URL'];
    const url = new URL(endpoint ?? `https://cloudtrail.${aws.region}.${suffix}`);
    const signer = await config.signer({
      name: 'sigv4',
      signingName: 'cloudtrail',
      signingRegion: aws.region,
      properties: {},
    });
    const body = JSON.stringify(input);
    const { headers } = await signer.sign({
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      path: '/',
      query: {},
      headers: {
        host: url.host,
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `${version}.${operation}`,
      },
      body,
    });
    const signal = AbortSignal.timeout(10_000);
    const response = await fetch(new URL('/', url), { method: 'POST', headers, body, signal });
    const answer = (await response.json()) as Record<string, unknown>;
    if (response.ok) return answer;
    const error = new Error(String(answer['message'] ?? answer['Message'] ?? response.status));
    error.name = String(answer['__type'] ?? 'CloudTrailError').replace(/^.*#/, '');
    throw error;
  };
}
