import { type Template, UnsupportedTemplateError } from './template.ts';

/**
 * Logical ids of a template in an order in which CloudFormation may create them; it deletes in the reverse. Of the many
 * orders this takes the worst for custom resources: each as soon as what it depends on is there, and so each deleted
 * as late as possible.
 * @throws UnsupportedTemplateError where resources depend on one another in a circle
 */
export function creationOrder({ Resources }: Template): string[] {
  const waiting = new Map(
    Object.entries(Resources).map(([id, { Properties, DependsOn }]) => [
      id,
      new Set(
        [...[DependsOn ?? []].flat(), ...references(Properties)].filter(
          (other) => other !== id && Object.hasOwn(Resources, other),
        ),
      ),
    ]),
  );
  const order: string[] = [];
  while (waiting.size > 0) {
    const ready = [...waiting].filter(([, dependencies]) => dependencies.size === 0).map(([id]) => id);
    const next = ready.find((id) => Resources[id]?.Type.startsWith('Custom::')) ?? ready[0];
    if (next === undefined) {
      throw new UnsupportedTemplateError(
        `The resources ${[...waiting.keys()].join(', ')} depend on one another in a circle.`,
      );
    }
    order.push(next);
    waiting.delete(next);
    for (const dependencies of waiting.values()) dependencies.delete(next);
  }
  return order;
}

/** Logical ids, parameters and pseudo parameters that a value refers to. */
function references(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, argument]) => {
    if (key === 'Ref') return [String(argument)];
    if (key === 'Fn::GetAtt') return [[argument].flat().join('.').split('.')[0] ?? ''];
    if (key !== 'Fn::Sub') return references(argument);
    const [pattern, values] = [argument].flat() as [string, unknown];
    const named = [...pattern.matchAll(/\$\{([^!}][^}]*)\}/g)].map(
      ([, name = '']) => name.split('.')[0] ?? '',
    );
    return [...named, ...references(values)];
  });
}
