import type { TargetSpec } from '../assembly/local-assembly.ts';

type Event = Readonly<Record<string, unknown>>;

function atPath(event: unknown, path: string): unknown {
  return path
    .replace(/^\$\.?/, '')
    .split('.')
    .filter((key) => key !== '')
    .reduce<unknown>((value, key) => (value as Event | undefined)?.[key], event);
}

/** What a rule sends to its target: the event, a part of it, a constant, or a template filled from it. */
export function targetInput(target: TargetSpec, event: Event): unknown {
  if (target.input !== undefined) return JSON.parse(target.input);
  if (target.inputPath !== undefined) return atPath(event, target.inputPath);
  const transformer = target.inputTransformer;
  if (!transformer) return event;
  const paths = transformer.InputPathsMap ?? {};
  const template = transformer.InputTemplate;
  // A template that is one text takes bare values; in an object, each value that is not quoted is JSON.
  const isText = /^"(?:[^"\\]|\\.)*"$/s.test(template.trim());
  const filled = template.replace(/"?<([\w.-]+)>"?/g, (whole, name: string) => {
    if (name === 'aws.events.event.json' || name === 'aws.events.event') return JSON.stringify(event);
    const value = atPath(event, paths[name] ?? '$.no.such.field');
    const bare = JSON.stringify(typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).slice(
      1,
      -1,
    );
    const inText = isText || whole.startsWith('"') || whole.endsWith('"');
    return inText ? whole.replace(`<${name}>`, () => bare) : JSON.stringify(value ?? '');
  });
  return JSON.parse(filled);
}
