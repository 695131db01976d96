import { EventEmitter } from 'node:events';
import { Activity } from './activity.ts';
import type { LocalAssembly } from './assembly/local-assembly.ts';
import { Authorizer } from './aws/authorizer.ts';
import { LocalBatchJobs } from './aws/bedrock-jobs.ts';
import { BedrockLoggingApi } from './aws/bedrock-logging-api.ts';
import type { KnownProfiles } from './aws/bedrock-profiles-api.ts';
import { CloudTrail, iamTrailRegion } from './aws/cloud-trail.ts';
import { Forwarder } from './aws/forward.ts';
import { FunctionUrls } from './aws/function-urls.ts';
import { Gateway, type OpenPort, openPort } from './aws/gateway.ts';
import { IamStore } from './aws/iam-store.ts';
import { LockedObjects } from './aws/locked-objects.ts';
import type { LoggingRegion } from './aws/logging-region.ts';
import type { ListPrices } from './aws/pricing-api.ts';
import { Services } from './aws/services.ts';
import { StepFunctions } from './aws/step-functions.ts';
import { BedrockWitness } from './bedrock-witness.ts';
import type { Chaos } from './chaos.ts';
import { VirtualClock } from './clock.ts';
import { AnswerSink } from './deployment/answer-sink.ts';
import { CustomResources } from './deployment/custom-resources.ts';
import { LocalDeployment } from './deployment/deployment.ts';
import { Functions } from './functions.ts';
import { localClients } from './local-clients.ts';
import { LogObjects } from './log-objects.ts';
import type { StackEvents } from './stack-events.ts';
import { AsyncInvocations } from './triggers/async-invocations.ts';
import { readDueItems } from './triggers/due-index.ts';
import { EventBus } from './triggers/event-bus.ts';
import { LogDelivery } from './triggers/log-delivery.ts';
import { MessageSender } from './triggers/message-sender.ts';
import { Schedules } from './triggers/schedules.ts';
import { Triggers } from './triggers/triggers.ts';

export interface StackFoundations {
  readonly assembly: LocalAssembly;
  readonly now: Date;
  readonly chaos: Chaos;
  /** The application inference profiles that Bedrock knows. */
  readonly profiles: KnownProfiles;
  readonly listPrices: ListPrices;
  readonly loggingRegion: LoggingRegion;
  readonly dynamodbEndpoint: string;
  readonly fauxqsEndpoint: string;
  /** Whether what log lines claim is proven. */
  readonly proofs: boolean;
}

/** Everything of the local stack that runs in this thread, connected as the templates say. */
export type StackParts = Awaited<ReturnType<typeof connectStack>>;

/**
 * Connects the parts, each after those that it calls. What merely happens is an event: whoever it concerns subscribed to
 * it when it was made.
 */
export async function connectStack(foundations: StackFoundations) {
  // The functions' environment names the gateway, which serves at last.
  const port = await openPort();
  const ground = layGround(foundations, port);
  const running = startFunctions(ground);
  const bedrock = startBedrock(ground, running);
  const sink = await AnswerSink.open();
  const deployment = new LocalDeployment({
    ...ground,
    customResources: new CustomResources({
      invoke: (arn, event) => running.functions.invoke(arn, event),
      sink,
    }),
    stopped: (resource) => ground.events.emit('resourceStopped', resource),
    running: (arn) => running.stepFunctions.runningOf(arn),
  });
  const services = createServices(ground, running, bedrock, deployment);
  const gateway = serveGateway(port, ground, running, services);
  return { ...ground, ...running, ...bedrock, ...{ sink, deployment, services, gateway } };
}

/** What everything stands on: time, events, IAM, and the ways to the other local servers. */
function layGround(foundations: StackFoundations, { url: gatewayUrl }: OpenPort) {
  const { assembly, chaos, dynamodbEndpoint, fauxqsEndpoint } = foundations;
  const { place } = assembly;
  const clock = new VirtualClock(foundations.now);
  const now = () => clock.now();
  const events: StackEvents = new EventEmitter();
  const iam = new IamStore({ account: place.account, now, delay: () => chaos.visibilityDelay() });
  const authorizer = new Authorizer(assembly, now, {
    pathOf: (kind, name) => iam.find(kind, name)?.path ?? '/',
    tagsOf: (kind, name) => Object.fromEntries(iam.find(kind, name)?.tags ?? []),
    serviceOf: (credentialId) => iam.credentials.find(credentialId)?.service,
  });
  const trail = new CloudTrail(iam, (event) =>
    events.emit('eventPut', { ...event, busName: 'default', region: iamTrailRegion }),
  );
  const clients = localClients({
    gateway: gatewayUrl,
    dynamodb: dynamodbEndpoint,
    fauxqs: fauxqsEndpoint,
    region: place.region,
  });
  const dynamodb = new Forwarder(dynamodbEndpoint);
  const fauxqs = new Forwarder(fauxqsEndpoint);
  const activity = new Activity();
  return {
    ...foundations,
    ...{ gatewayUrl, place, clock, now, events, iam, authorizer, trail, clients, dynamodb, fauxqs, activity },
  };
}
type Ground = ReturnType<typeof layGround>;

/** The functions, and what calls them. */
function startFunctions(ground: Ground) {
  const { assembly, clock, clients, events, place, proofs, trail, fauxqsEndpoint } = ground;
  const functions = new Functions({ ...ground, clock: clock.shared });
  const sender = new MessageSender(clients.queues, fauxqsEndpoint, (queue) =>
    events.emit('messageSent', queue),
  );
  const invocations = new AsyncInvocations({ ...ground, functions, sender });
  const stepFunctions = new StepFunctions({
    ...{ machines: assembly.stateMachines, clock, account: place.account, region: place.region },
    invokeFunction: async (functionArn, payload) => {
      const result = await functions.invoke(functionArn, payload);
      if (result.ok) return result.payload;
      const { errorType, errorMessage } = result.error;
      throw Object.assign(new Error(errorMessage), { name: errorType });
    },
  });
  const bus = new EventBus({ ...ground, invocations, sender, stepFunctions });
  const triggers = new Triggers({ ...ground, functions, queues: clients.queues, sender });
  const schedules = new Schedules({
    rules: assembly.rules.filter(({ name }) => proofs || !name.endsWith('-prove')),
    clock,
    dueItems: () => readDueItems(clients.tables, assembly),
    fire: (rule) => bus.fire(rule),
    foreignChanges: () => trail.foreignChanges,
  });
  return { functions, invocations, stepFunctions, triggers, schedules };
}
type Running = ReturnType<typeof startFunctions>;

/** Bedrock's logging, metrics and batch jobs. */
function startBedrock(ground: Ground, { invocations }: Running) {
  const { loggingRegion: region, clients, place, now } = ground;
  const objects = new LogObjects({ ...ground, client: clients.objects, region });
  const logs = new LogDelivery({ ...ground, region, invocations });
  return { objects, logs, witness: new BedrockWitness(objects), jobs: new LocalBatchJobs(place, now) };
}
type Bedrock = ReturnType<typeof startBedrock>;

function createServices(
  ground: Ground,
  { functions, invocations, stepFunctions }: Running,
  { jobs, witness }: Bedrock,
  deployment: LocalDeployment,
): Services {
  const { assembly, now, loggingRegion } = ground;
  const { rules, tables, functionUrls, metadata } = assembly;
  return new Services({
    ...ground,
    ...{ rules, tables, functionUrls, metadata, jobs, stepFunctions },
    lockedBuckets: new Map(
      assembly.buckets.flatMap(({ name, lock }) =>
        lock ? [[name, new LockedObjects(lock, now)] as const] : [],
      ),
    ),
    bedrockLogging: new BedrockLoggingApi({ ...ground, region: loggingRegion }),
    announcesObjects: (bucket) => loggingRegion.buckets.get(bucket),
    stacks: () => deployment.stacks,
    reservedConcurrency: assembly.resources
      .filter(({ type }) => type === 'AWS::Lambda::Function')
      .map(({ properties }) => Number(properties['ReservedConcurrentExecutions'] ?? 0)),
    countedCalls: () => witness.calls,
    invoke: (functionArn, payload) => functions.invoke(functionArn, payload),
    invokeLater: (functionArn, payload) => invocations.start(functionArn, payload),
  });
}

function serveGateway(port: OpenPort, ground: Ground, { functions }: Running, services: Services): Gateway {
  const { place, trail } = ground;
  const urls = new FunctionUrls({ ...ground, invoke: (arn, event) => functions.invoke(arn, event) });
  return new Gateway(port, {
    ...ground,
    account: place.account,
    callerOf: (accessKey) => functions.callerOf(accessKey),
    serve: (request, caller) => services.serve(request, caller),
    callUrl: (request, caller, accessKey) => urls.serve(request, caller, accessKey),
    refused: (request, caller, message) => trail.record(request, caller, { code: 'AccessDenied', message }),
  });
}

/** Stops all parts, those that call first. */
export async function disconnect(parts: StackParts): Promise<void> {
  const { clients, functions, gateway, sink, stepFunctions } = parts;
  stepFunctions.stop();
  await functions.stop();
  await gateway.stop();
  await sink.close();
  for (const forwarder of [parts.dynamodb, parts.fauxqs]) forwarder.stop();
  for (const client of Object.values(clients)) client.destroy();
}
