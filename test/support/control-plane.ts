import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server answered with, and so what a test may look at and change. */
export class ControlPlane {
  /** Bedrock's configuration, as the API has it; undefined answers as a Region where logging never was on. */
  logging: object | undefined;
  loggingWrites: string[] = [];
  /** So many writes fail as they do while a new role is not known everywhere. */
  refusals = 0;
  /** Subscription filters by log group: name → destination. */
  filters: Record<string, Record<string, string>> = {};
  /** Buckets, and whether they tell EventBridge. */
  buckets: Record<string, boolean> = {};
  /** Buckets that S3 does not tell of: HTTP status and code. */
  refusedBuckets: Record<string, readonly [number, string]> = {};
  /** Names of running executions, by the machine's ARN. */
  executions: Record<string, string[]> = {};
  /** EventBridge's rules on buckets' objects: name → bucket. */
  rules: Record<string, string> = {};
  /** Who carries which policy: `user/alice` by policy ARN. */
  carriers: Record<string, string[]> = {};
  /** So many calls of IAM are throttled. */
  throttles = 0;
  pageSize = 2;
  /** What CloudFormation was told. */
  answers: Record<string, unknown>[] = [];
  /** So many answers are not taken. */
  lostAnswers = 0;
  url = '';
  #close: () => void = () => {};

  static async start(): Promise<ControlPlane> {
    const plane = new ControlPlane();
    const server = createServer((request, response) => void plane.#serve(request, response));
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    plane.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    plane.#close = () => server.close();
    return plane;
  }

  /** Client settings that lead here. */
  get aws() {
    return {
      endpoint: this.url,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 6,
    };
  }

  stop(): void {
    this.#close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<ServerResponse> {
    let body = '';
    for await (const chunk of request) body += chunk;
    const path = new URL(request.url ?? '/', this.url);
    if (path.pathname === '/logging/modelinvocations') return this.#bedrock(request.method, body, response);
    if (path.pathname === '/answer') return this.#cloudFormation(body, response);
    if (path.searchParams.has('notification')) return this.#s3(path.pathname.split('/')[1] ?? '', response);
    const target = String(request.headers['x-amz-target'] ?? '');
    if (target.startsWith('AWSEvents.')) return this.#events(JSON.parse(body), response);
    if (target.startsWith('AWSStepFunctions.')) return this.#states(target, JSON.parse(body), response);
    if (target) return this.#logs(JSON.parse(body), response);
    return this.#iam(new URLSearchParams(body), response);
  }

  #bedrock(method: string | undefined, body: string, response: ServerResponse): ServerResponse {
    if (method === 'GET') return json(response, 200, this.logging ? { loggingConfig: this.logging } : {});
    if (this.refusals > 0) {
      this.refusals--;
      const message =
        'Failed to validate permissions for log group: /aws/bedrock, with role: arn:aws:iam::111122223333:role/x. ' +
        'Verify the IAM role permissions are correct.';
      return json(response, 400, { message }, { 'x-amzn-errortype': 'ValidationException' });
    }
    this.loggingWrites.push(`${method}`);
    this.logging = method === 'PUT' ? JSON.parse(body).loggingConfig : undefined;
    return json(response, 200, {});
  }

  #logs({ logGroupName, nextToken }: Record<string, string>, response: ServerResponse): ServerResponse {
    const filters = this.filters[logGroupName as string];
    if (!filters) {
      const missing = {
        __type: 'ResourceNotFoundException',
        message: 'The specified log group does not exist.',
      };
      return json(response, 400, missing);
    }
    const all = Object.entries(filters).map(([filterName, destinationArn]) => ({
      filterName,
      logGroupName,
      filterPattern: '',
      destinationArn,
      distribution: 'ByLogStream',
      creationTime: 1_700_000_000_000,
    }));
    // One a page: that a log group has only two is no reason not to turn the page.
    const at = Number(nextToken ?? 0);
    const more = at + 1 < all.length ? { nextToken: `${at + 1}` } : {};
    return json(response, 200, { subscriptionFilters: all.slice(at, at + 1), ...more });
  }

  /** One execution a page. */
  #states(target: string, body: Record<string, string>, response: ServerResponse): ServerResponse {
    const { stateMachineArn = '', executionArn = '', nextToken } = body;
    if (target.endsWith('.StopExecution')) {
      const name = executionArn.split(':').at(-1);
      for (const names of Object.values(this.executions)) {
        const at = names.indexOf(String(name));
        if (at >= 0) names.splice(at, 1);
      }
      return json(response, 200, { stopDate: 1_700_000_000 });
    }
    const names = this.executions[stateMachineArn];
    if (!names) {
      const message = `State Machine Does Not Exist: '${stateMachineArn}'`;
      return json(response, 400, { __type: 'StateMachineDoesNotExist', message });
    }
    const at = Number(nextToken ?? 0);
    const executions = names.slice(at, at + 1).map((name) => ({
      name,
      stateMachineArn,
      executionArn: `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`,
      status: 'RUNNING',
      startDate: 1_700_000_000,
    }));
    return json(response, 200, { executions, ...(at + 1 < names.length && { nextToken: `${at + 1}` }) });
  }

  /** One rule a page, as an account with hundreds of rules would have them. */
  #events({ NextToken }: Record<string, string>, response: ServerResponse): ServerResponse {
    const at = Number(NextToken ?? 0);
    const Rules = Object.entries(this.rules)
      .slice(at, at + 1)
      .map(([Name, bucket]) => ({
        Name,
        Arn: `arn:aws:events:eu-central-1:111122223333:rule/${Name}`,
        EventBusName: 'default',
        State: 'ENABLED',
        EventPattern: JSON.stringify({
          source: ['aws.s3'],
          'detail-type': ['Object Created'],
          detail: { bucket: { name: [bucket] } },
        }),
      }));
    const more = at + 1 < Object.keys(this.rules).length ? { NextToken: `${at + 1}` } : {};
    return json(response, 200, { Rules, ...more });
  }

  #s3(bucket: string, response: ServerResponse): ServerResponse {
    const refused = this.refusedBuckets[bucket];
    if (refused) {
      const [status, code] = refused;
      return xml(response, status, `<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
    }
    const on = this.buckets[bucket];
    if (on === undefined) {
      return xml(
        response,
        404,
        '<Error><Code>NoSuchBucket</Code><Message>The bucket does not exist</Message></Error>',
      );
    }
    const inner = on ? '<EventBridgeConfiguration/>' : '';
    const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';
    return xml(
      response,
      200,
      `<NotificationConfiguration xmlns="${namespace}">${inner}</NotificationConfiguration>`,
    );
  }

  #iam(query: URLSearchParams, response: ServerResponse): ServerResponse {
    const action = query.get('Action') ?? '';
    const policy = query.get('PolicyArn') ?? '';
    const error = (status: number, code: string) =>
      xml(
        response,
        status,
        `<ErrorResponse><Error><Code>${code}</Code><Message>${code}.</Message></Error></ErrorResponse>`,
      );
    if (this.throttles > 0) {
      this.throttles--;
      return error(400, 'Throttling');
    }
    const carriers = this.carriers[policy];
    if (!carriers) return error(404, 'NoSuchEntity');
    if (action === 'ListEntitiesForPolicy') {
      const at = Number(query.get('Marker') ?? 0);
      const page = carriers.slice(at, at + this.pageSize);
      const end = at + this.pageSize;
      const more = end < carriers.length;
      return xml(
        response,
        200,
        `<ListEntitiesForPolicyResponse><ListEntitiesForPolicyResult>${members(page)}
         <IsTruncated>${more}</IsTruncated>${more ? `<Marker>${end}</Marker>` : ''}
         </ListEntitiesForPolicyResult></ListEntitiesForPolicyResponse>`,
      );
    }
    const kind = /^Detach(\w+)Policy$/.exec(action)?.[1] ?? '';
    const carrier = `${kind.toLowerCase()}/${query.get(`${kind}Name`)}`;
    if (!carriers.includes(carrier)) return error(404, 'NoSuchEntity');
    this.carriers[policy] = carriers.filter((each) => each !== carrier);
    return xml(response, 200, `<${action}Response></${action}Response>`);
  }

  #cloudFormation(body: string, response: ServerResponse): ServerResponse {
    if (this.lostAnswers > 0) {
      this.lostAnswers--;
      return response.writeHead(503).end();
    }
    this.answers.push(JSON.parse(body));
    return response.writeHead(200).end();
  }
}

function members(carriers: readonly string[]): string {
  return ['user', 'role', 'group']
    .map((kind) => {
      const name = kind[0]?.toUpperCase() + kind.slice(1);
      const entries = carriers
        .filter((carrier) => carrier.startsWith(`${kind}/`))
        .map((carrier) => `<member><${name}Name>${carrier.split('/')[1]}</${name}Name></member>`);
      return `<Policy${name}s>${entries.join('')}</Policy${name}s>`;
    })
    .join('');
}

function json(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): ServerResponse {
  return response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify(body));
}

function xml(response: ServerResponse, status: number, body: string): ServerResponse {
  return response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
}
