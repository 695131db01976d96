import type { LocalAssembly, ResourceSpec } from '../assembly/local-assembly.ts';
import type { Authorizer } from '../aws/authorizer.ts';
import type { IamStore } from '../aws/iam-store.ts';
import type { LoggingRegion } from '../aws/logging-region.ts';
import type { EvaluatedPolicy } from '../aws/policy.ts';
import { type CustomResources, DeploymentFailedError, isServed } from './custom-resources.ts';

export interface DeploymentDeps {
  readonly assembly: LocalAssembly;
  readonly authorizer: Authorizer;
  readonly iam: IamStore;
  readonly loggingRegion: LoggingRegion;
  readonly customResources: CustomResources;
  /** Stops what ran because of this resource. */
  readonly stopped: (resource: ResourceSpec) => void;
  /** Names of a machine's executions that have not ended. */
  readonly running: (machineArn: string) => readonly string[];
}

/** CloudWatch Logs allows so many on a log group. */
const filterLimit = 2;

const placeOf = ({ stack, logicalId }: ResourceSpec) => `${stack}/${logicalId}`;

/**
 * Plays what CloudFormation does with the stacks, as far as it shows here: custom resources in their place among the
 * others, log groups with their filters, and policies that cannot go while someone carries them.
 */
export class LocalDeployment {
  /** What the custom resources answered, newest last. */
  readonly sentences: string[] = [];
  readonly #deps: DeploymentDeps;
  #assembly: LocalAssembly;
  readonly #present = new Map<string, ResourceSpec>();

  constructor(deps: DeploymentDeps) {
    this.#deps = deps;
    this.#assembly = deps.assembly;
  }

  /** @throws DeploymentFailedError with everything taken back, as CloudFormation does */
  async create(): Promise<void> {
    try {
      for (const resource of this.#assembly.resources) await this.#create(resource);
    } catch (error) {
      await this.remove();
      throw error;
    }
  }

  /**
   * Changes the stacks to these templates; functions, rules and tables go on as they were started.
   * @throws DeploymentFailedError with the old properties handed over again
   */
  async update(next: LocalAssembly): Promise<void> {
    const before = new Map(this.#present);
    this.#deps.authorizer.adopt(next);
    for (const resource of next.resources) {
      const old = before.get(placeOf(resource));
      if (!old) await this.#create(resource);
      else if (JSON.stringify(old.properties) !== JSON.stringify(resource.properties)) {
        await this.#change(old, resource);
      }
    }
    const kept = new Set(next.resources.map(placeOf));
    for (const [place, resource] of [...before].reverse()) if (!kept.has(place)) await this.#delete(resource);
    this.#assembly = next;
  }

  /** Deletes the stacks, last one first; can be repeated after a failure. @throws DeploymentFailedError */
  async remove(): Promise<void> {
    for (const resource of [...this.#present.values()].reverse()) await this.#delete(resource);
  }

  /** Names of the stacks of which anything is there. */
  get stacks(): readonly string[] {
    return [...new Set([...this.#present.values()].map(({ stack }) => stack))];
  }

  async #create(resource: ResourceSpec): Promise<void> {
    const { loggingRegion, customResources } = this.#deps;
    // Before it is made: CloudFormation deletes what it could not create, too.
    this.#present.set(placeOf(resource), resource);
    switch (resource.type) {
      case 'AWS::Logs::LogGroup':
        if (loggingRegion.logGroups.has(resource.ref)) {
          this.#present.delete(placeOf(resource));
          throw new DeploymentFailedError(`${resource.ref} already exists.`);
        }
        loggingRegion.logGroups.set(resource.ref, new Map());
        return;
      case 'AWS::Logs::SubscriptionFilter':
        this.#subscribe(resource);
        return;
      case 'AWS::Events::Rule':
        if (!resource.properties['EventBusName'])
          loggingRegion.rules.set(resource.ref, JSON.stringify(resource.properties['EventPattern'] ?? {}));
        return;
      case 'AWS::S3::Bucket':
        loggingRegion.buckets.set(
          resource.ref,
          this.#assembly.buckets.some(({ name, eventBridge }) => name === resource.ref && eventBridge),
        );
        return;
      default:
        if (!isServed(resource, this.#assembly)) return;
        this.#check(resource);
        this.sentences.push(await customResources.request('Create', resource));
    }
  }

  async #change(old: ResourceSpec, resource: ResourceSpec): Promise<void> {
    const { customResources } = this.#deps;
    if (isServed(resource, this.#assembly)) {
      try {
        this.sentences.push(await customResources.request('Update', resource, old));
      } catch (error) {
        await customResources.request('Update', old, resource);
        throw error;
      }
    }
    if (resource.type === 'AWS::Logs::SubscriptionFilter') {
      this.#unsubscribe(old);
      this.#subscribe(resource);
    }
    if (resource.type === 'AWS::IAM::ManagedPolicy') this.#changePolicy(old, resource);
    this.#present.set(placeOf(resource), resource);
  }

  /** A new text becomes the version in force, for whoever carries the policy; anything else would take another policy. */
  #changePolicy(old: ResourceSpec, { ref, properties }: ResourceSpec): void {
    const { PolicyDocument: text, ...fixed } = properties;
    const { PolicyDocument: _, ...before } = old.properties;
    if (JSON.stringify(fixed) !== JSON.stringify(before)) {
      throw new DeploymentFailedError(
        `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${old.ref} and update the stack again.`,
      );
    }
    this.#deps.iam.putPolicy(ref, text as EvaluatedPolicy);
  }

  async #delete(resource: ResourceSpec): Promise<void> {
    const { iam, loggingRegion, customResources, stopped, running } = this.#deps;
    if (isServed(resource, this.#assembly)) {
      this.#check(resource);
      this.sentences.push(await customResources.request('Delete', resource));
    }
    if (resource.type === 'AWS::IAM::ManagedPolicy') {
      const [carrier] = iam.carriersOf(resource.ref);
      if (carrier) {
        throw new DeploymentFailedError(
          `Cannot delete a policy attached to entities: ${resource.ref} is on ${carrier.kind}/${carrier.name}.`,
        );
      }
      iam.deletePolicy(resource.ref);
    }
    if (resource.type === 'AWS::StepFunctions::StateMachine') {
      const [execution] = running(resource.arn ?? resource.ref);
      if (execution) {
        throw new DeploymentFailedError(
          `${resource.ref} did not stabilize: it is deleted when its executions are over, and ${execution} runs.`,
        );
      }
    }
    if (resource.type === 'AWS::Events::Rule') loggingRegion.rules.delete(resource.ref);
    if (resource.type === 'AWS::Logs::SubscriptionFilter') this.#unsubscribe(resource);
    if (resource.type === 'AWS::Logs::LogGroup' && !resource.retained) {
      loggingRegion.logGroups.delete(resource.ref);
    }
    if (!resource.retained) stopped(resource);
    this.#present.delete(placeOf(resource));
  }

  #subscribe({ logicalId, stack, properties }: ResourceSpec): void {
    const name = String(properties['LogGroupName']);
    const filters = this.#deps.loggingRegion.logGroups.get(name);
    if (!filters) throw new DeploymentFailedError('The specified log group does not exist.');
    if (filters.size >= filterLimit) throw new DeploymentFailedError('Resource limit exceeded.');
    filters.set(filterName(stack, logicalId, properties), String(properties['DestinationArn']));
  }

  #unsubscribe({ logicalId, stack, properties }: ResourceSpec): void {
    const filters = this.#deps.loggingRegion.logGroups.get(String(properties['LogGroupName']));
    filters?.delete(filterName(stack, logicalId, properties));
  }

  /** A custom resource acts only where its function, role and permissions are there: nothing else waits for them. */
  #check(resource: ResourceSpec): void {
    const { functions } = this.#assembly;
    const served = functions.find(({ arn }) => arn === resource.properties['ServiceToken']);
    const role = this.#assembly.resources.find(
      ({ type, arn }) => type === 'AWS::IAM::Role' && arn === served?.roleArn,
    );
    const needed = this.#assembly.resources.filter(
      ({ type, arn, properties }) =>
        (type === 'AWS::Lambda::Function' && arn === served?.arn) ||
        (type === 'AWS::IAM::Policy' && role && (properties['Roles'] as string[]).includes(role.ref)),
    );
    for (const other of [...needed, ...(role ? [role] : [])]) {
      if (this.#present.has(placeOf(other))) continue;
      this.#deps.authorizer.refuse(
        `${placeOf(resource)} acts while its ${placeOf(other)} is not there: it has to depend on it.`,
      );
    }
  }
}

const filterName = (stack: string, logicalId: string, properties: ResourceSpec['properties']) =>
  String(properties['FilterName'] ?? `${stack}-${logicalId}`);
