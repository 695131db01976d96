import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Case, type Delivery, deliveryForms, type Expectation } from './case.ts';

/** SwitchOutcome for a case that nobody could be judged by: it names the case and what is wrong. */
export class CaseError extends Error {
  override name = 'CaseError';
}

export const casesFolder = join(import.meta.dirname, '..', 'cases');

/** All cases below a folder, in the order of their ids. @throws CaseError */
export function readCases(folder = casesFolder): readonly Case[] {
  return globSync('*/*.json', { cwd: folder })
    .sort()
    .map((path) => caseOf(path.replace(/\.json$/, ''), JSON.parse(readFileSync(join(folder, path), 'utf8'))));
}

type Fields = Readonly<Record<string, unknown>>;

/** Reads one case. @throws CaseError */
export function caseOf(id: string, value: unknown): Case {
  const refuse = (what: string) => new CaseError(`The case ${id} is no case: ${what}.`);
  const { title, records, deliveries, profiles = {}, expect, why, sources, ...rest } = fieldsOf(value);
  const stray = Object.keys(rest)[0];
  if (stray !== undefined) throw refuse(`"${stray}" is no field of a case`);
  if (typeof title !== 'string' || typeof why !== 'string') throw refuse('it needs a title and a why');
  if (!Array.isArray(records) || records.length === 0) throw refuse('it has no records');
  if (!Array.isArray(sources) || sources.length === 0) throw refuse('it names no source');
  const { payers = {}, sessionsApart = false, setAside } = fieldsOf(expect);
  for (const [payer, one] of Object.entries(fieldsOf(payers))) {
    const wrong = wrongIn(one as Expectation);
    if (wrong !== undefined) throw refuse(`${payer} ${wrong}`);
  }
  if (Object.keys(fieldsOf(payers)).length === 0 && setAside === undefined)
    throw refuse('it expects nothing');
  return {
    ...{ id, title, records, why, sources },
    deliveries: deliveriesOf(deliveries, records, refuse),
    profiles: profiles as Case['profiles'],
    payers: payers as Case['payers'],
    sessionsApart: sessionsApart === true,
    setAside: setAside as number | undefined,
  };
}

function wrongIn({ usd, parts, atLeast, atMost, notFree }: Expectation): string | undefined {
  if (usd !== undefined && (parts === undefined || parts.length === 0) && usd !== '0') return 'has no parts';
  const kinds = [usd, atLeast ?? atMost, notFree].filter((kind) => kind !== undefined);
  if (kinds.length === 0) return 'expects nothing';
  return usd !== undefined && kinds.length > 1 ? 'has a value and bounds, too' : undefined;
}

function deliveriesOf(
  given: unknown,
  records: readonly unknown[],
  refuse: (what: string) => CaseError,
): readonly Delivery[] {
  if (given === undefined) return [{ as: 'lines', records: records.map((_, index) => index) }];
  const deliveries = given as readonly Delivery[];
  const bad = deliveries.find(
    (one) => !deliveryForms.includes(one.as) || one.records.some((index) => records[index] === undefined),
  );
  if (bad !== undefined) throw refuse(`the delivery as "${bad.as}" cannot be made`);
  return deliveries;
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
