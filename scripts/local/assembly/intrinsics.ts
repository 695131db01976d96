import {
  attributeOf,
  namingProperties,
  type PhysicalIdentity,
  physicalIdentity,
} from './physical-identity.ts';
import {
  type DeploymentPlace,
  type StackTemplate,
  type Template,
  UnsupportedTemplateError,
} from './template.ts';

type Json = Readonly<Record<string, unknown>>;

/** What a property is after `AWS::NoValue`: absent. */
const noValue = Symbol('AWS::NoValue');

/** Resolves the intrinsic functions of an app's templates to the names and ARNs of one local account. */
export class Intrinsics {
  readonly #stacks = new Map<string, Template>();
  readonly #place: DeploymentPlace;
  readonly #identities = new Map<string, PhysicalIdentity>();
  #exports: Map<string, { readonly stack: string; readonly value: unknown }> | undefined;

  constructor(stacks: readonly StackTemplate[], place: DeploymentPlace) {
    for (const { name, template } of stacks) this.#stacks.set(name, template);
    this.#place = place;
  }

  identity(stack: string, logicalId: string): PhysicalIdentity {
    const key = `${stack}/${logicalId}`;
    const known = this.#identities.get(key);
    if (known) return known;
    const resource = this.#template(stack).Resources[logicalId];
    if (!resource) {
      throw new UnsupportedTemplateError(
        `The stack ${stack} refers to ${logicalId}, which it does not define.`,
      );
    }
    const names = Object.fromEntries(
      Object.entries(resource.Properties ?? {}).filter(([name]) => namingProperties.includes(name)),
    );
    const properties = this.resolve(stack, names) as Json;
    const identity = physicalIdentity(stack, logicalId, resource.Type, properties, this.#place);
    this.#identities.set(key, identity);
    return identity;
  }

  /** False for a resource whose condition does not hold. */
  exists(stack: string, condition: string | undefined): boolean {
    return condition === undefined || this.#condition(stack, { Condition: condition });
  }

  /** @throws UnsupportedTemplateError for a function or reference that is not imitated. */
  resolve(stack: string, value: unknown): unknown {
    const resolved = this.#resolve(stack, value);
    return resolved === noValue ? undefined : resolved;
  }

  #resolve(stack: string, value: unknown): unknown {
    if (Array.isArray(value)) {
      return value.map((item) => this.#resolve(stack, item)).filter((item) => item !== noValue);
    }
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [first] = entries;
    if (entries.length === 1 && first && (first[0] === 'Ref' || first[0].startsWith('Fn::'))) {
      return this.#call(stack, first[0], first[1]);
    }
    return Object.fromEntries(
      entries
        .map(([key, item]) => [key, this.#resolve(stack, item)] as const)
        .filter(([, item]) => item !== noValue),
    );
  }

  #call(stack: string, name: string, argument: unknown): unknown {
    const list = () => this.#resolve(stack, argument) as unknown[];
    switch (name) {
      case 'Ref':
        return this.#ref(stack, String(argument));
      case 'Fn::GetAtt': {
        const [logicalId, ...attribute] =
          typeof argument === 'string' ? argument.split('.') : list().map(String);
        return this.#attribute(stack, logicalId ?? '', attribute.join('.'));
      }
      case 'Fn::Join': {
        const [separator, parts] = list() as [string, unknown[]];
        return parts.join(separator);
      }
      case 'Fn::Sub':
        return this.#substitute(stack, argument);
      case 'Fn::Select': {
        const [index, from] = list() as [number | string, unknown[]];
        return from[Number(index)];
      }
      case 'Fn::Split': {
        const [separator, source] = list() as [string, string];
        return source.split(separator);
      }
      case 'Fn::ImportValue':
        return this.#import(String(this.resolve(stack, argument)));
      case 'Fn::If': {
        const [condition, whenTrue, whenFalse] = argument as [string, unknown, unknown];
        return this.#resolve(stack, this.#condition(stack, { Condition: condition }) ? whenTrue : whenFalse);
      }
      case 'Fn::FindInMap': {
        const [map, top, second] = list() as [string, string, string];
        return this.#template(stack).Mappings?.[map]?.[top]?.[second];
      }
      case 'Fn::GetAZs':
        return ['a', 'b', 'c'].map((zone) => `${this.#place.region}${zone}`);
      case 'Fn::Base64':
        return Buffer.from(String(this.resolve(stack, argument))).toString('base64');
      default:
        throw new UnsupportedTemplateError(
          `The stack ${stack} uses ${name}, which the local stack does not imitate: add it to intrinsics.ts.`,
        );
    }
  }

  #ref(stack: string, name: string): unknown {
    const { account, region } = this.#place;
    switch (name) {
      case 'AWS::NoValue':
        return noValue;
      case 'AWS::AccountId':
        return account;
      case 'AWS::Region':
        return region;
      case 'AWS::Partition':
        return 'aws';
      case 'AWS::URLSuffix':
        return 'amazonaws.com';
      case 'AWS::StackName':
        return stack;
      case 'AWS::StackId':
        return `arn:aws:cloudformation:${region}:${account}:stack/${stack}/local`;
      default: {
        const parameter = this.#template(stack).Parameters?.[name];
        return parameter ? parameter.Default : this.identity(stack, name).ref;
      }
    }
  }

  #attribute(stack: string, logicalId: string, attribute: string): string {
    const type = this.#template(stack).Resources[logicalId]?.Type ?? '';
    return attributeOf(this.identity(stack, logicalId), type, logicalId, attribute);
  }

  #substitute(stack: string, argument: unknown): string {
    const [pattern, values] = (typeof argument === 'string' ? [argument, {}] : argument) as [string, Json];
    return pattern.replace(/\$\{([^}]+)\}/g, (_, name: string) => {
      if (name.startsWith('!')) return `\${${name.slice(1)}}`;
      if (name in values) return String(this.resolve(stack, values[name]));
      const [logicalId = '', ...attribute] = name.split('.');
      return attribute.length > 0 && !name.startsWith('AWS::')
        ? this.#attribute(stack, logicalId, attribute.join('.'))
        : String(this.#ref(stack, name));
    });
  }

  #import(name: string): unknown {
    this.#exports ??= new Map(
      [...this.#stacks].flatMap(([stack, template]) =>
        Object.values(template.Outputs ?? {}).flatMap(({ Export, Value }) =>
          Export ? [[String(this.resolve(stack, Export.Name)), { stack, value: Value }] as const] : [],
        ),
      ),
    );
    const exported = this.#exports.get(name);
    if (!exported)
      throw new UnsupportedTemplateError(`No stack exports "${name}", which another one imports.`);
    return this.#resolve(exported.stack, exported.value);
  }

  #condition(stack: string, value: unknown): boolean {
    const [[name, argument] = ['', undefined]] = Object.entries(value as Json);
    const each = () => (argument as unknown[]).map((item) => this.#condition(stack, item));
    switch (name) {
      case 'Condition':
        return this.#condition(stack, this.#template(stack).Conditions?.[String(argument)] ?? {});
      case 'Fn::Equals': {
        const [left, right] = this.resolve(stack, argument) as unknown[];
        return left === right;
      }
      case 'Fn::Not':
        return !each()[0];
      case 'Fn::And':
        return each().every(Boolean);
      case 'Fn::Or':
        return each().some(Boolean);
      default:
        throw new UnsupportedTemplateError(
          `The stack ${stack} has a condition with "${name}", which is not imitated.`,
        );
    }
  }

  #template(stack: string): Template {
    const template = this.#stacks.get(stack);
    if (!template) throw new UnsupportedTemplateError(`There is no stack ${stack} in this assembly.`);
    return template;
  }
}
