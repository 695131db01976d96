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
import { Gateway } from './aws/gateway.ts';
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
import { objectCreatedEvent, type StackEvents } from './stack-events.ts';
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
 * Connects the parts. What merely happens goes through events, to whoever registered for it. What has to be answered
 * is a call: the gateway is first, because the functions' environment names it, and reaches later parts by functions.
 */
export async function connectStack({
  assembly,
  now: start,
  chaos,
  profiles,
  listPrices,
  loggingRegion,
  dynamodbEndpoint,
  fauxqsEndpoint,
  proofs,
}: StackFoundations) {
  const { place } = assembly;
  const clock = new VirtualClock(start);
  const now = () => clock.now();
  const activity = new Activity();
  const iam = new IamStore({ account: place.account, now, delay: () => chaos.visibilityDelay() });
  const authorizer = new Authorizer(assembly, now, {
    pathOf: (kind, name) => iam.find(kind, name)?.path ?? '/',
    tagsOf: (kind, name) => Object.fromEntries(iam.find(kind, name)?.tags ?? []),
    serviceOf: (credentialId) => iam.credentials.find(credentialId)?.service,
  });
  const jobs = new LocalBatchJobs(place, now);
  const events: StackEvents = new EventEmitter();
  const trail = new CloudTrail(iam, (event) =>
    events.emit('eventPut', { ...event, busName: 'default', region: iamTrailRegion }),
  );
  const dynamodb = new Forwarder(dynamodbEndpoint);
  const fauxqs = new Forwarder(fauxqsEndpoint);

  const lockedBuckets = new Map(
    assembly.buckets.flatMap(({ name, lock }) =>
      lock ? [[name, new LockedObjects(lock, now)] as const] : [],
    ),
  );

  const services: Services = new Services({
    place,
    rules: assembly.rules,
    tables: assembly.tables,
    functionUrls: assembly.functionUrls,
    trail,
    gatewayUrl: () => gateway.url,
    jobs,
    dynamodb,
    fauxqs,
    iam,
    profiles,
    listPrices,
    loggingRegion,
    lockedBuckets,
    bedrockLogging: new BedrockLoggingApi({ region: loggingRegion, assembly, authorizer }),
    announcesObjects: (bucket) => loggingRegion.buckets.get(bucket),
    stacks: () => deployment.stacks,
    metadata: assembly.metadata,
    reservedConcurrency: assembly.resources
      .filter(({ type }) => type === 'AWS::Lambda::Function')
      .map(({ properties }) => Number(properties['ReservedConcurrentExecutions'] ?? 0)),
    stepFunctions: () => stepFunctions,
    countedCalls: () => witness.calls,
    now,
    invoke: (functionArn, payload) => functions.invoke(functionArn, payload),
    invokeLater: (functionArn, payload) => invocations.start(functionArn, payload),
    events,
  });
  const gateway: Gateway = await Gateway.start({
    account: place.account,
    chaos,
    now,
    callerOf: (accessKey) => functions.callerOf(accessKey),
    authorizer: () => authorizer,
    iam,
    serve: (request, caller) => services.serve(request, caller),
    callUrl: (request, caller, accessKey) => urls.serve(request, caller, accessKey),
    refused: (request, caller, message) => trail.record(request, caller, { code: 'AccessDenied', message }),
  });
  const functions = new Functions({
    ...{ assembly, gatewayUrl: gateway.url, clock: clock.shared },
    dies: (name) => chaos.dies?.(name) ?? false,
  });
  const urls = new FunctionUrls({
    ...{ assembly, authorizer, iam, now },
    invoke: (functionArn, event) => functions.invoke(functionArn, event),
  });
  const clients = localClients({
    gateway: gateway.url,
    dynamodb: dynamodbEndpoint,
    fauxqs: fauxqsEndpoint,
    region: place.region,
  });
  const sender = new MessageSender(clients.queues, fauxqsEndpoint, (queue) =>
    events.emit('messageSent', queue),
  );
  const invocations = new AsyncInvocations({ assembly, functions, authorizer, activity, sender, now });
  const stepFunctions = new StepFunctions({
    machines: assembly.stateMachines,
    clock,
    account: place.account,
    region: place.region,
    invokeFunction: async (functionArn, payload) => {
      const result = await functions.invoke(functionArn, payload);
      if (result.ok) return result.payload;
      const { errorType, errorMessage } = result.error;
      throw Object.assign(new Error(errorMessage), { name: errorType });
    },
  });
  const bus = new EventBus({
    assembly,
    authorizer,
    activity,
    invocations,
    sender,
    stepFunctions: () => stepFunctions,
    publish: (topicArn, message) => services.publish(topicArn, message),
    now,
  });
  const triggers = new Triggers({
    assembly,
    functions,
    authorizer,
    activity,
    chaos,
    now,
    dynamodbEndpoint,
    queues: clients.queues,
    sender,
  });
  events.on('eventPut', (event) => bus.put(event));
  events.on('resourceStopped', ({ type, ref, arn }) => {
    if (type === 'AWS::Lambda::EventSourceMapping') triggers.remove(ref);
    if (type === 'AWS::Events::Rule') bus.remove(ref);
    if (type === 'AWS::Lambda::Function' && arn) functions.remove(arn);
  });
  events.on('tableWritten', () => triggers.triggerStreams());
  events.on('messageSent', (queue) => triggers.triggerQueue(queue));
  const logs = new LogDelivery({ assembly, region: loggingRegion, authorizer, invocations, chaos, now });
  const objects = new LogObjects(clients.objects, loggingRegion, place, now);
  events.on('objectPut', (object) => {
    if (loggingRegion.buckets.get(object.bucket) && objects.announces(object.key))
      events.emit('eventPut', objectCreatedEvent(object, now()));
  });
  const witness = new BedrockWitness(objects);
  const schedules = new Schedules({
    rules: assembly.rules.filter(({ name }) => proofs || !name.endsWith('-prove')),
    clock,
    dueItems: () => readDueItems(clients.tables, assembly),
    fire: (rule) => bus.fire(rule),
    foreignChanges: () => trail.foreignChanges,
  });
  const sink = await AnswerSink.open();
  const deployment: LocalDeployment = new LocalDeployment({
    assembly,
    authorizer,
    iam,
    loggingRegion,
    customResources: new CustomResources({ invoke: (arn, event) => functions.invoke(arn, event), sink }),
    stopped: (resource) => events.emit('resourceStopped', resource),
    running: (arn) =>
      stepFunctions.machines.some((machine) => machine.arn === arn)
        ? stepFunctions
            .executionsOf(arn)
            .filter(({ active }) => active)
            .map(({ start }) => start.name)
        : [],
  });
  return {
    ...{ deployment, sink, bus, loggingRegion, jobs },
    ...{ clock, activity, iam, authorizer, services, gateway, functions, clients, stepFunctions },
    ...{ triggers, logs, objects, witness, schedules, forwarders: [dynamodb, fauxqs] },
  };
}

/** Stops all parts, those that call first. */
export async function disconnect({
  clients,
  forwarders,
  functions,
  gateway,
  sink,
  stepFunctions,
}: StackParts): Promise<void> {
  stepFunctions.stop();
  await functions.stop();
  await gateway.stop();
  await sink.close();
  for (const forwarder of forwarders) forwarder.stop();
  for (const client of Object.values(clients)) client.destroy();
}
