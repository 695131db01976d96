import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LoggingRegion } from './aws/logging-region.ts';
import { usualPrices } from './aws/pricing-api.ts';
import { type Chaos, noChaos, SeededChaos } from './chaos.ts';
import { createTables } from './create-tables.ts';
import { findEngine } from './engine/find-engine.ts';
import { startEngine } from './engine/start-engine.ts';
import { startFauxqs } from './fauxqs.ts';
import { populateIam } from './local-principals.ts';
import type { LocalStackOptions } from './stack-options.ts';
import { connectStack, disconnect, type StackParts } from './stack-parts.ts';
import { type SynthesizedStage, synthesizeStage } from './synthesized-stage.ts';
import { checkWiring } from './wiring-checks.ts';

export interface OpenStack {
  readonly parts: StackParts;
  readonly stage: SynthesizedStage;
  /** Stops the parts and the servers below them. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts the servers, synthesizes and connects the templates, and deploys them; after a failure nothing is left running.
 * @throws EngineMissingError, EngineError, UnsupportedTemplateError, StageConfigError, DeploymentFailedError
 */
export async function openStack(options: LocalStackOptions): Promise<OpenStack> {
  const { settings, now, principals = {}, profiles = {}, chaos, onProgress = () => {} } = options;
  const { invocationLogging: loggingRegion = new LoggingRegion() } = options;
  const place = placeOf(options);
  // Looked for before anything that takes time: without it there is nothing to wait for.
  const engine = findEngine();
  onProgress(`Starting ${engine.name} and synthesizing the stacks.`);
  // It comes up on its own while the templates are made.
  const workspace = mkdtempSync(join(tmpdir(), 'budgeteer-local-'));
  const starting = startEngine(workspace, engine);
  starting.catch(() => {});
  const opened: (() => Promise<void> | void)[] = [async () => (await starting).stop()];
  const stop = async () => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  try {
    const outdir = join(workspace, 'assembly');
    const stage = await synthesizeStage(settings, place, { ...options, outdir });
    opened.push(stage.dispose);
    const { assembly } = stage;
    const [dynamodb, fauxqs] = await Promise.all([
      starting,
      startFauxqs(assembly, [...loggingRegion.buckets.keys()]),
    ]);
    opened.push(fauxqs.stop);
    onProgress('Connecting the functions to their triggers.');
    const parts = await connectStack({
      assembly,
      now,
      chaos: chaosOf(chaos),
      profiles,
      listPrices: options.listPrices ?? usualPrices,
      loggingRegion,
      proofs: options.proofs !== false,
      dynamodbEndpoint: dynamodb.endpoint,
      fauxqsEndpoint: fauxqs.endpoint,
    });
    opened.push(() => disconnect(parts));
    await createTables(parts.clients.tables, assembly.tables);
    populateIam(parts.iam, assembly, principals);
    for (const job of options.jobs ?? []) parts.jobs.add(job);
    checkWiring(assembly, parts.authorizer);
    await parts.deployment.create();
    return { parts, stage, stop };
  } catch (error) {
    await stop().catch(() => {});
    throw error;
  }
}

function chaosOf(chaos: LocalStackOptions['chaos']): Chaos {
  if (chaos === false) return noChaos;
  return chaos !== undefined && 'faultFor' in chaos ? chaos : new SeededChaos(chaos?.seed ?? 1);
}

const placeOf = ({ account = '111122223333', region = 'us-east-1' }: LocalStackOptions) => ({
  account,
  region,
});
